/** Filters that look at a property of each item. */
import type { Value } from '../../core/index.ts';
import { equals, isTrue } from '../compare.ts';
import { itemsOf } from '../items.ts';
import { asValue, type Counted, calculate, toCounted } from '../numbers.ts';
import { inspect } from '../print.ts';
import { hasProperties, propertyOf } from '../property.ts';
import type { Run } from '../run.ts';
import { type Act, filter, type Named } from './filter.ts';

/** Items whose property is a value, or without one is neither nil nor false; what `pick` makes of them. */
function matching(none: Value, pick: (items: Value[], holds: (item: Value) => boolean) => Value): Act {
  return (value, [name, wanted = null], run) => {
    const items = itemsOf(value, run);
    if (items.length === 0) return none;
    let odd = false;
    const holds = (item: Value): boolean => {
      run.budget.step();
      if (!hasProperties(item)) odd = true;
      if (odd) return false;
      const property = propertyOf(item, name, run.budget);
      return wanted === null || wanted === undefined ? isTrue(property) : equals(property, wanted, run.budget);
    };
    run.budget.items(items.length);
    const picked = pick(items, holds);
    return odd ? null : picked;
  };
}

function map(value: Value, [name]: readonly Value[], run: Run): Value {
  const items = itemsOf(value, run);
  run.budget.items(items.length);
  return items.map((item) => (hasProperties(item) ? propertyOf(item, name, run.budget) : null));
}

function sum(value: Value, [name = null]: readonly Value[], run: Run): Value {
  let total: Counted = 0n;
  for (const item of itemsOf(value, run)) {
    run.budget.step();
    const part = name === null ? item : hasProperties(item) ? propertyOf(item, name, run.budget) : 0;
    total = calculate('plus', total, toCounted(part));
  }
  return asValue(total);
}

/** Maps of `name` and `items`, one for each value of the property. */
function groupBy(value: Value, [name]: readonly Value[], run: Run): Value {
  const groups = new Map<string, Map<string, Value>>();
  for (const item of itemsOf(value, run)) {
    const property = hasProperties(item) ? propertyOf(item, name, run.budget) : null;
    const key = inspect(property, run.budget);
    let group = groups.get(key);
    if (group === undefined) {
      run.budget.entries(3);
      group = new Map<string, Value>([
        ['name', property],
        ['items', []],
      ]);
      groups.set(key, group);
    }
    run.budget.items(1);
    (group.get('items') as Value[]).push(item);
  }
  return [...groups.values()];
}

export const pickFilters: Named[] = [
  filter('map', 1, 1, map),
  filter('sum', 0, 1, sum),
  filter('group_by', 1, 1, groupBy),
  filter(
    'where',
    1,
    2,
    matching([], (items, holds) => items.filter(holds)),
  ),
  filter(
    'reject',
    1,
    2,
    matching([], (items, holds) => items.filter((item) => !holds(item))),
  ),
  filter(
    'has',
    1,
    2,
    matching(false, (items, holds) => items.some(holds)),
  ),
  filter(
    'find',
    1,
    2,
    matching(null, (items, holds) => items.find(holds)),
  ),
  filter(
    'find_index',
    1,
    2,
    matching(null, (items, holds) => {
      const index = items.findIndex(holds);
      return index === -1 ? null : index;
    }),
  ),
];
