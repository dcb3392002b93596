// Sends events and waits until the receiver has seen them all; prints one line of JSON. Arguments as JSON in argv.
import { Pool, request } from 'undici';

interface Drive {
  url: string;
  sink: string;
  key: string;
  events: number;
  connections: number;
  batch: number;
  users: number;
  /** Events a second, or null for as fast as it goes. */
  rate: number | null;
}
const options = JSON.parse(process.argv[2]!) as Drive;
const { events, batch, users } = options;
const headers = {
  'content-type': 'application/json',
  authorization: `Basic ${Buffer.from(`${options.key}:`).toString('base64')}`,
};
const note = 'y'.repeat(100);
const event = (n: number) => ({
  type: 'track',
  userId: `u${(n * 7919) % users}`,
  event: 'Order Completed',
  properties: { order_id: n, total: 12.5, note },
});

await (await request(`${options.sink}/reset`)).body.text();
const pool = new Pool(new URL(options.url).origin, { connections: options.connections });
const acknowledged = new Map<number, number>();
let next = 0;
let accepted = 0;
const began = performance.now();
await Promise.all(
  Array.from({ length: options.connections }, async () => {
    while (next < events) {
      if (options.rate !== null && next > ((performance.now() - began) / 1000) * options.rate) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      const first = next;
      const size = Math.min(batch, events - first);
      next += size;
      const all = Array.from({ length: size }, (_, i) => event(first + i));
      const answer = await pool.request({
        method: 'POST',
        path: batch === 1 ? '/v1/track' : '/v1/batch',
        headers,
        body: JSON.stringify(batch === 1 ? all[0] : { batch: all }),
      });
      await answer.body.text();
      if (answer.statusCode >= 300) continue;
      accepted += size;
      for (let i = 0; i < size; i++) acknowledged.set(first + i, Date.now());
    }
  }),
);
let seen = 0;
for (let i = 0; i < 2_400 && seen < accepted; i++) {
  seen = ((await (await request(`${options.sink}/stats`)).body.json()) as { n: number }).n;
  if (seen < accepted) await new Promise((resolve) => setTimeout(resolve, 25));
}
const seconds = (performance.now() - began) / 1000;
const times = (await (await request(`${options.sink}/times`)).body.json()) as [number, number][];
const waits = times.map(([n, at]) => at - (acknowledged.get(n) ?? at)).sort((a, b) => a - b);
const quantile = (q: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * q))] ?? null;
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    accepted,
    seen,
    perSecond: Math.round(seen / seconds),
    p50: quantile(0.5),
    p99: quantile(0.99),
    cpu: user + system,
  }),
);
process.exit(0);
