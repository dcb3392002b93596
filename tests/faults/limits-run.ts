import { parseArgs } from 'node:util';
import { runLimits } from './limits.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, seconds: { type: 'string', default: '90' } },
});
const totals = await runLimits({
  seed: Number(values.seed),
  seconds: Number(values.seconds),
  webhooks: 50,
  concurrency: 10,
  rate: 100,
  print: (line) => console.log(line),
});
console.log(JSON.stringify(totals, null, 2));
const held =
  totals.mostStartsInASecond <= 100 &&
  totals.mostStartsWhileHalved <= 50 &&
  totals.mostOpenByRecord <= 10 &&
  totals.mostOpen <= 10 &&
  totals.mostArrivalsInASecond <= 105;
process.exit(held ? 0 : 1);
