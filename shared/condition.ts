import { z } from 'zod';
import { jsonValue } from './json.ts';

/** Comparison operators. Text compares by code points; numbers and numeric text by value; date-times by instant. */
export const operator = z.enum([
  'equals',
  'not_equals',
  'exists',
  'missing',
  'is_null',
  'is_empty',
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  'greater_than',
  'at_least',
  'less_than',
  'at_most',
  'one_of',
]);
export type Operator = z.infer<typeof operator>;

const comparison = {
  op: operator,
  value: jsonValue.optional(),
};
const path = z.string().min(1).max(300);

/** What a comparison looks at: an attribute, an event property, or a value of an earlier response. */
export const comparisonSchema = z.union([
  z.strictObject({ attribute: path, ...comparison }),
  z.strictObject({ property: path, ...comparison }),
  z.strictObject({ response: z.string().min(1).max(64), path: path.optional(), ...comparison }),
]);
export type Comparison = z.infer<typeof comparisonSchema>;

/**
 * A condition: a comparison, or all / any / not of conditions. A dotted path (`address.city`, `items.0.sku`) looks
 * inside maps and lists; a name that itself holds dots is tried whole first. For a response without `path` the value is
 * its HTTP status. A comparison with something missing is false, except `missing`, `not_equals` and `not_contains`.
 */
export type Condition = Comparison | { all: Condition[] } | { any: Condition[] } | { not: Condition };

export const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    comparisonSchema,
    z.strictObject({ all: z.array(condition).min(1).max(50) }),
    z.strictObject({ any: z.array(condition).min(1).max(50) }),
    z.strictObject({ not: condition }),
  ]),
);
