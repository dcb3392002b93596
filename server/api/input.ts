import { ExactNumber } from '../platform/json.ts';
import { cleanText } from '../platform/text.ts';

/** How deep a body may be nested: far more than any route has a use for, far less than a checker's stack holds. */
export const MAX_BODY_DEPTH = 100;

/** Whether lists and objects are nested deeper than `left` levels. */
export function deeper(value: unknown, left = MAX_BODY_DEPTH): boolean {
  if (value === null || typeof value !== 'object') return false;
  return left === 0 || Object.values(value).some((item) => deeper(item, left - 1));
}

/**
 * The value with every text in it, names included, such that PostgreSQL can store it: NUL and lone surrogates become
 * U+FFFD, here at the door. The value is no deeper than MAX_BODY_DEPTH.
 */
export function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  // fromEntries defines properties, so that a "__proto__" stays a name like any other.
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [cleanText(name), cleaned(item)]));
}
