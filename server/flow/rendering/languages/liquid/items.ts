/** What tags and filters go through. */
import { entriesOf, isMap, isText, type Value } from './../core/index.ts';
import { Range } from './range.ts';
import type { Run } from './run.ts';

/** The items from an index to before another, for a loop; null for what can't be gone through. */
export function sliceOf(value: Value, from: number, to: number | null, run: Run): Value[] {
  const end = to ?? Number.POSITIVE_INFINITY;
  if (Array.isArray(value)) return value.slice(Math.max(0, from), Math.max(0, end));
  if (value instanceof Range) return value.items(run.budget, from, end);
  if (isText(value)) return String(value) === '' ? [] : [value];
  if (!isMap(value)) return [];
  const entries = entriesOf(value);
  run.budget.items(entries.length * 3);
  return entries.slice(Math.max(0, from), Math.max(0, end));
}

/** The items that a filter works on: lists in lists opened up, a map as one item, nil as none. */
export function itemsOf(value: Value, run: Run): Value[] {
  const { budget } = run;
  if (value === null || value === undefined) return [];
  if (value instanceof Range) return value.items(budget);
  if (!Array.isArray(value)) return [value];
  const items: Value[] = [];
  const add = (list: Value[]): void => {
    budget.enter();
    budget.steps(list.length);
    budget.items(list.length);
    for (const item of list) {
      if (Array.isArray(item)) add(item);
      else items.push(item);
    }
    budget.leave();
  };
  add(value);
  return items;
}
