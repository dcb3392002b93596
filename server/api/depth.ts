/** How deep a body may be nested: far more than any route has a use for, far less than a checker's stack holds. */
export const MAX_BODY_DEPTH = 100;

/** Whether lists and objects are nested deeper than `left` levels. */
export function deeper(value: unknown, left = MAX_BODY_DEPTH): boolean {
  if (value === null || typeof value !== 'object') return false;
  return left === 0 || Object.values(value).some((item) => deeper(item, left - 1));
}
