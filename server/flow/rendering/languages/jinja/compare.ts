import {
  type Budget,
  compareNumbers,
  entriesOf,
  entry,
  hasEntry,
  isMap,
  isText,
  LanguageError,
  Moment,
  sizeOf,
  type Value,
} from '../core/index.ts';
import { compareText } from './points.ts';
import { asKey, asNumber, itemsOf, typeName } from './types.ts';
import { Generator, Range, Tuple, Undefined, View } from './values.ts';

/** Whether two values are equal in Python: 1 == 1.0 == True, "1" != 1, lists and maps by what they hold. */
export function equals(a: Value, b: Value, budget: Budget): boolean {
  if (a === b) return true;
  if (isText(a)) return isText(b) && String(a) === String(b);
  if (isText(b)) return false;
  const x = asNumber(a);
  const y = asNumber(b);
  if (x !== null || y !== null) return x !== null && y !== null && compareNumbers(x, y) === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  budget.step();
  budget.enter();
  const same = equalObjects(a, b, budget);
  budget.leave();
  return same;
}

function equalObjects(a: object, b: object, budget: Budget): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b, budget);
  if (a instanceof Tuple) return b instanceof Tuple && equalLists(a.items, b.items, budget);
  if (a instanceof Range) return b instanceof Range && equalLists([...a], [...b], budget);
  if (a instanceof View) return b instanceof View && a.kind === b.kind && equalLists(a.items, b.items, budget);
  if (a instanceof Undefined) return b instanceof Undefined;
  if (a instanceof Moment) return b instanceof Moment && a.ms === b.ms;
  if (!isMap(a) || !isMap(b) || sizeOf(a) !== sizeOf(b)) return false;
  return entriesOf(a).every(([key, value]) => hasEntry(b, key) && equals(value, entry(b, key), budget));
}

function equalLists(a: readonly Value[], b: readonly Value[], budget: Budget): boolean {
  return a.length === b.length && a.every((item, i) => equals(item, b[i], budget));
}

/** Negative, 0 or positive: the order of two values. Throws LanguageError when they have none. */
export function order(a: Value, b: Value, budget: Budget): number {
  budget.step();
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (isText(a) && isText(b)) return compareText(String(a), String(b));
  const x = asNumber(a);
  const y = asNumber(b);
  if (x !== null && y !== null) return compareNumbers(x, y);
  if (Array.isArray(a) && Array.isArray(b)) return orderLists(a, b, budget);
  if (a instanceof Tuple && b instanceof Tuple) return orderLists(a.items, b.items, budget);
  if (a instanceof Moment && b instanceof Moment) return a.ms - b.ms;
  if (a instanceof Undefined) throw a.fail();
  if (b instanceof Undefined) throw b.fail();
  const hint = isText(a) || isText(b) ? 'Use |int, |float or |string to make them alike.' : null;
  throw new LanguageError(`A ${typeName(a)} and a ${typeName(b)} have no order.`, hint);
}

function orderLists(a: readonly Value[], b: readonly Value[], budget: Budget): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (!equals(a[i], b[i], budget)) return order(a[i], b[i], budget);
  }
  return a.length - b.length;
}

/** `needle in heap`. Throws LanguageError when nothing can be in it. */
export function contains(heap: Value, needle: Value, budget: Budget): boolean {
  if (isText(heap)) {
    if (needle instanceof Undefined) throw needle.fail();
    if (!isText(needle))
      throw new LanguageError(`Only a text can be in a text, not a ${typeName(needle)}.`, 'Add |string.');
    return String(heap).includes(String(needle));
  }
  if (isMap(heap)) return hasEntry(heap, asKey(needle));
  const items = itemsOf(heap, budget);
  if (items === null) throw new LanguageError(`Nothing can be in a ${typeName(heap)}.`);
  for (const item of items) {
    budget.step();
    if (equals(item, needle, budget)) return true;
  }
  return false;
}

/** `is sameas`: the same thing, not only an equal one. */
export function isSame(a: Value, b: Value, budget: Budget): boolean {
  if (typeof a !== 'object' || a === null || isText(a) || asNumber(a) !== null) {
    return typeName(a) === typeName(b) && equals(a, b, budget);
  }
  return a === b && !(a instanceof Generator);
}
