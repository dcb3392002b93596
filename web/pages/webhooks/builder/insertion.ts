import type { Named } from '../../../components/templates/names.ts';
import { scan } from '../../../components/templates/scan.ts';
import { placeholder } from '../../../components/templates/suggest.ts';
import type { Definition } from '../draft.ts';
import { encoded } from './form.ts';
import { quoted } from './json.ts';

/** How a value is written into a body. */
export type Style = Pick<Definition, 'language' | 'escaping' | 'format'>;

/** What is put into a text, in place of what stands from `from` to `to`. */
export interface Insertion {
  from: number;
  to: number;
  insert: string;
}

const TEXTS = new Set(['text', 'date-time']);

/** A name for a field, from the last part of what it holds. */
export const keyOf = ({ name }: Named): string => name.split('.').findLast((part) => !/^\d+$/.test(part)) ?? name;

/** The placeholder of a name, as it stands within a text; null where the language can't write it. */
export const heldIn = (style: Style, { name }: Named): string | null => placeholder(style.language, name.split('.'));

/** A value of JSON: a text in quotes where it is known to be one, else what keeps its type. Null as above. */
export function valueFor(style: Style, named: Named): { kind: 'text' | 'json'; value: string } | null {
  const { language, escaping } = style;
  const within = heldIn(style, named);
  if (within === null) return null;
  if (named.type !== undefined && TEXTS.has(named.type)) return { kind: 'text', value: within };
  if (escaping === 'automatic') return { kind: 'json', value: within };
  const bare = within.replace(/^\{\{ | \}\}$/g, '');
  switch (language) {
    case 'liquid':
      return { kind: 'json', value: `{{ ${bare} | json }}` };
    case 'jinja':
      return { kind: 'json', value: `{{ ${bare} | tojson }}` };
    case 'velocity':
      return { kind: 'json', value: `$esc.json($${within.slice(3, -1)})` };
    default:
      // Only numbers and booleans print as the JSON that they are.
      return named.type === 'number' || named.type === 'boolean'
        ? { kind: 'json', value: placeholder(language, named.name.split('.'), true)! }
        : { kind: 'text', value: within };
  }
}

/**
 * What is put into a body at a place for a name: a placeholder within a text, a value after a colon, a whole field
 * between fields. Null where the language can't write the name.
 */
export function insertionAt(text: string, at: number, style: Style, named: Named): Insertion | null {
  const within = heldIn(style, named);
  const value = valueFor(style, named);
  if (within === null || value === null) return null;
  const { language, format } = style;
  const inside = scan(language, text).find((part) => part.kind !== 'text' && part.from < at && at < part.to);
  const place = inside?.to ?? at;
  const put = (insert: string): Insertion => ({ from: place, to: place, insert });
  const key = keyOf(named);
  if (format === 'form') {
    const before = text.slice(0, place);
    const begins = before.trim() === '' || before.endsWith('&');
    return put(
      begins ? `${encoded(language, key)}=${within}${place < text.length && text[place] !== '&' ? '&' : ''}` : within,
    );
  }
  if (format !== 'json') return put(within);
  const { inText, inside: container, last } = stateAt(style, text, place);
  if (inText) return put(within);
  const said = value.kind === 'text' ? quoted(language, value.value)! : value.value;
  if (last === ':' || container !== '{') return put(text.trim() === '' ? `{ ${JSON.stringify(key)}: ${said} }` : said);
  const next = text.slice(place).trimStart()[0];
  const lead = last === '{' || last === ',' ? '' : ', ';
  return put(`${lead}${JSON.stringify(key)}: ${said}${next === '"' ? ', ' : ''}`);
}

/** Where a place in JSON stands: in a text, in which bracket, and what sign went before. */
function stateAt({ language }: Style, text: string, to: number) {
  const open: string[] = [];
  let inText = false;
  let last = '';
  for (const part of scan(language, text)) {
    if (part.from >= to) break;
    if (part.kind !== 'text') {
      if (!inText && part.kind === 'value') last = 'value';
      continue;
    }
    for (let at = part.from; at < Math.min(part.to, to); at++) {
      const char = text[at]!;
      if (inText) {
        if (char === '\\') at++;
        else if (char === '"') [inText, last] = [false, 'value'];
      } else if (char === '"') inText = true;
      else if (/\S/.test(char)) {
        if ('{['.includes(char)) open.push(char);
        if (']}'.includes(char)) open.pop();
        last = char;
      }
    }
  }
  return { inText, inside: open.at(-1) ?? '', last };
}
