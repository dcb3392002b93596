/** Filters of lists and maps that give one value, or another order. */
import { beside, concat, isMap, isText, LanguageError, type Text, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { calculate } from '../arithmetic.ts';
import { equals, order } from '../compare.ts';
import { sorted } from '../methods/list.ts';
import { points } from '../points.ts';
import { toText } from '../print.ts';
import type { Run } from '../run.ts';
import { asIndex, entryTuples, isTrue, iterate, listOf, sizeOfValue, typeName } from '../types.ts';
import { asMarkup, escapeMarkup, Generator, Group, likewise, Markup, Tuple, Undefined, View } from '../values.ts';
import { filter, foldCase, getter, getters, type Named } from './filter.ts';

function first(value: Value, { budget }: Run): Value {
  for (const item of iterate(value, budget)) return item;
  return new Undefined('The list is empty and has no first item');
}

function last(value: Value, { budget }: Run): Value {
  if (value instanceof Generator) throw new LanguageError('The last item is not known yet.', 'Add |list before |last.');
  const items = listOf(value, budget);
  return items.length === 0 ? new Undefined('The list is empty and has no last item') : items.at(-1);
}

function join(value: Value, [separator, attribute]: Value[], run: Run): Text {
  const { budget } = run;
  const get = getter(attribute, run);
  let between = toText(separator, budget);
  const texts: Text[] = [];
  for (const item of iterate(value, budget)) {
    budget.step();
    budget.items(1);
    const one = get(item);
    texts.push(beside(between, one, toText(one, budget)));
  }
  const markup = run.autoescape && (between instanceof Markup || texts.some((text) => text instanceof Markup));
  if (markup) between = escapeMarkup(between);
  const parts = texts.flatMap((text, i): Text[] => {
    const one = markup ? escapeMarkup(text) : text;
    return i === 0 ? [one] : [between, one];
  });
  const joined = concat(parts, budget);
  return markup ? asMarkup(joined) : joined;
}

function reverse(value: Value, { budget }: Run): Value {
  if (isText(value)) {
    budget.use(String(value).length);
    return likewise(value, points(String(value)).reverse().join(''));
  }
  const items = listOf(value, budget).reverse();
  return new Generator(items);
}

function sort(value: Value, [backwards, exact, attribute]: Value[], run: Run): Value[] {
  const items = listOf(value, run.budget);
  const get = getters(attribute, run, { fold: !isTrue(exact) });
  // In lists, as Python has it: items without the attribute are equal to each other.
  const keys = items.map((item) => [get(item)]);
  return sorted(items, keys, isTrue(backwards), run.budget);
}

function dictsort(value: Value, [exact, by, backwards]: Value[], run: Run): Value[] {
  const place = ['key', 'value'].indexOf(String(by));
  if (place === -1) throw new LanguageError('dictsort sorts by "key" or "value".');
  const pairs = entryTuples(value, run.budget);
  const keys = pairs.map(({ items }) => (isTrue(exact) ? items[place] : foldCase(items[place])));
  return sorted(pairs, keys, isTrue(backwards), run.budget);
}

function groupby(value: Value, [attribute, otherwise, exact]: Value[], run: Run): Value[] {
  const items = listOf(value, run.budget);
  const get = getter(attribute, run, { otherwise, fold: !isTrue(exact) });
  const shown = getter(attribute, run, { otherwise });
  const keys = items.map(get);
  const places = sorted(
    items.map((_, i) => i),
    keys,
    false,
    run.budget,
  ) as number[];
  const groups: Group[] = [];
  let current: Value[] = [];
  let before: Value;
  for (const place of places) {
    if (groups.length === 0 || !equals(before, keys[place], run.budget)) {
      current = [];
      groups.push(new Group([shown(items[place]), current]));
    }
    before = keys[place];
    current.push(items[place]);
  }
  return groups;
}

function extreme(value: Value, [exact, attribute]: Value[], sign: number, run: Run): Value {
  const get = getter(attribute, run, { fold: !isTrue(exact) });
  let best: { item: Value; key: Value } | null = null;
  for (const item of iterate(value, run.budget)) {
    const key = get(item);
    if (best === null || order(key, best.key, run.budget) * sign > 0) best = { item, key };
  }
  return best === null ? new Undefined('The list is empty and has no smallest or largest item') : best.item;
}

function unique(value: Value, [exact, attribute]: Value[], run: Run): Generator {
  const get = getter(attribute, run, { fold: !isTrue(exact) });
  return new Generator(
    (function* () {
      const seen = new Set<string>();
      for (const item of iterate(value, run.budget)) {
        run.budget.step();
        const name = identity(get(item), run);
        if (seen.has(name)) continue;
        run.budget.entries(1);
        seen.add(name);
        yield item;
      }
    })(),
  );
}

/** A text that equal values share. Throws LanguageError for values that can't be told apart quickly. */
function identity(value: Value, run: Run): string {
  if (isText(value)) return `text ${value}`;
  if (Array.isArray(value) || isMap(value))
    throw new LanguageError(`unique can't compare a ${typeName(value)}.`, 'Name an attribute.');
  if (value instanceof Tuple) return `tuple ${value.items.map((item) => identity(item, run)).join(' ')}`;
  if (typeof value === 'boolean') return `number ${Number(value)}`;
  if (value === null || value instanceof Undefined) return typeName(value);
  return `number ${Number(value)}`;
}

function sum(value: Value, [attribute, start]: Value[], run: Run): Value {
  const get = getter(attribute, run);
  if (isText(start)) throw new LanguageError('Texts have no sum.', 'Use |join.');
  let total = start;
  for (const item of iterate(value, run.budget)) {
    run.budget.step();
    total = calculate('+', total, get(item), run.budget);
  }
  return total;
}

const ORDER = parameters('', { case_sensitive: false, attribute: null });

export const listFilters: Named[] = [
  filter('first', [], (value, _args, run) => first(value, run)),
  filter('last', [], (value, _args, run) => last(value, run)),
  filter('length', [], (value) => sizeOfValue(value)),
  filter('list', [], (value, _args, run) => listOf(value, run.budget)),
  filter('items', [], (value, _args, run) => {
    if (value instanceof Undefined) return new Generator([]);
    if (!isMap(value)) throw new LanguageError(`A ${typeName(value)} has no entries: it is not a map.`);
    return new Generator(entryTuples(value, run.budget));
  }),
  filter('join', parameters('', { d: '', attribute: null }), join),
  filter('reverse', [], (value, _args, run) => reverse(value, run)),
  filter('sort', parameters('', { reverse: false, case_sensitive: false, attribute: null }), sort),
  filter('dictsort', parameters('', { case_sensitive: false, by: 'key', reverse: false }), dictsort),
  filter('groupby', parameters('attribute', { default: null, case_sensitive: false }), groupby),
  filter('min', ORDER, (value, args, run) => extreme(value, args, -1, run)),
  filter('max', ORDER, (value, args, run) => extreme(value, args, 1, run)),
  filter('unique', ORDER, unique),
  filter('sum', parameters('', { attribute: null, start: 0 }), sum),
  filter('random', [], (value, _args, { budget }) => {
    const items = value instanceof View || isMap(value) ? null : listOf(value, budget);
    if (items === null) throw new LanguageError('random needs a list.');
    if (items.length === 0) return new Undefined('The list is empty and has no random item');
    return items[Math.floor(Math.random() * items.length)];
  }),
  filter('batch', parameters('linecount', { fill_with: null }), (value, [count, fill], run) => {
    const size = asIndex(count, 'The number of items');
    return new Generator(batches(value, size, fill, run));
  }),
  filter('slice', parameters('slices', { fill_with: null }), (value, [count, fill], run) => {
    return new Generator(slices(value, asIndex(count, 'The number of slices'), fill, run));
  }),
];

function* batches(value: Value, size: number, fill: Value, { budget }: Run): globalThis.Generator<Value[]> {
  let batch: Value[] = [];
  for (const item of iterate(value, budget)) {
    budget.items(1);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
    batch.push(item);
  }
  if (batch.length === 0) return;
  if (fill !== null) {
    budget.items(Math.max(0, size - batch.length));
    while (batch.length < size) batch.push(fill);
  }
  yield batch;
}

function* slices(value: Value, count: number, fill: Value, { budget }: Run): globalThis.Generator<Value[]> {
  const items = listOf(value, budget);
  if (count === 0) throw new LanguageError('There must be at least one slice.');
  const each = Math.floor(items.length / count);
  const longer = items.length % count;
  let from = 0;
  for (let i = 0; i < count; i++) {
    budget.items(each + 1);
    budget.step();
    const to = from + each + (i < longer ? 1 : 0);
    const part = items.slice(from, to);
    if (fill !== null && i >= longer) part.push(fill);
    from = to;
    yield part;
  }
}
