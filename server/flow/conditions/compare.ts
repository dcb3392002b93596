import { ExactNumber, type Json } from '../../platform/json.ts';

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,4})?$/;
const INTEGER = /^-?\d+$/;
const DATE_TIME = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)([Zz]|[+-]\d\d:?\d\d)?)?$/;

/** Longest number text that is compared exactly; a longer one counts as a double. */
const MAX_DIGITS = 400;
/** How deep lists and maps are compared; what is nested deeper counts as different. */
const MAX_DEPTH = 64;

/** A number, or text that reads as a JSON number, by its value; integers beyond 2^53 as bigint. Else null. */
export function numeric(value: Json | undefined): number | bigint | null {
  if (typeof value === 'number') return Number.isNaN(value) ? null : value;
  const text = value instanceof ExactNumber ? value.text : value;
  if (typeof text !== 'string' || text.length === 0 || !NUMBER.test(text)) return null;
  const n = Number(text);
  if (Number.isSafeInteger(n) || text.length > MAX_DIGITS || !INTEGER.test(text)) return n;
  return BigInt(text);
}

/** The instant of a date-time text, ms since the epoch; without a zone it is UTC, without a time midnight. Else null. */
export function instant(value: Json | undefined): number | null {
  if (typeof value !== 'string' || value.length < 10 || value.length > 40) return null;
  const m = DATE_TIME.exec(value);
  if (!m) return null;
  const ms = Date.parse(m[2] === undefined ? `${m[1]}T00:00Z` : `${m[1]}T${m[2]}${m[3] ?? 'Z'}`);
  return Number.isNaN(ms) ? null : ms;
}

/**
 * Whether two values are the same. Numbers, and a number and numeric text, by value; two texts by code points or, when
 * both are date-times, by instant; lists and maps by what they hold; a missing value equals nothing.
 */
export function same(a: Json | undefined, b: Json | undefined, depth = 0): boolean {
  if (a === undefined || b === undefined || depth > MAX_DEPTH) return false;
  if (a === b) return true;
  if (isNumber(a) || isNumber(b)) {
    const x = numeric(a);
    const y = numeric(b);
    // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint are compared by value
    return x !== null && y !== null && x == y;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    const x = instant(a);
    return x !== null && x === instant(b);
  }
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((v, i) => same(v, b[i], depth + 1));
  }
  const left = a as { [key: string]: Json };
  const right = b as { [key: string]: Json };
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && same(left[key], right[key], depth + 1))
  );
}

/** Below zero, zero or above zero as `a` comes before, with or after `b`; null when they have no order. */
export function order(a: Json | undefined, b: Json | undefined): number | null {
  const x = numeric(a);
  const y = numeric(b);
  if (x !== null && y !== null) return x < y ? -1 : x > y ? 1 : 0;
  if (typeof a !== 'string' || typeof b !== 'string') return null;
  const p = instant(a);
  const q = instant(b);
  if (p !== null && q !== null) return p - q;
  return codePointOrder(a, b);
}

/** The text of a text or a number, else null. */
export function textOf(value: Json | undefined): string | null {
  if (typeof value === 'string') return value;
  return value !== undefined && isNumber(value) ? String(value) : null;
}

function isNumber(value: Json): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

// JavaScript's < compares UTF-16 units, which puts U+1F600 before U+FF5E.
function codePointOrder(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const high = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;
    return high(x) === high(y) ? x - y : high(x) ? 1 : -1;
  }
  return a.length - b.length;
}
