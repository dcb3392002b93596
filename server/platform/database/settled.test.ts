import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { Settled, type Snapshot, SQL_SNAPSHOT } from './index.ts';

const quiet = { xmin: 100, xid: 100 };

test('a value settles when it is old enough and those who wrote then are gone', () => {
  const settled = new Settled(5_000);
  expect(settled.observe(10, { xmin: 7, xid: 9 }, 0)).toBe(0);
  expect(settled.observe(20, { xmin: 8, xid: 30 }, 5_000)).toBe(0);
  expect(settled.observe(30, { xmin: 9, xid: 40 }, 6_000)).toBe(10);
  expect(settled.observe(40, { xmin: 50, xid: 60 }, 9_000)).toBe(10);
  expect(settled.observe(50, { xmin: 50, xid: 60 }, 11_000)).toBe(30);
});

test('a jump forward raises nothing by itself, a jump back lowers it', () => {
  const settled = new Settled(5_000);
  settled.observe(1_000_000, quiet, 0);
  expect(settled.observe(9_000_000, quiet, 4_000)).toBe(0);
  expect(settled.observe(9_004_000, quiet, 8_000)).toBe(1_000_000);
  expect(settled.observe(9_008_000, quiet, 12_000)).toBe(9_000_000);
  expect(settled.observe(2_000_000, quiet, 13_000)).toBe(0);
});

test('what it remembers is bounded, however long a transaction writes', () => {
  const settled = new Settled(0);
  for (let i = 0; i < 5_000; i++) expect(settled.observe(i, { xmin: 1, xid: 2 + i }, i * 1_000)).toBe(0);
  expect(settled.observe(5_000, { xmin: 9_999, xid: 9_999 }, 5_000_000)).toBeLessThanOrEqual(2_400);
});

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

test('the snapshot waits for a transaction that writes, and for none that only reads', async () => {
  const read = () => on.database.run<Snapshot>({ name: '', text: `SELECT ${SQL_SNAPSHOT}` }).then((rows) => rows[0]!);
  const reader = await on.database.connect();
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
  const writer = await on.database.connect();
  await writer.query('BEGIN; UPDATE clock SET offset_ms = offset_ms');
  const { xid } = await read();
  expect((await read()).xmin).toBeLessThan(xid);
  await writer.query('COMMIT');
  // It waits for who writes in other databases as well.
  await expect.poll(async () => (await read()).xmin, { timeout: 30_000 }).toBeGreaterThan(xid);
  await Promise.all([reader.end(), writer.end()]);
});
