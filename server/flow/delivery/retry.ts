import type { builtInRetry, RetryPolicy } from '../../../shared/webhook.ts';

type BuiltIn = (typeof builtInRetry)['options'][number];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The longest that a receiver's `Retry-After` can put off the next try, in ms. */
export const MAX_RETRY_AFTER = 24 * HOUR;

/**
 * Waits between attempts in seconds, by the name of a built-in policy; one more attempt than there are waits.
 *
 * - `standard-webhooks`: the schedule that the Standard Webhooks specification recommends, its first try at once.
 * - `customer.io`: ten tries over about three hours, doubling: 21 s × (2⁹ − 1) = 2 h 59 min.
 * - `cyberimpact`: for twelve hours, doubling from a minute up to an hour: 1, 2, 4, 8, 16, 32, then 60 minutes × 11.
 */
export const BUILT_IN_RETRY: Record<BuiltIn, readonly number[]> = {
  'standard-webhooks': [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
  'customer.io': [21, 42, 84, 168, 336, 672, 1344, 2688, 5376],
  cyberimpact: [60, 120, 240, 480, 960, 1920, ...Array<number>(11).fill(3600)],
  none: [],
};

/** A source of numbers from 0 up to 1. */
export type Random = () => number;

/** Numbers from 0 up to 1 that a seed decides (mulberry32), for jitter that a test can repeat. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * How long to wait after the attempt number `tries` (1 is the first), in ms: the policy's wait with ±10 % jitter, or what
 * the receiver asked for when that is longer (`asked`, ms). Null when no try is left.
 */
export function waitAfter(policy: RetryPolicy, tries: number, asked: number | null, random: Random): number | null {
  const waits = typeof policy === 'string' ? BUILT_IN_RETRY[policy] : policy.waits;
  const wait = waits[tries - 1];
  if (wait === undefined) return null;
  const own = Math.round(wait * SECOND * (0.9 + 0.2 * random()));
  return asked === null ? own : Math.max(own, Math.min(asked, MAX_RETRY_AFTER));
}

/**
 * Reads `Retry-After` (RFC 9110, 10.2.3): whole seconds or an HTTP date. Returns ms from `now` on, 0 for a date that is
 * past, null for anything else: a header that nobody can read asks for nothing.
 */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  const text = value.trim();
  if (/^\d{1,15}$/.test(text)) return Number(text) * SECOND;
  // Only the three forms of HTTP dates, which begin with the name of the day; Date.parse takes far more than that.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return null;
  const at = Date.parse(/GMT$/.test(text) || /\d{4}$/.test(text) ? text.replace(/(\d{4})$/, '$1 GMT') : text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
