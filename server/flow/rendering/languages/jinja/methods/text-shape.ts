/** Methods of texts that change letters or fill up. */
import {
  type Budget,
  concat,
  entry,
  isMap,
  keysOf,
  LanguageError,
  mapText,
  slice,
  type Text,
  type Value,
} from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { formatBraces, formatFromMap } from '../format/brace.ts';
import { lengthOf } from '../points.ts';
import type { Run } from '../run.ts';
import { asIndex } from '../types.ts';
import { asMarkup, likewise, Markup } from '../values.ts';
import { type Entry, method, named, type TextMethod } from './method.ts';
import { textArgument } from './text-cut.ts';

function like(of: Text, made: Text): Text {
  return of instanceof Markup ? asMarkup(made) : made;
}

/** The first letter large, all others small. */
export function capitalize(text: string): string {
  const first = text === '' ? '' : String.fromCodePoint(text.codePointAt(0)!);
  const large = first.toUpperCase();
  return (
    large.slice(0, first.length) + large.slice(first.length).toLowerCase() + text.slice(first.length).toLowerCase()
  );
}

/** Before a text is taken apart into its words: each is made three times over, and may be a letter. */
export function chargeWords(text: string, budget: Budget): void {
  budget.through(text);
  budget.use(text.length * 4);
}

function title(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => capitalize(word));
}

function swapCase(text: string): string {
  return Array.from(text, (char) => (char.toLowerCase() === char ? char.toUpperCase() : char.toLowerCase())).join('');
}

/** A text filled up to a width: `share` of what is missing stands before it. */
export function pad(
  of: Text,
  width: Value,
  fill: Value,
  share: (missing: number, width: number) => number,
  run: Run,
): Text {
  const wanted = asIndex(width, 'The width');
  const char = String(textArgument(fill, 'The fill character'));
  if (lengthOf(char) !== 1) throw new LanguageError('The fill character must be one character.');
  const missing = wanted - lengthOf(String(of));
  if (missing <= 0) return of;
  run.budget.use(missing);
  const before = share(missing, wanted);
  return like(of, concat([char.repeat(before), of, char.repeat(missing - before)], run.budget));
}

/** Python's centring: of an odd rest, the left gets more when the width is odd. */
export function centerShare(missing: number, width: number): number {
  return Math.floor(missing / 2) + (missing & width & 1);
}

function zeroFill(of: Text, width: Value, run: Run): Text {
  const missing = asIndex(width, 'The width') - lengthOf(String(of));
  if (missing <= 0) return of;
  run.budget.use(missing);
  const signed = /^[-+]/.test(String(of)) ? 1 : 0;
  return concat([slice(of, 0, signed), '0'.repeat(missing), slice(of, signed, String(of).length)], run.budget);
}

function expandTabs(text: string, size: number, run: Run): string {
  let column = 0;
  let made = '';
  run.budget.use(text.length);
  for (const char of text) {
    if (char === '\t') {
      const count = size > 0 ? size - (column % size) : 0;
      run.budget.use(count);
      made += ' '.repeat(count);
      column += count;
    } else {
      made += char;
      column = char === '\n' || char === '\r' ? 0 : column + 1;
    }
  }
  return made;
}

/** Characters replaced by a table: from character or code to a text, a code, or none. */
function translate(of: Text, table: Value, run: Run): Text {
  if (!isMap(table)) throw new LanguageError('translate() needs a map.');
  const changed = new Map(
    keysOf(table).map((key) => [typeof key === 'number' ? String.fromCodePoint(key) : key, entry(table, key)]),
  );
  run.budget.steps(String(of).length);
  return mapText(of, (text) =>
    Array.from(text, (char) => {
      if (!changed.has(char)) return char;
      const to = changed.get(char);
      return to === null
        ? ''
        : typeof to === 'number'
          ? String.fromCodePoint(to)
          : String(textArgument(to, 'The replacement'));
    }).join(''),
  );
}

const WIDTH = parameters('width', { fillchar: ' ' });
const shaped = (name: string, change: (text: string) => string): TextMethod =>
  method(name, [], (of, _args, run) => {
    run.budget.use(String(of).length);
    return like(of, mapText(of, change));
  });
const whole = (name: string, change: (text: string) => string): TextMethod =>
  method(name, [], (of, _args, run) => {
    run.budget.use(String(of).length);
    return likewise(of, change(String(of)));
  });
const raw = (name: string, run: Entry<Text>['run']): TextMethod => [name, { parameters: null, run }];

export const shaping: TextMethod[] = [
  shaped('upper', (text) => text.toUpperCase()),
  shaped('lower', (text) => text.toLowerCase()),
  shaped('casefold', (text) => text.toUpperCase().toLowerCase().replaceAll('ς', 'σ')),
  shaped('swapcase', swapCase),
  whole('capitalize', capitalize),
  method('title', [], (of, _args, run) => {
    chargeWords(String(of), run.budget);
    return likewise(of, title(String(of)));
  }),
  method('center', WIDTH, (of, [width, fill], run) => pad(of, width, fill, centerShare, run)),
  method('ljust', WIDTH, (of, [width, fill], run) => pad(of, width, fill, () => 0, run)),
  method('rjust', WIDTH, (of, [width, fill], run) => pad(of, width, fill, (missing) => missing, run)),
  method('zfill', parameters('width'), (of, [width], run) => zeroFill(of, width, run)),
  named('expandtabs', parameters('', { tabsize: 8 }), (of, [size], run) =>
    likewise(of, expandTabs(String(of), asIndex(size, 'The size of a tab'), run)),
  ),
  method('translate', parameters('table'), (of, [table], run) => translate(of, table, run)),
  raw('format', (of, _args, run, given) => formatBraces(of, given, run)),
  method('format_map', parameters('mapping'), (of, [map], run) => formatFromMap(of, map, run)),
];
