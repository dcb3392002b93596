import type { Value } from '../core/index.ts';
import { textOf } from './print.ts';
import type { Run } from './run.ts';

/** What a map is asked for by: texts are plain, so that equal ones are the same key. */
export function keyOf(key: Value, run: Run): unknown {
  return typeof key === 'number' || typeof key === 'boolean' ? key : textOf(key, run.budget);
}
