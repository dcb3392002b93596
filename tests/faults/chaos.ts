// npm run chaos -- --seed N --minutes M: random trouble of every kind under traffic, and a check of what always holds.
import { parseArgs } from 'node:util';
import { runChaos } from './run.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '80' },
  },
});
const totals = await runChaos({
  seed: Number(values.seed),
  seconds: Number(values.minutes) * 60,
  rate: Number(values.rate),
  everyMs: 1_500,
  processes: ['api,engine,delivery', 'api', 'engine', 'delivery', 'delivery'],
  print: (line) => console.log(line),
});
console.log(JSON.stringify(totals, null, 2));
process.exit(totals.violations.length === 0 ? 0 : 1);
