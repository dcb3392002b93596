/** Methods of texts that cut, strip and join. */
import { concat, isText, LanguageError, replace, slice, type Text, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import type { Run } from '../run.ts';
import { asIndex, iterate, typeName } from '../types.ts';
import { asMarkup, escapeMarkup, Markup, Tuple, Undefined } from '../values.ts';
import { method, named, type TextMethod } from './method.ts';

const SPACE = /\s/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: lines may end at them
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** A text among the arguments. Throws LanguageError when it is none. */
export function textArgument(value: Value, what: string): Text {
  if (isText(value)) return value;
  if (value instanceof Undefined) throw value.fail();
  throw new LanguageError(`${what} must be a text, not a ${typeName(value)}.`, 'Add |string.');
}

function like(of: Text, cut: Text): Text {
  return of instanceof Markup ? asMarkup(cut) : cut;
}

/** A text without the characters (white space, when none are named) at its ends. */
export function strip(of: Text, chars: Value, ends: 'both' | 'left' | 'right'): Text {
  const text = String(of);
  const set = chars === null ? null : new Set(String(textArgument(chars, 'What is stripped')));
  const goes = (char: string) => (set === null ? SPACE.test(char) : set.has(char));
  let start = 0;
  let end = text.length;
  if (ends !== 'right') while (start < end && goes(text[start]!)) start++;
  if (ends !== 'left') while (end > start && goes(text[end - 1]!)) end--;
  return like(of, slice(of, start, end));
}

/** Pieces between the white space of a text, at most `limit` cuts (all, below 0), from the left or the right. */
function words(of: Text, limit: number, fromRight: boolean, run: Run): Text[] {
  const text = String(of);
  const found: [number, number][] = [];
  for (const match of text.matchAll(/\S+/g)) {
    run.budget.step();
    found.push([match.index, match.index + match[0].length]);
  }
  const ranges = found.map(([start, end]): [number, number] => [start, end]);
  if (limit >= 0 && ranges.length > limit) {
    if (fromRight) ranges.splice(0, ranges.length - limit, [0, ranges.at(-limit - 1)![1]]);
    else ranges.splice(limit, ranges.length, [ranges[limit]![0], text.length]);
  }
  run.budget.items(ranges.length);
  return ranges.map(([start, end]) => like(of, slice(of, start, end)));
}

function split(of: Text, separator: Value, limit: Value, fromRight: boolean, run: Run): Text[] {
  const most = asIndex(limit, 'The number of cuts');
  if (separator === null) return words(of, most, fromRight, run);
  const between = String(textArgument(separator, 'The separator'));
  if (between === '') throw new LanguageError('The separator is empty.');
  const text = String(of);
  const cuts: number[] = [];
  let left = most < 0 ? Number.POSITIVE_INFINITY : most;
  let at = fromRight ? text.lastIndexOf(between) : text.indexOf(between);
  while (at !== -1 && left-- > 0) {
    run.budget.step();
    cuts.push(at);
    if (!fromRight) at = text.indexOf(between, at + between.length);
    else at = at < between.length ? -1 : text.lastIndexOf(between, at - between.length);
  }
  if (fromRight) cuts.reverse();
  run.budget.items(cuts.length + 1);
  run.budget.use(text.length);
  const starts = [0, ...cuts.map((cut) => cut + between.length)];
  return starts.map((start, i) => like(of, slice(of, start, cuts[i] ?? text.length)));
}

/** The lines of a text; `keep`: with what ends them. */
export function lines(of: Text, keep: boolean, run: Run): Text[] {
  const text = String(of);
  const made: Text[] = [];
  let start = 0;
  for (const { index, 0: end } of text.matchAll(LINE_END)) {
    run.budget.step();
    made.push(slice(of, start, keep ? index + end.length : index));
    start = index + end.length;
  }
  if (start < text.length) made.push(slice(of, start, text.length));
  run.budget.items(made.length);
  return made.map((line) => like(of, line));
}

function partition(of: Text, separator: Value, fromRight: boolean): Tuple {
  const between = String(textArgument(separator, 'The separator'));
  if (between === '') throw new LanguageError('The separator is empty.');
  const text = String(of);
  const at = fromRight ? text.lastIndexOf(between) : text.indexOf(between);
  const none = like(of, '');
  if (at === -1) return new Tuple(fromRight ? [none, none, of] : [of, none, none]);
  const end = at + between.length;
  return new Tuple([slice(of, 0, at), slice(of, at, end), slice(of, end, text.length)].map((part) => like(of, part)));
}

/** The texts of a list with this one between them. */
function join(of: Text, list: Value, run: Run): Text {
  const texts: Text[] = [];
  for (const item of iterate(list, run.budget)) {
    run.budget.step();
    const text = textArgument(item, 'What is joined');
    if (texts.length > 0) texts.push(of);
    texts.push(of instanceof Markup ? escapeMarkup(text) : text);
  }
  return like(of, concat(texts, run.budget));
}

const CHARS = parameters('', { chars: null });
const SPLIT = parameters('', { sep: null, maxsplit: -1 });

export const cutting: TextMethod[] = [
  method('strip', CHARS, (of, [chars]) => strip(of, chars, 'both')),
  method('lstrip', CHARS, (of, [chars]) => strip(of, chars, 'left')),
  method('rstrip', CHARS, (of, [chars]) => strip(of, chars, 'right')),
  named('split', SPLIT, (of, [separator, limit], run) => split(of, separator, limit, false, run)),
  named('rsplit', SPLIT, (of, [separator, limit], run) => split(of, separator, limit, true, run)),
  named('splitlines', parameters('', { keepends: false }), (of, [keep], run) => lines(of, keep === true, run)),
  method('partition', parameters('sep'), (of, [separator]) => partition(of, separator, false)),
  method('rpartition', parameters('sep'), (of, [separator]) => partition(of, separator, true)),
  method('join', parameters('iterable'), (of, [list], run) => join(of, list, run)),
  method('replace', parameters('old new', { count: -1 }), (of, [old, fresh, count], run) => {
    const most = asIndex(count, 'The count');
    const from = String(textArgument(old, 'What is replaced'));
    const to = textArgument(fresh, 'What replaces it');
    const made = replace(of, from, to, most < 0 ? Number.POSITIVE_INFINITY : most, run.budget);
    return like(of, made);
  }),
  method('removeprefix', parameters('prefix'), (of, [prefix]) => {
    const begin = String(textArgument(prefix, 'The prefix'));
    return String(of).startsWith(begin) ? like(of, slice(of, begin.length, String(of).length)) : of;
  }),
  method('removesuffix', parameters('suffix'), (of, [suffix]) => {
    const end = String(textArgument(suffix, 'The suffix'));
    return end !== '' && String(of).endsWith(end) ? like(of, slice(of, 0, String(of).length - end.length)) : of;
  }),
];
