/** Copies of the context, for templates that change lists and maps: what one field changes, no other field sees. */
import type { Budget } from './budget.ts';
import { entriesOf, isMap, type Value } from './values.ts';

/** A copy of lists and maps through and through; a thing that is there twice stays one thing. */
export function copyOf(value: Value, budget: Budget, copies: Map<object, Value>): Value {
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  if (Array.isArray(value)) {
    budget.items(value.length);
    const list: Value[] = [];
    copies.set(value, list);
    for (const item of value) list.push(copyOf(item, budget, copies));
    return list;
  }
  if (!isMap(value)) return value;
  const map = new Map<unknown, Value>();
  copies.set(value, map);
  for (const [key, item] of entriesOf(value)) {
    budget.entries(1);
    if (item !== undefined) map.set(key, copyOf(item, budget, copies));
  }
  return map;
}
