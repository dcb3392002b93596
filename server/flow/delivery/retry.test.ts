import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILT_IN_RETRY, MAX_RETRY_AFTER, parseRetryAfter, seededRandom, waitAfter } from './retry.ts';

const middle = () => 0.5;
const sum = (waits: readonly number[]) => waits.reduce((a, b) => a + b, 0);

describe('policies', () => {
  test('customer.io is ten tries in about three hours', () => {
    expect(BUILT_IN_RETRY['customer.io'].length + 1).toBe(10);
    expect(sum(BUILT_IN_RETRY['customer.io']) / 3600).toBeCloseTo(3, 1);
  });
  test('cyberimpact goes on for twelve hours', () => {
    expect(sum(BUILT_IN_RETRY.cyberimpact) / 3600).toBeCloseTo(12, 0);
  });
  test('standard-webhooks waits as the specification says, then gives up', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => waitAfter('standard-webhooks', n, null, middle));
    const hours = [2, 5, 10, 14, 20, 24].map((h) => h * 3_600_000);
    expect(waits).toEqual([5_000, 300_000, 1_800_000, ...hours, null]);
  });
  test('none and an own empty schedule try once', () => {
    expect(waitAfter('none', 1, null, middle)).toBeNull();
    expect(waitAfter({ waits: [] }, 1, 5000, middle)).toBeNull();
  });
  test('jitter stays within ten percent and a seed repeats it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.001, max: 604_800, noNaN: true }), (seed, seconds) => {
        const policy = { waits: [seconds] };
        const wait = waitAfter(policy, 1, null, seededRandom(seed))!;
        expect(wait).toBeGreaterThanOrEqual(Math.floor(seconds * 900));
        expect(wait).toBeLessThanOrEqual(Math.ceil(seconds * 1100));
        expect(waitAfter(policy, 1, null, seededRandom(seed))).toBe(wait);
      }),
    );
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 4, 1, 12);
  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Fri, 01 May 2026 12:00:30 GMT', 30_000],
    ['Friday, 01-May-26 12:00:30 GMT', 30_000],
    ['Fri May  1 12:00:30 2026', 30_000],
    ['Fri, 01 May 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-5', null],
    ['1.5', null],
    ['2026', 2_026_000],
    ['', null],
  ])('%j', (value, expected) => expect(parseRetryAfter(value, now)).toBe(expected));
  test('is never below our own wait and never beyond a day', () => {
    expect(waitAfter({ waits: [60] }, 1, 1_000, middle)).toBe(60_000);
    expect(waitAfter({ waits: [60] }, 1, 90_000, middle)).toBe(90_000);
    expect(waitAfter({ waits: [60] }, 1, 10 * MAX_RETRY_AFTER, middle)).toBe(MAX_RETRY_AFTER);
  });
});
