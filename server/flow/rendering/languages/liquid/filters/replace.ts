/** Filters that replace and remove parts of texts. */
import { concat, Marked, mapText, replace, slice, type Text, type Value } from '../../core/index.ts';
import { toText } from '../print.ts';
import type { Run } from '../run.ts';
import { filter, type Named } from './filter.ts';

/** What people replace in a printed map to make JSON of it; where it is JSON already there is nothing to do. */
const OF_RUBY = new Set(['=>', 'nil']);

function isJson(text: Text): boolean {
  return text instanceof Marked && text.parts.length === 1 && text.parts[0]!.value !== undefined;
}

function replaced(value: Value, from: Value, to: Value, count: number, run: Run): Text {
  const text = toText(value, run);
  const wanted = String(toText(from, run));
  if (OF_RUBY.has(wanted) && isJson(text)) return text;
  return replace(text, wanted, expanded(toText(to, run), wanted), count, run.budget);
}

/** A replacement as Ruby reads it: `\\\\` is one backslash, `\\0` what is replaced, `\\1` to `\\9` nothing. */
function expanded(to: Text, wanted: string): Text {
  if (!String(to).includes('\\')) return to;
  return mapText(to, (text) =>
    text.replace(/\\([\\0-9&])/g, (_all, code: string) => {
      if (code === '\\') return '\\';
      return code === '0' || code === '&' ? wanted : '';
    }),
  );
}

function replacedLast(value: Value, from: Value, to: Value, run: Run): Text {
  const text = toText(value, run);
  const wanted = String(toText(from, run));
  const at = String(text).lastIndexOf(wanted);
  if (at === -1) return text;
  const rest = slice(text, at + wanted.length, String(text).length);
  return concat([slice(text, 0, at), toText(to, run), rest], run.budget);
}

const ALL = Number.POSITIVE_INFINITY;

export const replaceFilters: Named[] = [
  filter('replace', 1, 2, (value, [from, to = ''], run) => replaced(value, from, to, ALL, run)),
  filter('replace_first', 1, 2, (value, [from, to = ''], run) => replaced(value, from, to, 1, run)),
  filter('replace_last', 2, 2, (value, [from, to], run) => replacedLast(value, from, to, run)),
  filter('remove', 1, 1, (value, [from], run) => replaced(value, from, '', ALL, run)),
  filter('remove_first', 1, 1, (value, [from], run) => replaced(value, from, '', 1, run)),
  filter('remove_last', 1, 1, (value, [from], run) => replacedLast(value, from, '', run)),
];
