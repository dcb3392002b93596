import { LanguageError, type Value } from '../../core/index.ts';
import { equals } from '../operators.ts';
import { textOf } from '../print.ts';
import type { Run } from '../run.ts';
import { Entries } from './entries.ts';
import { type Methods, method, nothing, within } from './method.ts';

function find(list: readonly Value[], item: Value, { budget }: Run): number {
  budget.steps(list.length);
  return list.findIndex((other) => same(other, item, budget));
}

/** Java's equality: 1 and "1" are two things. */
function same(left: Value, right: Value, budget: Run['budget']): boolean {
  if (typeof left === 'string' ? typeof right === 'number' : typeof left === 'number' && typeof right === 'string') {
    return false;
  }
  return equals(left, right, budget);
}

function subList(list: readonly Value[], from: number, to: number, { budget }: Run): Value[] {
  if (from < 0 || from > to || to > list.length) {
    throw new LanguageError(`The list has ${list.length} items; it can't be cut from ${from} to ${to}.`);
  }
  budget.items(to - from);
  return list.slice(from, to);
}

function add(list: Value[], at: number, items: readonly Value[], { budget }: Run): boolean {
  budget.items(items.length + 1);
  if (at === list.length) for (const item of items) list.push(item ?? null);
  else {
    budget.steps(list.length);
    list.splice(at, 0, ...items);
  }
  return items.length > 0;
}

function remove(list: Value[], what: Value, run: Run): Value {
  run.budget.steps(list.length);
  if (Number.isSafeInteger(what)) return list.splice(within(what, list.length, 'list'), 1)[0];
  const at = find(list, what, run);
  if (at !== -1) list.splice(at, 1);
  return at !== -1;
}

/** Keeps the items for which it is told so; whether the list became another. */
function keep(list: Value[], test: (item: Value) => boolean): boolean {
  const kept = list.filter(test);
  if (kept.length === list.length) return false;
  list.length = 0;
  for (const item of kept) list.push(item);
  return true;
}

/** Methods of lists, as Java's List has them. */
export const listMethods: Methods<Value[]> = new Map([
  ['size', method('-', (self) => self.length)],
  ['isEmpty', method('-', (self) => self.length === 0)],
  ['get', method('i', (self, [at]) => self[within(at, self.length, 'list')])],
  ['contains', method('o', (self, [item], run) => find(self, item, run) !== -1)],
  [
    'containsAll',
    method('l', (self, [items], run) => (items as Value[]).every((item) => find(self, item, run) !== -1)),
  ],
  ['indexOf', method('o', (self, [item], run) => find(self, item, run))],
  [
    'lastIndexOf',
    method('o', (self, [item], { budget }) => {
      budget.steps(self.length);
      return self.findLastIndex((other) => same(other, item, budget));
    }),
  ],
  ['subList', method('ii', (self, [from, to], run) => subList(self, from as number, to as number, run))],
  [
    'add',
    method('o io', (self, args, run) => {
      if (args.length === 1) return add(self, self.length, args, run);
      add(self, args[0] === self.length ? self.length : within(args[0], self.length, 'list'), [args[1]], run);
      return nothing(run);
    }),
  ],
  ['addAll', method('l', (self, [items], run) => add(self, self.length, [...(items as Value[])], run))],
  [
    'set',
    method('io', (self, [at, item]) => {
      const index = within(at, self.length, 'list');
      const before = self[index];
      self[index] = item ?? null;
      return before;
    }),
  ],
  ['remove', method('o', (self, [what], run) => remove(self, what, run))],
  ['removeAll', method('l', (self, [items], run) => keep(self, (item) => find(items as Value[], item, run) === -1))],
  ['retainAll', method('l', (self, [items], run) => keep(self, (item) => find(items as Value[], item, run) !== -1))],
  [
    'clear',
    method('-', (self, _args, run) => {
      self.length = 0;
      return nothing(run);
    }),
  ],
  ['toArray', method('-', (self, _args, run) => subList(self, 0, self.length, run))],
  ['iterator', method('-', (self) => new Entries(self))],
  ['equals', method('o', (self, [other], { budget }) => Array.isArray(other) && equals(self, other, budget))],
  ['toString', method('-', (self, _args, { budget }) => textOf(self, budget))],
]);
