// npm run chaos -- --seed N --minutes M: random trouble of every kind under traffic, and a check of what always holds.
// --rate: events a second. --every: mean time between two troubles, ms. --only: kinds of trouble, as in
// --only kill,database_kill.
import { parseArgs } from 'node:util';
import { runChaos } from './run.ts';
import { KINDS } from './trouble.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '80' },
    every: { type: 'string', default: '1500' },
    only: { type: 'string' },
  },
});
const totals = await runChaos({
  seed: Number(values.seed),
  seconds: Number(values.minutes) * 60,
  rate: Number(values.rate),
  everyMs: Number(values.every),
  without: KINDS.filter((kind) => values.only !== undefined && !values.only.split(',').includes(kind)),
  processes: ['api,engine,delivery', 'api', 'engine', 'delivery', 'delivery'],
  print: (line) => console.log(line),
});
console.log(JSON.stringify(totals, null, 2));
process.exit(totals.violations.length === 0 ? 0 : 1);
