import {
  entriesOf,
  entry,
  hasEntry,
  isMap,
  keysOf,
  LanguageError,
  type MapValue,
  type Value,
} from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import type { Run } from '../run.ts';
import { asKey, entryTuples, listOf } from '../types.ts';
import { type Given, Tuple, View } from '../values.ts';
import { type Entry, method, type Table } from './method.ts';

/** The map for writing. The context's own is only read: templates that change it get a copy (copy.ts). */
function own(map: MapValue): Map<unknown, Value> {
  if (map instanceof Map) return map;
  throw new LanguageError("The context's own maps can't be changed in this way.", 'Change a copy: map.copy().');
}

/** Entries out of a map, or of a list of pairs, then of the named arguments, as dict() and update() take them. */
export function pairsOf({ args, kwargs }: Given, run: Run): [unknown, Value][] {
  const { budget } = run;
  if (args.length > 1) throw new LanguageError('A map is made of at most one map or list of pairs.');
  const [from] = args;
  const pairs: [unknown, Value][] = isMap(from)
    ? entriesOf(from)
    : from === undefined
      ? []
      : listOf(from, budget).map((pair) => {
          const [key, value, ...more] = listOf(pair, budget);
          if (value === undefined || more.length > 0)
            throw new LanguageError('A map is made of pairs of key and value.');
          return [asKey(key), value];
        });
  budget.entries(pairs.length + kwargs.size);
  return [...pairs, ...kwargs];
}

function pop(map: Map<unknown, Value>, key: Value, otherwise: Value): Value {
  const name = asKey(key);
  if (!map.has(name)) {
    if (otherwise === MUST)
      throw new LanguageError('The map has no such key to pop.', 'Give a second argument for that case.');
    return otherwise;
  }
  const value = map.get(name);
  map.delete(name);
  return value;
}

/** Stands for a default that was not given. */
const MUST = Symbol('must');

const changing: [string, Entry<MapValue>][] = [
  [
    'update',
    {
      parameters: null,
      run: (map, _args, run, given) => {
        const target = own(map);
        for (const [key, value] of pairsOf(given, run)) target.set(key, value);
        return null;
      },
    },
  ],
  method('setdefault', parameters('key', { default: null }), (map, [key, value], { budget }) => {
    const target = own(map);
    const name = asKey(key);
    budget.entries(1);
    if (!target.has(name)) target.set(name, value);
    return target.get(name);
  }),
  method('pop', parameters('key', { default: MUST }), (map, [key, otherwise]) => pop(own(map), key, otherwise)),
  method('popitem', [], (map) => {
    const last = [...own(map)].at(-1);
    if (last === undefined) throw new LanguageError('The map is empty.');
    own(map).delete(last[0]);
    return new Tuple(last);
  }),
  method('clear', [], (map) => {
    own(map).clear();
    return null;
  }),
];

/** Names of the methods that change what they are called on. */
export const CHANGES_MAPS: readonly string[] = changing.map(([name]) => name);

export const mapMethods: Table<MapValue> = new Map([
  ...changing,
  method<MapValue>('get', parameters('key', { default: null }), (map, [key, otherwise]) => {
    const name = asKey(key);
    return hasEntry(map, name) ? entry(map, name) : otherwise;
  }),
  method<MapValue>('keys', [], (map, _args, { budget }) => {
    const keys = keysOf(map);
    budget.items(keys.length);
    return new View('keys', keys);
  }),
  method<MapValue>('values', [], (map, _args, { budget }) => {
    const values = entriesOf(map).map(([, value]) => value);
    budget.items(values.length);
    return new View('values', values);
  }),
  method<MapValue>('items', [], (map, _args, { budget }) => new View('items', entryTuples(map, budget))),
  method<MapValue>('copy', [], (map, _args, { budget }) => {
    const entries = entriesOf(map);
    budget.entries(entries.length);
    return new Map(entries);
  }),
]);
