import { describe, expect, test } from 'vitest';
import { Clock } from './clock.ts';

describe('the clock', () => {
  test('an answer that took long moves nothing that it leaves room for', () => {
    const clock = new Clock();
    const mark = performance.now();
    const now = 1_000_000;
    clock.observe(now, mark);
    const before = clock.now();
    // Read 400 ms ago, as far as anybody knows: asked 500 ms before, and older than what is known by now.
    clock.observe(now - 400, mark - 500);
    expect(clock.now() - before).toBeLessThan(50);
    expect(clock.now()).toBeGreaterThanOrEqual(before);
  });

  test('it follows when the database says that it is wrong, in both directions', () => {
    const clock = new Clock();
    for (const now of [5_000_000, 9_000_000, 2_000_000]) {
      clock.observe(now, performance.now());
      expect(Math.abs(clock.now() - now)).toBeLessThan(50);
    }
  });
});
