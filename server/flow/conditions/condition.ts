import type { Comparison, Condition } from '../../../shared/condition.ts';
import type { Json } from '../../platform/json.ts';
import { order, same, textOf } from './compare.ts';
import { lookup } from './lookup.ts';

/** What a condition sees of a profile on its way through a scenario. */
export interface ConditionView {
  attributes: Record<string, Json>;
  /** Properties of the event that started it; null without one. */
  properties: Record<string, Json> | null;
  /** What came back so far, by the id of the webhook step. `body` undefined: none, or no JSON. */
  responses: Record<string, { status: number | null; body: Json | undefined }>;
}

/** How deep conditions may be nested. Publishing refuses deeper ones. */
export const MAX_CONDITION_DEPTH = 20;

/**
 * Whether a condition holds. Pure, and never throws. Fails closed: what is nested deeper than MAX_CONDITION_DEPTH, or is
 * no condition at all, makes the whole false, because a step taken by mistake may send something.
 * Source of the meanings: shared/condition.ts.
 */
export function evaluate(condition: Condition, view: ConditionView): boolean {
  return walk(condition, view, 0) ?? false;
}

// null: can't be decided. It goes up to the top through `not`, so that a broken condition is never true.
function walk(condition: Condition, view: ConditionView, depth: number): boolean | null {
  if (depth > MAX_CONDITION_DEPTH || condition === null || typeof condition !== 'object') return null;
  if ('all' in condition) return each(condition.all, view, depth, false);
  if ('any' in condition) return each(condition.any, view, depth, true);
  if ('not' in condition) {
    const inner = walk(condition.not, view, depth + 1);
    return inner === null ? null : !inner;
  }
  return compare(condition.op, find(condition, view), condition.value as Json | undefined);
}

// Every part is looked at, also when the answer is clear already: a part that can't be decided always counts.
function each(parts: Condition[], view: ConditionView, depth: number, until: boolean): boolean | null {
  if (!Array.isArray(parts)) return null;
  let answer: boolean = !until;
  for (const part of parts) {
    const one = walk(part, view, depth + 1);
    if (one === null) return null;
    if (one === until) answer = until;
  }
  return answer;
}

function find(comparison: Comparison, view: ConditionView): Json | undefined {
  if ('attribute' in comparison) return lookup(view.attributes, comparison.attribute);
  if ('property' in comparison) return lookup(view.properties, comparison.property);
  if (!Object.hasOwn(view.responses, comparison.response)) return undefined;
  const response = view.responses[comparison.response];
  if (comparison.path === undefined) return response?.status ?? undefined;
  return lookup(response?.body, comparison.path);
}

function compare(op: Comparison['op'], found: Json | undefined, wanted: Json | undefined): boolean | null {
  switch (op) {
    case 'exists':
      return found !== undefined;
    case 'missing':
      return found === undefined;
    case 'is_null':
      return found === null;
    case 'is_empty':
      return found !== undefined && isEmpty(found);
    case 'equals':
      return same(found, wanted);
    case 'not_equals':
      return !same(found, wanted);
    case 'contains':
      return contains(found, wanted);
    case 'not_contains':
      return !contains(found, wanted);
    case 'starts_with':
      return textual(found, wanted, (a, b) => a.startsWith(b));
    case 'ends_with':
      return textual(found, wanted, (a, b) => a.endsWith(b));
    case 'greater_than':
      return ordered(found, wanted, (n) => n > 0);
    case 'at_least':
      return ordered(found, wanted, (n) => n >= 0);
    case 'less_than':
      return ordered(found, wanted, (n) => n < 0);
    case 'at_most':
      return ordered(found, wanted, (n) => n <= 0);
    case 'one_of':
      return Array.isArray(wanted) && wanted.some((one) => same(found, one));
    default:
      return null;
  }
}

/** '' and a list or map that holds nothing; null and a missing value are something else. */
function isEmpty(value: Json): boolean {
  if (value === '') return true;
  if (value === null || typeof value !== 'object') return false;
  return Array.isArray(value)
    ? value.length === 0
    : Object.getPrototypeOf(value) === Object.prototype && Object.keys(value).length === 0;
}

/** A list holds the value; a text holds the text. */
function contains(found: Json | undefined, wanted: Json | undefined): boolean {
  if (Array.isArray(found)) return found.some((one) => same(one, wanted));
  return textual(found, wanted, (a, b) => a.includes(b));
}

function textual(
  found: Json | undefined,
  wanted: Json | undefined,
  test: (found: string, wanted: string) => boolean,
): boolean {
  const a = textOf(found);
  const b = textOf(wanted);
  return a !== null && b !== null && test(a, b);
}

function ordered(found: Json | undefined, wanted: Json | undefined, test: (order: number) => boolean): boolean {
  const n = order(found, wanted);
  return n !== null && test(n);
}
