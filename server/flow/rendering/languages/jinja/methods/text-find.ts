/** Methods of texts that look for something, or ask what the text is made of. */
import { LanguageError, type Text, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { lengthOf, pointOf, sliceText } from '../points.ts';
import { asIndex } from '../types.ts';
import { Tuple } from '../values.ts';
import { method, type TextMethod } from './method.ts';
import { textArgument } from './text-cut.ts';

const WITHIN = { start: null, end: null };

/** The part of a text between two places, and how many characters stand before it; null when there is no such part. */
function within(of: Text, start: Value, end: Value): { part: string; before: number } | null {
  const text = String(of);
  if (start === null && end === null) return { part: text, before: 0 };
  const length = lengthOf(text);
  const place = (given: Value, otherwise: number) => {
    const index = given === null ? otherwise : asIndex(given, 'A place');
    return index < 0 ? Math.max(0, index + length) : index;
  };
  const from = place(start, 0);
  const to = Math.min(place(end, length), length);
  return from > length || from > to ? null : { part: String(sliceText(text, from, to)), before: from };
}

function find(of: Text, [needle, start, end]: Value[], last: boolean): number {
  const area = within(of, start, end);
  if (area === null) return -1;
  const text = String(textArgument(needle, 'What is looked for'));
  const at = last ? area.part.lastIndexOf(text) : area.part.indexOf(text);
  return at === -1 ? -1 : area.before + pointOf(area.part, at);
}

function mustFind(of: Text, args: Value[], last: boolean): number {
  const at = find(of, args, last);
  if (at === -1)
    throw new LanguageError('The text does not hold what is looked for.', 'Use find(), which gives -1 then.');
  return at;
}

function begins(of: Text, [given, start, end]: Value[], test: (part: string, text: string) => boolean): boolean {
  const area = within(of, start, end);
  const texts = given instanceof Tuple ? given.items : [given];
  return area !== null && texts.some((text) => test(area.part, String(textArgument(text, 'What is asked for'))));
}

function count(of: Text, [needle, start, end]: Value[]): number {
  const text = String(textArgument(needle, 'What is counted'));
  const area = within(of, start, end);
  if (area === null) return 0;
  return text === '' ? lengthOf(area.part) + 1 : area.part.split(text).length - 1;
}

/** A method that asks whether a text has characters, and all of them are of a kind. */
function all(name: string, kind: RegExp): TextMethod {
  return method(name, [], (of) => kind.test(String(of)));
}

const cased = (of: Text) => /\p{L}/u.test(String(of)) && String(of).toLowerCase() !== String(of).toUpperCase();

/** Whether words begin with a capital and go on small. */
function isTitle(text: string): boolean {
  let seen = false;
  let inside = false;
  for (const char of text) {
    const upper = char.toLowerCase() !== char;
    const lower = char.toUpperCase() !== char;
    if ((upper && inside) || (lower && !upper && !inside)) return false;
    inside = upper || lower;
    seen ||= inside;
  }
  return seen;
}

export const finding: TextMethod[] = [
  method('find', parameters('sub', WITHIN), (of, args) => find(of, args, false)),
  method('rfind', parameters('sub', WITHIN), (of, args) => find(of, args, true)),
  method('index', parameters('sub', WITHIN), (of, args) => mustFind(of, args, false)),
  method('rindex', parameters('sub', WITHIN), (of, args) => mustFind(of, args, true)),
  method('count', parameters('sub', WITHIN), count),
  method('startswith', parameters('prefix', WITHIN), (of, args) =>
    begins(of, args, (part, text) => part.startsWith(text)),
  ),
  method('endswith', parameters('suffix', WITHIN), (of, args) => begins(of, args, (part, text) => part.endsWith(text))),
  all('isalpha', /^\p{L}+$/u),
  all('isalnum', /^[\p{L}\p{N}]+$/u),
  all('isdigit', /^[\p{Nd}\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u2468]+$/u),
  all('isdecimal', /^\p{Nd}+$/u),
  all('isnumeric', /^\p{N}+$/u),
  all('isspace', /^\s+$/u),
  all('isascii', /^[\0-\x7f]*$/),
  all('isidentifier', /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u),
  all('isprintable', /^(?:[^\p{C}\p{Z}]| )*$/u),
  method('islower', [], (of) => cased(of) && String(of) === String(of).toLowerCase()),
  method('isupper', [], (of) => cased(of) && String(of) === String(of).toUpperCase()),
  method('istitle', [], (of) => isTitle(String(of))),
];
