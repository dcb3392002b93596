import { parseArgs } from 'node:util';
import { runChaos } from './run.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '10' } },
});
const minutes = Number(values.minutes);
const rate = 350;
const totals = await runChaos({
  seed: Number(values.seed),
  events: Math.round(minutes * 60 * rate),
  rate,
  serverKills: Math.round(minutes * 12),
  postgresKills: Math.round(minutes * 3),
  print: (line) => console.log(line),
});
console.log(JSON.stringify(totals, null, 2));
process.exit(totals.violations.length === 0 ? 0 : 1);
