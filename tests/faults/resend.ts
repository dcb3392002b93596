import { parseArgs } from 'node:util';
import { runResend } from './resend-run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '2000' },
  },
});
const totals = await runResend({
  seed: Number(values.seed),
  count: Number(values.count),
  perSecond: Number(values.rate),
  serverKills: 6,
  postgresKills: 1,
  print: (line) => console.log(line),
});
console.log(JSON.stringify(totals, null, 2));
process.exit(totals.violations.length === 0 ? 0 : 1);
