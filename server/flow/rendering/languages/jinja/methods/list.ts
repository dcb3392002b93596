import { type Budget, LanguageError, type Value } from '../../core/index.ts';
import { bind, parameters } from '../arguments.ts';
import { equals, order } from '../compare.ts';
import type { Run } from '../run.ts';
import { asIndex, isTrue, listOf } from '../types.ts';
import { Callable, type Range, type Tuple } from '../values.ts';
import { type Entry, method, type Table } from './method.ts';

function indexOf(items: readonly Value[], [wanted, start, stop]: Value[], budget: Budget): number {
  const place = (given: Value, otherwise: number) => {
    const index = given === null || given === undefined ? otherwise : asIndex(given, 'A place');
    return index < 0 ? Math.max(0, index + items.length) : index;
  };
  const end = Math.min(place(stop, items.length), items.length);
  for (let i = place(start, 0); i < end; i++) if (equals(items[i], wanted, budget)) return i;
  throw new LanguageError('The list does not hold what is looked for.', 'Ask with "in" first.');
}

const count = (items: readonly Value[], wanted: Value, budget: Budget) =>
  items.filter((one) => equals(one, wanted, budget)).length;

/** Items in order, those that are equal as they were. `keys`: what to order by. Charged to the budget. */
export function sorted(items: readonly Value[], keys: readonly Value[], reverse: boolean, budget: Budget): Value[] {
  budget.items(items.length * 2);
  const places = items.map((_, i) => i);
  // Turned around twice, so that equal items keep their order when the list is reversed.
  if (reverse) places.reverse();
  places.sort((a, b) => order(keys[a], keys[b], budget));
  if (reverse) places.reverse();
  return places.map((i) => items[i]);
}

const SORT = parameters('', { key: null, reverse: false });
const LOOK = parameters('value', { start: null, stop: null });

const changing: [string, Entry<Value[]>][] = [
  method('append', parameters('object'), (list, [value], { budget }) => {
    budget.items(1);
    list.push(value);
    return null;
  }),
  method('extend', parameters('iterable'), (list, [values], { budget }) => {
    for (const value of listOf(values, budget)) list.push(value);
    return null;
  }),
  method('insert', parameters('index object'), (list, [index, value], { budget }) => {
    budget.items(1);
    budget.steps(list.length >> 6);
    list.splice(asIndex(index, 'The place'), 0, value);
    return null;
  }),
  method('pop', parameters('', { index: -1 }), (list, [given], { budget }) => {
    const index = asIndex(given, 'The place');
    const place = index < 0 ? index + list.length : index;
    if (place < 0 || place >= list.length) throw new LanguageError('There is no such item to pop.');
    budget.steps(list.length >> 6);
    return list.splice(place, 1)[0];
  }),
  method('remove', parameters('value'), (list, [value], { budget }) => {
    list.splice(indexOf(list, [value], budget), 1);
    return null;
  }),
  method('clear', [], (list) => {
    list.length = 0;
    return null;
  }),
  method('reverse', [], (list, _args, { budget }) => {
    budget.steps(list.length);
    list.reverse();
    return null;
  }),
  [
    'sort',
    {
      parameters: null,
      run: (list, _args, { budget }, { args, kwargs }) => {
        if (args.length > 0) throw new LanguageError('sort() takes its arguments by name: sort(reverse=true).');
        const [key, reverse] = bind('sort()', SORT, { args, kwargs });
        const keys = key instanceof Callable ? list.map((item) => key.call({ args: [item], kwargs: new Map() })) : list;
        const made = sorted(list, keys, isTrue(reverse), budget);
        for (const [i, item] of made.entries()) list[i] = item;
        return null;
      },
    },
  ],
];

/** Names of the methods that change what they are called on. */
export const CHANGES_LISTS: readonly string[] = changing.map(([name]) => name);

export const listMethods: Table<Value[]> = new Map([
  ...changing,
  method<Value[]>('index', LOOK, (list, args, { budget }) => indexOf(list, args, budget)),
  method<Value[]>('count', parameters('value'), (list, [value], { budget }) => count(list, value, budget)),
  method<Value[]>('copy', [], (list, _args, { budget }) => {
    budget.items(list.length);
    return [...list];
  }),
]);

export const tupleMethods: Table<Tuple> = new Map([
  method<Tuple>('index', LOOK, ({ items }, args, { budget }) => indexOf(items, args, budget)),
  method<Tuple>('count', parameters('value'), ({ items }, [value], { budget }) => count(items, value, budget)),
]);

/** The items of a range, for looking through them. */
function rangeItems(range: Range, { budget }: Run): Value[] {
  budget.items(range.length);
  return [...range];
}

export const rangeMethods: Table<Range> = new Map([
  method<Range>('index', parameters('value'), (range, args, run) => indexOf(rangeItems(range, run), args, run.budget)),
  method<Range>('count', parameters('value'), (range, [value], run) =>
    count(rangeItems(range, run), value, run.budget),
  ),
]);
