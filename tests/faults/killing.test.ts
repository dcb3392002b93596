import { expect, test } from 'vitest';
import { runChaos } from './run.ts';

test('server and PostgreSQL killed under traffic: nothing acknowledged is lost, nothing is applied or ended twice', async () => {
  const totals = await runChaos({
    seed: 20_260,
    events: 10_000,
    rate: 500,
    serverKills: 10,
    postgresKills: 3,
    print: (line) => process.stderr.write(`${line}\n`),
  });
  const { violations, ...counts } = totals;
  process.stderr.write(`${JSON.stringify(counts)}\n`);
  expect(violations).toEqual([]);
  expect(totals.settings).toEqual({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' });
  expect(totals.events).toBeGreaterThanOrEqual(10_000);
  expect(totals.busyKills).toBeGreaterThanOrEqual(7);
}, 300_000);
