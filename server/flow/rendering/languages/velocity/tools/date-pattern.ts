/** Patterns of Java's SimpleDateFormat, cut into fields and text. */
import { LanguageError } from '../../core/index.ts';

export interface Field {
  /** A letter of the pattern, or '' for text. */
  letter: string;
  count: number;
  text: string;
}

const LETTERS = 'GyYMLwWDdFEuaHkKhmsSzZX';
const BIT = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/gy;
const MOST_CHARACTERS = 500;
const MOST_PATTERNS = 200;
const patterns = new Map<string, readonly Field[]>();

/** The fields of a pattern. Throws LanguageError where it is none. */
export function fieldsOfPattern(pattern: string): readonly Field[] {
  let fields = patterns.get(pattern);
  if (fields === undefined) {
    fields = parse(pattern);
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    patterns.set(pattern, fields);
  }
  return fields;
}

function parse(pattern: string): Field[] {
  const hint = 'As in "yyyy-MM-dd\'T\'HH:mm:ss"; text that is no pattern stands in single quotes.';
  if (pattern.length > MOST_CHARACTERS) throw new LanguageError('This date pattern is too long.');
  const fields: Field[] = [];
  let end = 0;
  for (const { 0: bit, 1: quoted, 2: letter, index } of pattern.matchAll(BIT)) {
    end = index + bit.length;
    if (quoted !== undefined)
      fields.push({ letter: '', count: 0, text: quoted === '' ? "'" : quoted.replaceAll("''", "'") });
    else if (letter === undefined) fields.push({ letter: '', count: 0, text: bit });
    else if (LETTERS.includes(letter)) fields.push({ letter, count: bit.length, text: bit });
    else throw new LanguageError(`${letter} is no letter of date patterns, in ${JSON.stringify(pattern)}.`, hint);
  }
  if (end < pattern.length)
    throw new LanguageError(`A quote is not closed in the date pattern ${JSON.stringify(pattern)}.`, hint);
  return fields;
}
