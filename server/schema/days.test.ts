import { expect, test } from 'vitest';
import { stage } from '../../tests/stage/database.ts';
import { dayPartitions, ensureDays } from './days.ts';

test('days are made once, also by two at a time', async () => {
  const { database, clock, close } = await stage();
  const later = clock.now() + 10 * 86_400_000;
  await Promise.all([1, 2].map(() => ensureDays((work) => database.transaction(work), later)));
  const rows = await database.run<{ n: number }>({
    name: '',
    text: "SELECT count(*) AS n FROM pg_class WHERE relname LIKE 'events_2%' AND relkind = 'r'",
  });
  expect(rows[0]?.n).toBe(10);
  // What is looked over for the planner leaves out what no condition names.
  const payload = await database.run<{ counted: string }>({
    name: '',
    text: `SELECT DISTINCT string_agg(a.attname, ' ' ORDER BY a.attnum) AS counted FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relname LIKE 'requests_2%' AND c.relkind = 'r' AND a.attnum > 0 AND a.attstattarget = 0 GROUP BY c.oid`,
  });
  expect(payload).toEqual([{ counted: 'message_id idempotency_key url headers body' }]);
  await close();
});

test('a day begins and ends at midnight UTC', () => {
  const [day] = dayPartitions('events', Date.UTC(2026, 1, 3, 12), Date.UTC(2026, 1, 3, 13));
  expect(day).toEqual({
    name: 'events_20260203',
    low: '019c20cc-8400-0000-0000-000000000000',
    high: '019c25f2-e000-0000-0000-000000000000',
  });
});
