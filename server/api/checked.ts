import type { z } from 'zod';
import { fieldErrors } from './issues.ts';
import { parseNumbers } from './numbers.ts';
import { Problem } from './problem.ts';

/**
 * The value as its schema makes it. Throws a Problem that names each wrong field: 422 for a body (`where` is ''), 400 for
 * what stands in the address (`where` goes before the field's name).
 */
export function checked<S extends z.ZodType>(schema: S, value: unknown, where: '' | 'path' | 'query'): z.output<S> {
  const result = parseNumbers(schema, value);
  if (result.success) return result.data as z.output<S>;
  const errors = fieldErrors(result.error.issues, where === '' ? [] : [where]);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  throw new Problem(where === '' ? 422 : 400, `${errors[0]!.field}: ${errors[0]!.message}${more}`, errors);
}
