import { expect, test } from 'vitest';
import { runChaos } from './run.ts';

test('processes and PostgreSQL killed, stopped and reset under traffic: what always holds, holds', async () => {
  const totals = await runChaos({
    seed: 20_260,
    seconds: 15,
    rate: 120,
    everyMs: 700,
    // An outage waits for all else to be over: that is for the long run.
    without: ['receiver_outage'],
    processes: ['api,engine,delivery', 'api,engine', 'delivery'],
    print: (line) => process.stderr.write(`${line}\n`),
  });
  const { violations, ...counts } = totals;
  process.stderr.write(`${JSON.stringify(counts)}\n`);
  expect(violations).toEqual([]);
  expect(totals.settings).toEqual({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' });
  expect(totals.busyKills).toBeGreaterThanOrEqual(2);
}, 300_000);
