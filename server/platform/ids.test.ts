import { expect, test } from 'vitest';
import { floorId, newId } from './ids.ts';

test('ids are UUIDv7 of their time, in order, and no two are the same', () => {
  const at = Date.UTC(2026, 10, 21, 21, 30);
  // More of one millisecond than the counter holds, and then a later one.
  const ids = [...Array.from({ length: 5_000 }, () => newId(at)), newId(at + 60_000)];
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids[0]!.slice(0, 13)).toBe(floorId(at).slice(0, 13));
  expect(ids.at(-1)!.slice(0, 13)).toBe(floorId(at + 60_000).slice(0, 13));
  // What is random spreads over all of its values.
  for (const digit of '0123456789abcdef') expect(ids.some((id) => id.endsWith(digit))).toBe(true);
});
