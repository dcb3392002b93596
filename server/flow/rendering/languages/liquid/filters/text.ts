/** Filters that change texts. */
import { beside, concat, mapText, slice, type Text, type Value } from '../../core/index.ts';
import { lengthOf } from '../lookup.ts';
import { strictInteger } from '../numbers.ts';
import { innerOf, strip } from '../patterns.ts';
import { toText } from '../print.ts';
import type { Run } from '../run.ts';
import { filter, type Named } from './filter.ts';

const SPACES = /[ \t\n\v\f\r]+/g;

/** Where the character with a number begins, in UTF-16 units. */
function unitOf(text: string, character: number): number {
  if (!/[\ud800-\udbff]/.test(text)) return Math.min(character, text.length);
  let at = 0;
  for (let i = 0; i < character && at < text.length; i++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

/** Characters from one to before another, counted as Ruby does. */
function characters(text: Text, start: number, end: number): Text {
  const whole = String(text);
  return slice(text, unitOf(whole, start), unitOf(whole, end));
}

function changed(change: (text: string) => string): (value: Value, args: readonly Value[], run: Run) => Text {
  return (value, _args, run) => {
    const text = toText(value, run);
    run.budget.use(String(text).length);
    return mapText(text, change);
  };
}

function capitalize(value: Value, _args: readonly Value[], run: Run): Text {
  const text = toText(value, run);
  const first = unitOf(String(text), 1);
  const parts = [
    mapText(slice(text, 0, first), upFirst),
    mapText(slice(text, first, String(text).length), (part) => part.toLowerCase()),
  ];
  return concat(parts, run.budget);
}

/** The first letter large, `ß` as `Ss`. */
function upFirst(text: string): string {
  const [first = '', ...rest] = [...text.toUpperCase()];
  return first + rest.join('').toLowerCase();
}

function titlecase(text: string): string {
  return text.replace(/\p{L}[\p{L}\p{M}\p{Nd}'’]*/gu, (word) => {
    const first = String.fromCodePoint(word.codePointAt(0)!);
    return first.toUpperCase() + word.slice(first.length).toLowerCase();
  });
}

function stripped(text: Text, left: boolean, right: boolean): Text {
  const { start, end } = innerOf(String(text));
  if (start === end) return slice(text, 0, 0);
  return slice(text, left ? start : 0, right ? end : String(text).length);
}

function truncate(value: Value, [length = 50, end = '...']: readonly Value[], run: Run): Value {
  const most = strictInteger(length);
  if (value === null || value === undefined) return null;
  const text = toText(value, run);
  const tail = toText(end, run);
  if (lengthOf(String(text)) <= most) return text;
  const kept = Math.max(0, most - lengthOf(String(tail)));
  return concat([characters(text, 0, kept), tail], run.budget);
}

/** Words of a text and what follows the last that is asked for, as Ruby's `split` with a limit gives them. */
function words(text: Text, most: number): Text[] {
  const whole = String(text);
  const found: Text[] = [];
  const word = /[^ \t\n\v\f\r]+/g;
  for (let match = word.exec(whole); match !== null; match = word.exec(whole)) {
    if (found.length === most) {
      found.push(slice(text, match.index, whole.length));
      return found;
    }
    found.push(slice(text, match.index, match.index + match[0].length));
  }
  if (found.length === most && /[ \t\n\v\f\r]$/.test(whole)) found.push('');
  return found;
}

function truncateWords(value: Value, [count = 15, end = '...']: readonly Value[], run: Run): Value {
  const most = Math.max(1, strictInteger(count));
  if (value === null || value === undefined) return null;
  const text = toText(value, run);
  run.budget.use(String(text).length);
  const found = words(text, most);
  if (found.length <= most) return text;
  const kept = found.slice(0, most).flatMap((word, i): Text[] => (i === 0 ? [word] : [' ', word]));
  return concat([...kept, toText(end, run)], run.budget);
}

function split(value: Value, [by]: readonly Value[], run: Run): Text[] {
  const text = toText(value, run);
  const whole = String(text);
  const separator = String(toText(by, run));
  run.budget.use(whole.length);
  if (separator === ' ') {
    const found = words(text, Number.POSITIVE_INFINITY);
    run.budget.items(found.length);
    return found;
  }
  const found: Text[] = [];
  const step = (at: number) => (separator === '' ? unitOf(whole.slice(at, at + 2), 1) : separator.length);
  for (let at = 0; at <= whole.length; ) {
    run.budget.items(1);
    const next = separator === '' ? at + step(at) : whole.indexOf(separator, at);
    if (next === -1 || (separator === '' && at >= whole.length)) {
      found.push(slice(text, at, whole.length));
      break;
    }
    found.push(slice(text, at, next));
    at = separator === '' ? next : next + separator.length;
  }
  while (found.length > 0 && String(found.at(-1)) === '') found.pop();
  return found;
}

function cut(value: Value, [offset, length = null]: readonly Value[], run: Run): Value {
  const from = strictInteger(offset);
  const count = length === null || length === false ? 1 : strictInteger(length);
  const list = Array.isArray(value) ? value : null;
  const text = list === null ? toText(value, run) : '';
  const size = list?.length ?? lengthOf(String(text));
  const start = from < 0 ? from + size : from;
  if (start < 0 || start > size || count < 0) return list === null ? '' : [];
  if (list === null) return characters(text, start, start + count);
  run.budget.items(Math.min(count, size));
  return list.slice(start, start + count);
}

/** Two texts, one after the other. */
function together(first: Value, second: Value, run: Run): Text {
  const [before, after] = [toText(first, run), toText(second, run)];
  return concat([beside(after, first, before), beside(before, second, after)], run.budget);
}

export const textFilters: Named[] = [
  filter(
    'upcase',
    0,
    0,
    changed((text) => text.toUpperCase()),
  ),
  filter(
    'downcase',
    0,
    0,
    // Ruby knows no sigma that ends a word.
    changed((text) => text.replaceAll('Σ', 'σ').toLowerCase()),
  ),
  filter('capitalize', 0, 0, capitalize),
  filter('titlecase', 0, 0, changed(titlecase)),
  filter('strip', 0, 0, (value, _args, run) => stripped(toText(value, run), true, true)),
  filter('lstrip', 0, 0, (value, _args, run) => stripped(toText(value, run), true, false)),
  filter('rstrip', 0, 0, (value, _args, run) => stripped(toText(value, run), false, true)),
  filter('squish', 0, 0, (value, _args, run) => {
    if (value === null || value === undefined) return null;
    const text = stripped(toText(value, run), true, true);
    run.budget.use(String(text).length);
    return mapText(text, (part) => part.replace(SPACES, ' '));
  }),
  filter(
    'normalize_whitespace',
    0,
    0,
    changed((text) => text.replace(SPACES, ' ')),
  ),
  filter(
    'strip_newlines',
    0,
    0,
    changed((text) => text.replace(/\r?\n/g, '')),
  ),
  filter('append', 1, 1, (value, [more], run) => together(value, more, run)),
  filter('prepend', 1, 1, (value, [more], run) => together(more, value, run)),
  filter('truncate', 0, 2, truncate),
  filter('truncatewords', 0, 2, truncateWords),
  filter('split', 1, 1, split),
  filter('slice', 1, 2, cut),
  filter('number_of_words', 0, 0, (value, _args, run) => {
    const text = String(toText(value, run));
    run.budget.use(text.length);
    return strip(text) === '' ? 0 : strip(text).split(SPACES).length;
  }),
  filter(
    'slugify',
    0,
    1,
    changed((text) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
        .replace(/^-|-$/g, ''),
    ),
  ),
];
