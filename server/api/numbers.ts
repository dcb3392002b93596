import type { z } from 'zod';
import { ExactNumber } from '../platform/json.ts';
import { worded } from './wording.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Checks a value; where the schema wants a number of its own kind and the value is one that kept its text (60.0, 1e3), it
 * is checked again with the plain number. Where any JSON may stand, numbers keep their text. What a double can't hold
 * stays as it was written, and is refused.
 */
export function parseNumbers(schema: z.ZodType, value: unknown): z.ZodSafeParseResult<unknown> {
  const first = schema.safeParse(value, { error: worded });
  if (first.success) return first;
  const paths = first.error.issues.flatMap((issue) => wanted(issue));
  const plain = paths.reduce((made, path) => replaced(made, path), value);
  return plain === value ? first : schema.safeParse(plain, { error: worded });
}

/** The places at which a number was expected and something else stood, of every alternative. */
function wanted(issue: Issue, above: Path = []): Path[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union')
    return issue.errors.flatMap((errors) => errors.flatMap((one) => wanted(one, path)));
  return issue.code === 'invalid_type' && (issue.expected === 'number' || issue.expected === 'int') ? [path] : [];
}

function replaced(value: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined) return value instanceof ExactNumber ? plainOf(value) : value;
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, name)) return value;
  const before = (value as Record<PropertyKey, unknown>)[name];
  const after = replaced(before, rest);
  if (after === before) return value;
  const copy: Record<PropertyKey, unknown> = Array.isArray(value)
    ? (Array.from(value) as unknown as Record<PropertyKey, unknown>)
    : { ...value };
  copy[name] = after;
  return copy;
}

function plainOf(exact: ExactNumber): unknown {
  const number = exact.valueOf();
  return Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : exact;
}
