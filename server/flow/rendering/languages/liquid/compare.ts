/** How values compare. */
import {
  type Budget,
  compareNumbers,
  entriesOf,
  entry,
  hasEntry,
  isMap,
  isNumeric,
  isText,
  keysOf,
  LanguageError,
  type Value,
} from '../core/index.ts';
import { isBlank } from './patterns.ts';
import { inspect, textOf } from './print.ts';
import { Range } from './range.ts';

/** `blank` and `empty` in a comparison: they ask something of the other side. Anywhere else they are an empty text. */
export class Question {
  readonly name: 'blank' | 'empty';
  constructor(name: 'blank' | 'empty') {
    this.name = name;
  }
  toString(): string {
    return '';
  }
  /** Whether a value is blank, or empty. */
  holds(value: Value): boolean {
    if (Array.isArray(value)) return value.length === 0;
    if (isText(value)) return this.name === 'empty' ? String(value) === '' : isBlank(String(value));
    if (isMap(value)) return keysOf(value).length === 0;
    if (value instanceof Range) return this.name === 'blank' && value.size === 0;
    return this.name === 'blank' && (value === null || value === undefined || value === false);
  }
}

/** Neither nil nor false. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== undefined && value !== false;
}

/** Order of texts by their characters' code points, as their UTF-8 bytes have it. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // Surrogates mean characters beyond all others.
    const high = (code: number) => (code >= 0xd800 && code < 0xe000 ? code + 0x10000 : code);
    return high(x) < high(y) ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** Whether two values are the same: numbers by what they mean, lists and maps by what they hold. */
export function equals(a: Value, b: Value, budget: Budget): boolean {
  budget.step();
  if (a instanceof Question) return b instanceof Question ? a.name === b.name : a.holds(b);
  if (b instanceof Question) return b.holds(a);
  if (isText(a)) return isText(b) && String(a) === String(b);
  if (isNumeric(a)) return isNumeric(b) && compareNumbers(a, b) === 0;
  if (a === null || a === undefined) return b === null || b === undefined;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    budget.enter();
    const same = a.every((item, i) => equals(item, b[i], budget));
    budget.leave();
    return same;
  }
  if (a instanceof Range) return b instanceof Range && a.first === b.first && a.last === b.last;
  if (!isMap(a)) return a === b;
  if (!isMap(b) || keysOf(a).length !== keysOf(b).length) return false;
  budget.enter();
  const same = entriesOf(a).every(([key, value]) => hasEntry(b, key) && equals(value, entry(b, key), budget));
  budget.leave();
  return same;
}

/** -1, 0 or 1 between two numbers or two texts; null when these can't be ordered. */
export function order(a: Value, b: Value): number | null {
  if (isNumeric(a) && isNumeric(b)) {
    const found = compareNumbers(a, b);
    return Number.isNaN(found) ? null : found;
  }
  return isText(a) && isText(b) ? compareTexts(String(a), String(b)) : null;
}

function nameOf(value: Value, budget: Budget): string {
  if (value === null || value === undefined) return 'nil';
  if (isText(value)) return 'String';
  if (Array.isArray(value)) return 'Array';
  return isNumeric(value) ? inspect(value, budget) : typeof value;
}

/** Whether an order holds. What has none is never so. Throws LanguageError for a text and a number. */
export function ordered(a: Value, b: Value, holds: (order: number) => boolean, budget: Budget): boolean {
  const ranked = (value: Value) => isText(value) || isNumeric(value);
  if (!ranked(a) || !ranked(b)) return false;
  const found = order(a, b);
  if (found !== null) return holds(found);
  if (isNumeric(a) && isNumeric(b)) return false;
  const message = `A ${isText(a) ? 'text' : 'number'} can't be compared with a ${isText(b) ? 'text' : 'number'}`;
  throw new LanguageError(
    `${message}: ${nameOf(a, budget)} with ${nameOf(b, budget)}.`,
    'Add | plus: 0 to the text first.',
  );
}

/** `contains`: a part of a text, an item of a list, a key of a map. */
export function contains(a: Value, b: Value, budget: Budget): boolean {
  if (!isTrue(a) || !isTrue(b)) return false;
  if (isText(a)) return String(a).includes(textOf(b, budget));
  if (Array.isArray(a)) return a.some((item) => equals(item, b, budget));
  if (isMap(a)) return hasEntry(a, isText(b) ? String(b) : b);
  if (!(a instanceof Range) || !isNumeric(b)) return false;
  return compareNumbers(a.first, b) <= 0 && compareNumbers(b, a.last) <= 0;
}
