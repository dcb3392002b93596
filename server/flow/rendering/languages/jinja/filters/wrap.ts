/** Filters that cut texts to a length: truncate, wordwrap, indent. */
import { concat, isText, LanguageError, slice, type Text, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { lines, textArgument } from '../methods/text-cut.ts';
import { lengthOf, points, sliceText } from '../points.ts';
import type { Run } from '../run.ts';
import { asIndex, isTrue, sizeOfValue } from '../types.ts';
import { asMarkup, likewise, Markup } from '../values.ts';
import { filter, type Named } from './filter.ts';

function like(of: Text, made: Text): Text {
  return of instanceof Markup ? asMarkup(made) : made;
}

function truncate(value: Value, [length, kill, end, leeway]: Value[], run: Run): Value {
  const most = asIndex(length, 'The length');
  const tail = textArgument(end, 'The end');
  const room = leeway === null ? 5 : asIndex(leeway, 'The leeway');
  const kept = most - lengthOf(String(tail));
  if (kept < 0) throw new LanguageError(`The length must be at least that of the end, ${lengthOf(String(tail))}.`);
  if (room < 0) throw new LanguageError('The leeway must not be below 0.');
  if (!isText(value) && sizeOfValue(value) <= most + room) return value;
  const text = textArgument(value, 'What is truncated');
  if (lengthOf(String(text)) <= most + room) return text;
  let cut = sliceText(text, 0, kept);
  if (!isTrue(kill)) {
    const space = String(cut).lastIndexOf(' ');
    if (space !== -1) cut = slice(cut, 0, space);
  }
  return like(text, concat([cut, tail], run.budget));
}

function indent(value: Value, [width, first, blank]: Value[], run: Run): Text {
  const given = textArgument(value, 'What is indented');
  const margin = isText(width) ? String(width) : ' '.repeat(checked(asIndex(width, 'The width'), run));
  const made: Text[] = [];
  // Line ends and margins are whose the line end was, so that JSON stays JSON and data stay data.
  let mark = slice(given, 0, 1);
  lines(concat([given, '\n'], run.budget), true, run).forEach((line, i) => {
    const inner = String(line).replace(LINE_END, '').length;
    if (i > 0) made.push(likewise(mark, '\n'));
    if (i === 0 ? isTrue(first) : isTrue(blank) || inner > 0) made.push(likewise(mark, margin));
    made.push(slice(line, 0, inner));
    mark = slice(line, inner, inner + 1);
  });
  return like(given, concat(made, run.budget));
}

function checked(width: number, run: Run): number {
  run.budget.use(width);
  return Math.max(0, width);
}

/** What ends a line, at its end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: lines may end at them
const LINE_END = /(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/;

interface Wrapping {
  width: number;
  breakLong: boolean;
  breakHyphens: boolean;
}

/** Longer words are not looked at for hyphens, which would take long. */
const LONGEST_WORD = 1000;
const CHUNK = /\s+|[^\s]+/g;
/** A word up to a hyphen after two letters and before two more, or up to a dash: there it may break, as Python has it. */
const HYPHENATED =
  /(?<=[\p{L}\p{N}_!"'&.,?])-{2,}(?=[\p{L}\p{N}_])|\S+?(?:-(?:(?<=[\p{L}_]{2}-)|(?<=[\p{L}_]-[\p{L}_]-))(?=[\p{L}_]-?[\p{L}_])|$|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_]))/gu;

function chunks(line: string, hyphens: boolean): string[] {
  const found = line.match(CHUNK) ?? [];
  if (!hyphens) return found;
  return found.flatMap((chunk) => {
    if (!chunk.includes('-') || chunk.length > LONGEST_WORD) return [chunk];
    const parts: string[] = [];
    let from = 0;
    for (const { index, 0: part } of chunk.matchAll(HYPHENATED)) {
      if (index > from) parts.push(chunk.slice(from, index));
      parts.push(part);
      from = index + part.length;
    }
    if (from < chunk.length) parts.push(chunk.slice(from));
    return parts;
  });
}

/** A line cut into lines of at most a width, at white space, or within words too long for any line. */
function wrapLine(line: string, { width, breakLong, breakHyphens }: Wrapping, run: Run): string[] {
  const left = chunks(line, breakHyphens).reverse();
  const made: string[] = [];
  while (left.length > 0) {
    run.budget.step();
    if (made.length > 0 && left.at(-1)!.trim() === '') left.pop();
    const current: string[] = [];
    let length = 0;
    while (left.length > 0 && length + lengthOf(left.at(-1)!) <= width) {
      const chunk = left.pop()!;
      current.push(chunk);
      length += lengthOf(chunk);
    }
    const next = left.at(-1);
    if (next !== undefined && lengthOf(next) > width) {
      if (breakLong) {
        left.pop();
        const rest = breakWord(next, width - length, width, breakHyphens, (part, last) => {
          run.budget.step();
          current.push(part);
          if (!last) made.push(current.splice(0).join(''));
        });
        left.push(rest);
      } else if (current.length === 0) current.push(left.pop()!);
    }
    if (current.at(-1)?.trim() === '') current.pop();
    if (current.length > 0) made.push(current.join(''));
  }
  return made;
}

/** Cuts a word that is longer than a line: a part into what is left of this one, then whole lines. The rest fits. */
function breakWord(
  word: string,
  room: number,
  width: number,
  hyphens: boolean,
  put: (part: string, last: boolean) => void,
): string {
  const chars = points(word);
  let from = 0;
  let space = room;
  while (chars.length - from > width) {
    let end = Math.min(from + space, chars.length);
    const hyphen = hyphens && space > 0 && chars.length - from > space ? chars.lastIndexOf('-', end - 1) : -1;
    if (hyphen > from && chars.slice(from, hyphen).some((char) => char !== '-')) end = hyphen + 1;
    const part = chars.slice(from, end).join('');
    from = end;
    space = width;
    put(part, chars.length - from <= width);
  }
  return chars.slice(from).join('');
}

function wordwrap(value: Value, [width, breakLong, wrapstring, breakHyphens]: Value[], run: Run): Text {
  const text = textArgument(value, 'What is wrapped');
  const size = asIndex(width, 'The width');
  if (size <= 0) throw new LanguageError('The width must be above 0.');
  const between = wrapstring === null ? '\n' : textArgument(wrapstring, 'What stands between lines');
  const how = { width: size, breakLong: isTrue(breakLong), breakHyphens: isTrue(breakHyphens) };
  run.budget.items(String(text).length);
  const made: Text[] = [];
  for (const [i, line] of lines(text, false, run).entries()) {
    if (i > 0) made.push(between);
    for (const [j, part] of wrapLine(String(line), how, run).entries()) {
      if (j > 0) made.push(between);
      made.push(part);
    }
  }
  return concat(made, run.budget);
}

export const wrapFilters: Named[] = [
  filter('truncate', parameters('', { length: 255, killwords: false, end: '...', leeway: null }), truncate),
  filter('indent', parameters('', { width: 4, first: false, blank: false }), indent),
  filter(
    'wordwrap',
    parameters('', { width: 79, break_long_words: true, wrapstring: null, break_on_hyphens: true }),
    wordwrap,
  ),
];
