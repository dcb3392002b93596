import { Drop, toValue } from 'liquidjs';
import { ExactNumber } from '../../../../platform/json.ts';
import type { Budget } from '../core/index.ts';

/** A value without liquidjs' own objects (`empty`, `forloop`), which print as nothing. */
export function plain(value: unknown): unknown {
  if (!(value instanceof Drop)) return value;
  const inner: unknown = toValue(value);
  return inner instanceof Drop ? null : inner;
}

/** Prints as Liquid does: nothing for nil, the items of a list side by side; a map as JSON. Charged to the budget. */
export function print(value: unknown, budget: Budget): string {
  const inner = plain(value);
  if (typeof inner === 'string') {
    budget.use(inner.length);
    return inner;
  }
  if (inner === null || inner === undefined || typeof inner === 'function') return '';
  if (Array.isArray(inner)) {
    budget.enter();
    budget.use(1);
    const out = inner.map((item) => print(item, budget)).join('');
    budget.leave();
    return out;
  }
  if (typeof inner === 'object' && !(inner instanceof ExactNumber)) return jsonText(inner, budget);
  return String(inner);
}

/** JSON text of a list or map, charged to the budget while it is made. */
export function jsonText(value: unknown, budget: Budget): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    budget.use(typeof item === 'string' ? item.length + 2 : 2);
    const inner = plain(item);
    return inner === undefined || typeof inner === 'function' ? null : inner;
  });
}
