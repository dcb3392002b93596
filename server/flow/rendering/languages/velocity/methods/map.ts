import { entriesOf, entry, hasEntry, isMap, keysOf, type MapValue, sizeOf, type Value } from '../../core/index.ts';
import { keyOf } from '../key.ts';
import { equals } from '../operators.ts';
import { textOf } from '../print.ts';
import type { Run } from '../run.ts';
import { Entry } from './entries.ts';
import { type Methods, method, nothing } from './method.ts';

function put(map: MapValue, key: Value, value: Value, run: Run): Value {
  if (!(map instanceof Map)) return undefined;
  run.budget.entries(1);
  const name = keyOf(key, run);
  const before = map.get(name);
  map.set(name, value ?? null);
  return before;
}

function values(map: MapValue, { budget }: Run): Value[] {
  budget.items(sizeOf(map));
  return entriesOf(map).map(([, value]) => value);
}

/** Methods of maps, as Java's Map has them. */
export const mapMethods: Methods<MapValue> = new Map([
  ['get', method('o', (self, [key], run) => entry(self, keyOf(key, run)))],
  [
    'getOrDefault',
    method('oo', (self, [key, other], run) => (hasEntry(self, keyOf(key, run)) ? entry(self, keyOf(key, run)) : other)),
  ],
  ['containsKey', method('o', (self, [key], run) => hasEntry(self, keyOf(key, run)))],
  [
    'containsValue',
    method('o', (self, [value], run) => values(self, run).some((own) => equals(own, value, run.budget))),
  ],
  ['size', method('-', (self) => sizeOf(self))],
  ['isEmpty', method('-', (self) => sizeOf(self) === 0)],
  [
    'keySet',
    method('-', (self, _args, { budget }) => {
      budget.items(sizeOf(self));
      return keysOf(self);
    }),
  ],
  ['values', method('-', (self, _args, run) => values(self, run))],
  [
    'entrySet',
    method('-', (self, _args, { budget }) => {
      budget.entries(sizeOf(self));
      return entriesOf(self).map(([key, value]) => new Entry(key, value, budget));
    }),
  ],
  ['put', method('oo', (self, [key, value], run) => put(self, key, value, run))],
  [
    'putIfAbsent',
    method('oo', (self, [key, value], run) => {
      const before = entry(self, keyOf(key, run));
      return before === undefined || before === null ? put(self, key, value, run) : before;
    }),
  ],
  [
    'putAll',
    method('o', (self, [others], run) => {
      if (!isMap(others)) return undefined;
      for (const [key, value] of entriesOf(others)) put(self, key, value, run);
      return nothing(run);
    }),
  ],
  [
    'remove',
    method('o', (self, [key], run) => {
      const name = keyOf(key, run);
      const before = entry(self, name);
      if (self instanceof Map) self.delete(name);
      return before;
    }),
  ],
  [
    'clear',
    method('-', (self, _args, run) => {
      if (self instanceof Map) self.clear();
      return nothing(run);
    }),
  ],
  ['equals', method('o', (self, [other], { budget }) => equals(self, other, budget))],
  ['toString', method('-', (self, _args, { budget }) => textOf(self, budget))],
]);
