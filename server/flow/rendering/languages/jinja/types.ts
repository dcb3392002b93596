/** What Python calls the values, whether they are true, and what they hold when one goes through them. */
import {
  type Budget,
  counted,
  entriesOf,
  Float,
  isMap,
  isNumeric,
  isText,
  keysOf,
  kindOf,
  LanguageError,
  type Numeric,
  sizeOf,
  toDouble,
  type Value,
} from '../core/index.ts';
import { lengthOf, points } from './points.ts';
import { Callable, Generator, Range, Tuple, Undefined, View } from './values.ts';

/** The name of a value's type, for errors. */
export function typeName(value: Value): string {
  switch (kindOf(value)) {
    case 'null':
    case 'missing':
      return 'NoneType';
    case 'boolean':
      return 'bool';
    case 'integer':
      return 'int';
    case 'float':
      return 'float';
    case 'text':
      return 'str';
    case 'list':
      return 'list';
    case 'map':
      return 'dict';
    case 'date':
      return 'datetime';
    default:
      if (value instanceof Tuple) return 'tuple';
      if (value instanceof Range) return 'range';
      if (value instanceof Generator) return 'generator';
      if (value instanceof Undefined) return 'Undefined';
      return value instanceof Callable ? 'function' : 'object';
  }
}

/** Whether a value counts as true, as Python has it: nothing, zero and what is empty does not. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    case 'bigint':
      return value !== 0n;
    case 'object':
      break;
    default:
      return false;
  }
  if (value === null || value instanceof Undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (isText(value)) return String(value) !== '';
  if (isNumeric(value)) return toDouble(value) !== 0;
  if (value instanceof Tuple || value instanceof View) return value.items.length > 0;
  if (value instanceof Range) return value.length > 0;
  return !isMap(value) || sizeOf(value) > 0;
}

/** A number, also of true and false, which Python counts as 1 and 0; null for what is none. */
export function asNumber(value: Value): Exclude<Numeric, { text: string }> | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return isNumeric(value) ? counted(value) : null;
}

/** A small integer for counts and places. Throws LanguageError when it is none. */
export function asIndex(value: Value, what = 'This'): number {
  const number = asNumber(value);
  if (number === null || number instanceof Float || (typeof number === 'number' && !Number.isInteger(number))) {
    if (value instanceof Undefined) throw value.fail();
    throw new LanguageError(`${what} must be a whole number, not ${typeName(value)}.`);
  }
  return Number(number);
}

/** Number of items. Throws LanguageError for what has none. */
export function sizeOfValue(value: Value): number {
  if (isText(value)) return lengthOf(String(value));
  if (Array.isArray(value)) return value.length;
  if (value instanceof Tuple || value instanceof View) return value.items.length;
  if (value instanceof Range) return value.length;
  if (value instanceof Undefined) return 0;
  if (value instanceof Callable && value.length !== null) return value.length;
  if (isMap(value)) return sizeOf(value);
  throw new LanguageError(`A ${typeName(value)} has no length.`, hintOf(value));
}

function hintOf(value: Value): string | null {
  return value instanceof Generator ? 'Add |list before it.' : null;
}

/** What one meets in going through a value; null for what can't be gone through. */
export function itemsOf(value: Value, budget: Budget): Iterable<Value> | null {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple || value instanceof View) return value.items;
  if (value instanceof Range || value instanceof Generator) return value;
  if (value instanceof Undefined) return [];
  if (isText(value)) {
    const text = String(value);
    budget.items(text.length);
    return points(text);
  }
  return isMap(value) ? keysOf(value) : null;
}

/** The items of a value. Throws LanguageError when it has none. */
export function iterate(value: Value, budget: Budget): Iterable<Value> {
  const items = itemsOf(value, budget);
  if (items === null) throw new LanguageError(`A ${typeName(value)} can't be gone through: it is not a list.`);
  return items;
}

/** All items of a value in an array of its own. */
export function listOf(value: Value, budget: Budget): Value[] {
  const items: Value[] = [];
  const known = value instanceof Range ? value.length : Array.isArray(value) ? value.length : 0;
  budget.items(known);
  for (const item of iterate(value, budget)) {
    budget.step();
    if (known === 0) budget.items(1);
    items.push(item);
  }
  return items;
}

/** A map's entries as tuples. */
export function entryTuples(map: Value, budget: Budget): Tuple[] {
  if (!isMap(map)) throw new LanguageError(`A ${typeName(map)} has no entries: it is not a map.`);
  const entries = entriesOf(map);
  budget.items(entries.length * 4);
  return entries.map((pair) => new Tuple(pair));
}

/** Whether maps may have it as a key: lists and maps can change, so they are none. */
export function canBeKey(value: Value): boolean {
  return !Array.isArray(value) && !isMap(value);
}

/** A key as maps keep it: numbers that are equal are one key, texts lose their marks. */
export function asKey(value: Value): unknown {
  if (isText(value)) return String(value);
  const number = typeof value === 'boolean' ? value : asNumber(value);
  if (number instanceof Float) return Number.isInteger(number.value) ? number.value : number;
  if (!canBeKey(value)) throw new LanguageError(`A ${typeName(value)} can't be a key.`);
  return number ?? value;
}
