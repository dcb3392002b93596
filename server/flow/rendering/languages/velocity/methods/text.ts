import {
  concat,
  fromParts,
  isText,
  LanguageError,
  mapText,
  replace,
  slice,
  type Text,
  type Value,
} from '../../core/index.ts';
import { textOf } from '../print.ts';
import type { Run } from '../run.ts';
import { FORMATS, format } from './format.ts';
import { type Methods, method, within } from './method.ts';
import { matches, replaceAll, replaceFirst, split } from './pattern.ts';

/** Characters from `start` to before `end`. Throws LanguageError when the text is too short. */
function substring(self: Text, start: number, end: number): Text {
  const { length } = String(self);
  if (start >= 0 && start <= end && end <= length) return slice(self, start, end);
  throw new LanguageError(`The text has ${length} characters; it can't be cut from ${start} to ${end}.`);
}

function compare(left: string, right: string): number {
  const end = Math.min(left.length, right.length);
  for (let i = 0; i < end; i++) {
    const difference = left.charCodeAt(i) - right.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function hash(text: string): number {
  let made = 0;
  for (let i = 0; i < text.length; i++) made = (Math.imul(31, made) + text.charCodeAt(i)) | 0;
  return made;
}

/** Cuts white space off the ends. No regular expression: those take the square of a long run's length. */
function cut(self: Text, isSpace: (code: number) => boolean, start: boolean, end: boolean): Text {
  const text = String(self);
  let from = 0;
  let to = text.length;
  if (start) while (from < to && isSpace(text.charCodeAt(from))) from++;
  if (end) while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return slice(self, from, to);
}

/** What `trim` cuts: all that isn't more than a space. */
const isLow = (code: number) => code <= 0x20;
const isWhite = (code: number) => code <= 0x20 || (code >= 0x1680 && String.fromCharCode(code).trim() === '');

function repeat(self: Text, count: number, { budget }: Run): Text {
  if (count < 0) throw new LanguageError('A text is repeated 0 times or more.');
  budget.use(String(self).length * count);
  budget.steps(count);
  return concat(
    Array.from({ length: count }, () => self),
    budget,
  );
}

const text = (value: Value) => String(value);

/** What is looked for: a text, or a character by its code. */
function sought(of: Value): string {
  return typeof of === 'number' && of >= 0 && of <= 0x10ffff ? String.fromCodePoint(of) : text(of);
}

/** Methods of texts, as Java's String has them. */
export const textMethods: Methods<Text> = new Map([
  ['length', method('-', (self) => text(self).length)],
  ['isEmpty', method('-', (self) => text(self) === '')],
  ['isBlank', method('-', (self) => text(self).trim() === '')],
  ['charAt', method('i', (self, [at]) => slice(self, within(at, text(self).length, 'text'), (at as number) + 1))],
  ['codePointAt', method('i', (self, [at]) => text(self).codePointAt(within(at, text(self).length, 'text')))],
  ['substring', method('i ii', (self, [a, b]) => substring(self, a as number, (b as number) ?? text(self).length))],
  ['subSequence', method('ii', (self, [a, b]) => substring(self, a as number, b as number))],
  ['indexOf', method('s si i ii', (self, [of, from]) => text(self).indexOf(sought(of), (from as number) ?? 0))],
  [
    'lastIndexOf',
    method('s si i ii', (self, [of, from]) =>
      (from as number) < 0 ? -1 : text(self).lastIndexOf(sought(of), (from as number) ?? Number.POSITIVE_INFINITY),
    ),
  ],
  ['contains', method('s', (self, [other]) => text(self).includes(text(other)))],
  ['startsWith', method('s si', (self, [other, from]) => text(self).startsWith(text(other), (from as number) ?? 0))],
  ['endsWith', method('s', (self, [other]) => text(self).endsWith(text(other)))],
  ['contentEquals', method('s', (self, [other]) => text(self) === text(other))],
  ['equals', method('o', (self, [other]) => isText(other) && text(self) === text(other))],
  [
    'equalsIgnoreCase',
    method('o', (self, [other]) => isText(other) && text(self).toLowerCase() === text(other).toLowerCase()),
  ],
  [
    'compareTo',
    method('s o', (self, [other]) => {
      if (!isText(other)) throw new LanguageError('compareTo() of a text compares it with another text.');
      return compare(text(self), text(other));
    }),
  ],
  ['format', method(FORMATS, (_self, [pattern, ...args], { budget }) => format(text(pattern), args, budget))],
  ['compareToIgnoreCase', method('s', (self, [other]) => compare(text(self).toLowerCase(), text(other).toLowerCase()))],
  ['concat', method('s', (self, [other], { budget }) => concat([self, other as Text], budget))],
  [
    'replace',
    method('ss', (self, [from, to], { budget }) =>
      replace(self, text(from), to as Text, Number.POSITIVE_INFINITY, budget),
    ),
  ],
  ['replaceAll', method('ss', (self, [from, to], run) => replaceAll(self, text(from), to as Text, run))],
  ['replaceFirst', method('ss', (self, [from, to], run) => replaceFirst(self, text(from), to as Text, run))],
  ['matches', method('s', (self, [pattern], run) => matches(text(self), text(pattern), run))],
  ['split', method('s si', (self, [by, most], run) => split(self, text(by), (most as number) ?? 0, run))],
  ['trim', method('-', (self) => cut(self, isLow, true, true))],
  ['strip', method('-', (self) => cut(self, isWhite, true, true))],
  ['stripLeading', method('-', (self) => cut(self, isWhite, true, false))],
  ['stripTrailing', method('-', (self) => cut(self, isWhite, false, true))],
  ['toLowerCase', method('-', (self) => mapText(self, (part) => part.toLowerCase()))],
  ['toUpperCase', method('-', (self) => mapText(self, (part) => part.toUpperCase()))],
  ['repeat', method('i', (self, [count], run) => repeat(self, count as number, run))],
  ['toString', method('-', (self) => self)],
  ['intern', method('-', (self) => self)],
  ['hashCode', method('-', (self) => hash(text(self)))],
  ['valueOf', method('o', (_self, [value], { budget }) => textOf(value, budget))],
  [
    'join',
    method('sl ss sss ssss sssss', (_self, [by, ...items], run) =>
      joinItems(by as Text, Array.isArray(items[0]) ? items[0] : items, run),
    ),
  ],
]);

function joinItems(by: Text, items: readonly Value[], { budget }: Run): Text {
  budget.steps(items.length);
  const parts: Text[] = [];
  items.forEach((item, i) => {
    if (i > 0) parts.push(by);
    parts.push(typeof item === 'string' ? item : textOf(item, budget));
  });
  return parts.length === 0 ? fromParts([]) : concat(parts, budget);
}
