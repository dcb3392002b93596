import { expect, test } from 'vitest';
import { runResend } from './resend-run.ts';

test('a resend job over 2,000 deliveries, its processes killed: exactly one resend of each, with the same bytes', async () => {
  const { violations, ...totals } = await runResend({
    seed: 4,
    count: 2_000,
    perSecond: 400,
    serverKills: 3,
    postgresKills: 1,
    print: (line) => process.stderr.write(`${line}\n`),
  });
  process.stderr.write(`${JSON.stringify(totals)}\n`);
  expect(violations).toEqual([]);
  expect(totals.repeats).toBeGreaterThan(0);
}, 180_000);
