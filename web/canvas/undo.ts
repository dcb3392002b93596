/** A value with what it was before and after. `tag`: what the last change was a part of; null when it stands alone. */
export interface History<T> {
  past: readonly T[];
  now: T;
  future: readonly T[];
  tag: string | null;
}

const MOST = 200;

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], tag: null });

/**
 * A change. One with the same tag as the change before it joins that one (typing in one field), until the history is
 * sealed; 200 changes are kept.
 */
export function put<T>(all: History<T>, now: T, tag: string | null): History<T> {
  const joins = tag !== null && tag === all.tag && all.past.length > 0;
  return { past: joins ? all.past : [...all.past.slice(1 - MOST), all.now], now, future: [], tag };
}

/** What comes next joins nothing: the field was left. */
export const seal = <T>(all: History<T>): History<T> => (all.tag === null ? all : { ...all, tag: null });

export function undo<T>(all: History<T>): History<T> {
  if (all.past.length === 0) return all;
  return { past: all.past.slice(0, -1), now: all.past.at(-1)!, future: [all.now, ...all.future], tag: null };
}

export function redo<T>(all: History<T>): History<T> {
  if (all.future.length === 0) return all;
  return { past: [...all.past, all.now], now: all.future[0]!, future: all.future.slice(1), tag: null };
}

type Keys = (string | number)[];
const CHOSEN = new Set([
  'webhook',
  'move_on',
  'mode',
  'op',
  'kind',
  'reentry',
  'start',
  'next',
  'on_fail',
  'yes',
  'no',
]);

/**
 * The tag of a change that typing made: the one text or number in which two values differ. Null when more differs, or
 * when it is a choice, each of which is a change of its own.
 */
export function typedAt(before: unknown, after: unknown): string | null {
  const found: Keys[] = [];
  const walk = (a: unknown, b: unknown, keys: Keys): boolean => {
    if (Object.is(a, b)) return true;
    if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
      const names = Object.keys(a);
      if (Array.isArray(a) !== Array.isArray(b) || names.join('\0') !== Object.keys(b).join('\0')) return false;
      return names.every((key) => walk(a[key as never], b[key as never], [...keys, key]));
    }
    found.push(keys);
    return ['string', 'number'].includes(typeof a) && ['string', 'number'].includes(typeof b);
  };
  if (!walk(before, after, []) || found.length !== 1) return null;
  return CHOSEN.has(String(found[0]!.at(-1))) ? null : found[0]!.join('.');
}
