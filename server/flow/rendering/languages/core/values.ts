import { ExactNumber } from '../../../../platform/json.ts';
import { Marked } from './marked.ts';
import { Moment } from './moment.ts';
import { Float, isInteger } from './numbers.ts';

/**
 * A value of a template: null, boolean, number (numbers.ts), text (a string, or Marked), date (Moment), list (an array,
 * or a language's own Tool), map, or tool. `undefined` is what isn't there: missing, null and empty are three things.
 */
export type Value = unknown;

/** A map: an object of the context, which is only read, or a Map that a template made. */
export type MapValue = Map<unknown, Value> | Record<string, Value>;

/**
 * What a language brings besides data: `loop`, a namespace, a macro, `$mathTool`. A template reaches what `get` answers
 * and nothing else of it. `toString` is what prints.
 */
export abstract class Tool {
  /** The value under a name; undefined when there is none. */
  get(_name: string): Value {
    return undefined;
  }
  abstract toString(): string;
  /** What it is as data, in JSON: a list, a map, or its text. */
  plain(): Value {
    return this.toString();
  }
}

export type Kind = 'missing' | 'null' | 'boolean' | 'integer' | 'float' | 'text' | 'date' | 'list' | 'map' | 'tool';

/** What sort of value this is. */
export function kindOf(value: Value): Kind {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'float';
    case 'boolean':
      return 'boolean';
    case 'bigint':
      return 'integer';
    case 'object':
      break;
    default:
      return 'missing'; // functions and symbols too: nothing of JavaScript's own is a value
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Map) return 'map';
  if (value instanceof Marked) return 'text';
  if (value instanceof Float) return 'float';
  if (value instanceof ExactNumber) return isInteger(value) ? 'integer' : 'float';
  if (value instanceof Tool) return 'tool';
  if (value instanceof Moment) return 'date';
  return isPlain(value) ? 'map' : 'missing';
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a value is a map: of the context, or one that a template has made. */
export function isMap(value: Value): value is MapValue {
  if (typeof value !== 'object' || value === null) return false;
  return value instanceof Map || isPlain(value);
}

/** The value under a key; undefined when the map holds none. Nothing that the map inherits is ever found. */
export function entry(map: MapValue, key: unknown): Value {
  if (map instanceof Map) return map.get(key);
  return typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Whether a map itself holds a key. */
export function hasEntry(map: MapValue, key: unknown): boolean {
  return map instanceof Map ? map.has(key) : typeof key === 'string' && Object.hasOwn(map, key);
}

/** The keys of a map, in their order. */
export function keysOf(map: MapValue): unknown[] {
  return map instanceof Map ? [...map.keys()] : Object.keys(map);
}

/** Keys and values of a map, in their order. */
export function entriesOf(map: MapValue): [unknown, Value][] {
  return map instanceof Map ? [...map] : Object.entries(map);
}

/** How many entries a map holds. */
export function sizeOf(map: MapValue): number {
  return map instanceof Map ? map.size : Object.keys(map).length;
}
