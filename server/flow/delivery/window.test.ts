import { expect, test } from 'vitest';
import type { Item } from './item.ts';
import { Window } from './window.ts';

let n = 0;
const item = (origin: string): Item => ({
  laneId: `lane of ${origin}`,
  policyId: null,
  token: 1,
  deliveryId: String(n++),
  workspaceId: 'w',
  partition: 0,
  class: 0,
  mode: 0,
  tries: 0,
  origin,
  scenarioId: null,
  requestId: null,
});
const fill = (window: Window, origin: string) => {
  let taken = 0;
  for (; window.fits(origin); taken++) window.take(item(origin));
  return taken;
};

test('one origin holds no more than its cap', () => {
  const window = new Window(1024, 128);
  expect(fill(window, 'a')).toBe(128);
  expect(window.roomFor('a')).toBe(0);
  expect(window.roomFor('b')).toBe(128);
});

test('however many origins are slow, the next one finds room, and the total stays bounded', () => {
  const window = new Window(1024, 128);
  const shares = Array.from({ length: 200 }, (_, i) => fill(window, `slow ${i}`));
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(4);
  expect(window.held.size).toBeLessThanOrEqual(1024 + 4 * 200);
});

test('what was answered makes room for its origin, once, and in all when its outcome is committed', () => {
  const window = new Window(1024, 128);
  const first = item('a');
  window.take(first);
  fill(window, 'a');
  window.answered(first);
  window.answered(first);
  expect(fill(window, 'a')).toBe(1);
  expect(window.room).toBe(1024 - 129);
  window.drop(first);
  expect(window.fits('a')).toBe(false);
  expect(window.room).toBe(1024 - 128);
});

test('what is dropped makes room, once', () => {
  const window = new Window(16, 4);
  const one = item('a');
  window.take(one);
  window.drop(one);
  window.drop(one);
  expect([window.held.size, window.holds(one.laneId), window.roomFor('a')]).toEqual([0, 0, 4]);
});
