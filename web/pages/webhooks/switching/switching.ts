import { LANGUAGE_NAMES, type TemplateLanguage } from '../../../components/templates/languages.ts';
import { type Part, scan } from '../../../components/templates/scan.ts';
import type { Definition } from '../draft.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { write } from './write.ts';

/** A part of a template that another language says differently. Line and column from 1. */
export interface Carried {
  field: string;
  line: number;
  column: number;
  before: string;
  after: string;
}

/** A part that another language doesn't understand, or that it would take for its own, and why. */
export interface Left {
  field: string;
  line: number;
  column: number;
  text: string;
  why: string;
}

/** What a change of language does to a definition. */
export interface Switched {
  carried: Carried[];
  left: Left[];
  /** The templates with all that is carried rewritten. */
  rewritten: Partial<Definition>;
}

type Texts = Pick<Definition, 'url' | 'query' | 'headers' | 'body' | 'snippets' | 'batch'>;

/** Every template of a definition by its field, with the way back. Values of secret headers are none. */
function templatesOf(definition: Texts): { field: string; text: string; put: (into: Texts, text: string) => void }[] {
  return [
    {
      field: 'url',
      text: definition.url,
      put: (into, text) => {
        into.url = text;
      },
    },
    ...definition.query.flatMap((row, i) =>
      (['name', 'value'] as const).map((side) => ({
        field: `query.${i}.${side}`,
        text: row[side],
        put: (into: Texts, text: string) => {
          into.query[i]![side] = text;
        },
      })),
    ),
    ...definition.headers.flatMap((row, i) =>
      row.secret
        ? []
        : [
            {
              field: `headers.${i}.value`,
              text: row.value ?? '',
              put: (into: Texts, text: string) => {
                into.headers[i]!.value = text;
              },
            },
          ],
    ),
    {
      field: 'body',
      text: definition.body,
      put: (into, text) => {
        into.body = text;
      },
    },
    ...batchTemplates(definition.batch),
    ...Object.entries(definition.snippets).map(([name, text]) => ({
      field: `snippets.${name}`,
      text,
      put: (into: Texts, next: string) => {
        into.snippets[name] = next;
      },
    })),
  ];
}

function batchTemplates(batch: Definition['batch']): ReturnType<typeof templatesOf> {
  if (!batch) return [];
  const customer = {
    field: 'batch.customer',
    text: batch.customer,
    put: (into: Texts, text: string) => {
      into.batch!.customer = text;
    },
  };
  const match = batch.results?.match;
  if (!match || match === 'position') return [customer];
  const key = {
    field: 'batch.results.match.key',
    text: match.key,
    put: (into: Texts, text: string) => {
      (into.batch!.results!.match as { key: string }).key = text;
    },
  };
  return [customer, key];
}

/** What becomes of a definition's templates in another language. Nothing is changed by asking. */
export function switching(definition: Definition, to: TemplateLanguage): Switched {
  const { url, query, headers, body, snippets, batch } = structuredClone(definition);
  const rewritten: Texts = { url, query, headers, body, snippets, ...(batch && { batch }) };
  const carried: Carried[] = [];
  const left: Left[] = [];
  for (const { field, text, put } of templatesOf(definition)) {
    const parts = scan(definition.language, text);
    const own = ownNames(definition.language, parts);
    const vendor = definition.escaping === 'vendor';
    const read = meanings(parts, (part) =>
      meaningOf({ language: definition.language, part, text: text.slice(part.from, part.to), own, vendor }),
    );
    const written = writable(parts, read, (meaning) => write(to, meaning, vendor));
    const out = parts.map((part, i) => {
      const before = text.slice(part.from, part.to);
      const place = placeOf(text, part.from);
      if (part.kind === 'text') {
        for (const woken of scan(to, before)) {
          if (woken.kind === 'text') continue;
          const said = before.slice(woken.from, woken.to);
          const why = `is text today; ${LANGUAGE_NAMES[to]} would act on it`;
          left.push({ field, ...placeOf(text, part.from + woken.from), text: shown(said), why });
        }
        return before;
      }
      const after = written[i]!;
      if (after === null) {
        if (!same(definition.language, to, part))
          left.push({ field, ...place, text: shown(before), why: whyNot(part, to) });
        return before;
      }
      if (after !== before && !sameBraces(definition.language, to, before, after))
        carried.push({ field, ...place, before, after });
      else return before;
      return after;
    });
    put(rewritten, out.join(''));
  }
  return { carried, left, rewritten };
}

const spaceless = (text: string) => text.replace(/\s/g, '');
/** Liquid and Jinja write most things alike, but for spaces. */
const sameBraces = (from: TemplateLanguage, to: TemplateLanguage, before: string, after: string) =>
  from !== 'velocity' && to !== 'velocity' && spaceless(before) === spaceless(after);

/** A part stays as it is between Liquid and Jinja: loops over a list, and what the loop's name holds. */
function same(from: TemplateLanguage, to: TemplateLanguage, part: Part): boolean {
  if (![from, to].every((one) => one === 'liquid' || one === 'jinja')) return false;
  if (part.kind === 'verbatim') return true;
  if (part.kind === 'value')
    return /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(part.inner) && !part.inner.startsWith('forloop');
  return /^(?:for \w+ in [\w.]+|endfor|else|break|continue)$/.test(part.inner);
}

const shown = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Names that a template gives its own values, in tags. */
function ownNames(language: TemplateLanguage, parts: readonly Part[]): Set<string> {
  const own = new Set<string>();
  const pattern =
    language === 'velocity'
      ? /^#\{?(?:set|foreach|define)\}?\s*\(\s*\$!?\{?(\w+)|^#\{?macro\}?\s*\(\s*\w+\s+\$(\w+)/
      : /^(?:assign|capture|for|tablerow|set|with|increment|decrement)\s+(\w+)(?:\s*,\s*(\w+))?/;
  for (const part of parts)
    if (part.kind === 'tag') for (const name of pattern.exec(part.inner)?.slice(1) ?? []) if (name) own.add(name);
  return own;
}

/** Meanings by part; within sections of Mustache names may be an item's, so nothing is said of them. */
function meanings(parts: readonly Part[], of: (part: Part) => Meaning | null): (Meaning | null)[] {
  let depth = 0;
  return parts.map((part) => {
    const sections = part.kind === 'tag' && '#^/'.includes(part.word) && part.word !== '';
    if (sections) depth += part.word === '/' ? -1 : 1;
    return part.kind === 'text' || sections || depth > 0 ? null : of(part);
  });
}

/** What is written for each part: the tags of a block together, or none of them. */
function writable(parts: readonly Part[], read: readonly (Meaning | null)[], say: (meaning: Meaning) => string | null) {
  const written = read.map((meaning) => (meaning === null ? null : say(meaning)));
  const open: number[][] = [];
  const settle = (block: number[]) => {
    if (block.some((i) => written[i] === null)) for (const i of block) written[i] = null;
  };
  parts.forEach((part, i) => {
    if (part.kind !== 'tag') return;
    if (part.block === 'open') open.push([i]);
    else if (part.block === null) return;
    else if (open.length === 0) written[i] = null;
    else {
      open.at(-1)!.push(i);
      if (part.block === 'close') settle(open.pop()!);
    }
  });
  for (const block of open) for (const i of block) written[i] = null;
  return written;
}

function whyNot(part: Part, to: TemplateLanguage): string {
  const name = LANGUAGE_NAMES[to];
  if (part.kind === 'broken') return 'is begun and never ended';
  if (part.kind === 'value') return `has more than a plain name in it: write it anew for ${name}`;
  if (part.kind === 'verbatim') return `keeps its text from being read: ${name} has another way`;
  if (part.kind === 'comment') return `is a comment that ${name} would not take for one`;
  return to === 'mustache'
    ? `has no like in ${name}, which knows sections alone`
    : `means something else, or nothing, to ${name}`;
}
