// npm run breakers: 20 origins that answer in 50 ms, on one policy and again each on its own. First 15 of them alone;
// then 5 more, which hang. Prints what the 15 keep of their throughput after the last breaker has opened.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { freePort, Program } from './program.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    concurrency: { type: 'string', default: '50' },
    /** `policy` or `own`: one of the two parts. */
    only: { type: 'string' },
  },
});
const SECONDS = Number(values.seconds);
const CONCURRENCY = Number(values.concurrency);
const [GOOD, BAD] = [15, 5];
// Deliveries that are queued at a time for an origin.
const WAITING = 3_000;
const KEY = 'hk_breakers_0123456789abcdef0123456789';

const base = mkdtempSync(join(tmpdir(), 'handoff-breakers-'));
chmodSync(base, 0o711);
const embedded = await startEmbedded({ dataFolder: join(base, 'data'), log: createLog('fatal') });
const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
const program = new Program(await freePort(), {
  DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
  HANDOFF_SECRET: 'a secret of the breakers, 32 characters or more',
  HANDOFF_API_KEY: KEY,
  HANDOFF_LOG: 'error',
});
const db = new pg.Client(embedded.connection);
await db.connect();
await program.start();
const counts = Array.from({ length: GOOD + BAD }, () => 0);
const servers: Server[] = [];
for (let i = 0; i < GOOD + BAD; i++) {
  const server = createServer((request, response) => {
    request.resume();
    if (i >= GOOD) return; // hangs
    setTimeout(() => {
      counts[i]!++;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    }, 50);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
}
const call = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${program.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: string; items: { origin: string; state: string }[] };
};
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const bare = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const sum = () => counts.slice(0, GOOD).reduce((a, b) => a + b, 0);

await call('PATCH', '/workspace', { allow_http: true });
await fetch(`${program.url}/v1/identify`, {
  method: 'POST',
  headers: { authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`, 'content-type': 'application/json' },
  body: JSON.stringify({ userId: 'somebody', traits: { name: 'Ada' } }),
});

/** Deliveries that are due, for one profile, put into the tables as the engine would. */
async function queue(webhook: string, n: number): Promise<void> {
  await db.query(
    `WITH l AS (SELECT w.lane_id, w.workspace_id, w.id AS webhook_id, p.id AS profile_id, p.partition, (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now
        FROM webhooks w, profiles p WHERE w.id = $1 LIMIT 1),
      made AS (
        INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, class, mode, depth, state, queued_at)
        SELECT workspace_id, (lpad(to_hex(now + (g / 4000)), 12, '0') || '7' || lpad(to_hex(g % 4000), 3, '0') || '8' || substr(md5(random()::text), 1, 15))::uuid,
          partition, profile_id, lane_id, webhook_id, 1, 0, 0, 2, now FROM l, generate_series(1, $2::int) g RETURNING *)
      INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at)
      SELECT lane_id, id, workspace_id, partition, class, state, mode, queued_at FROM made`,
    [bare(webhook), n],
  );
}

/** Keeps so many waiting for each of the origins, however fast they are, until it is called off. */
function keepFull(webhooks: readonly string[]): () => Promise<void> {
  const from = [...counts];
  const queued = webhooks.map(() => 0);
  let on = true;
  const done = (async () => {
    while (on) {
      for (const [i, webhook] of webhooks.entries()) {
        const waiting = queued[i]! - (counts[i]! - from[i]!);
        if (waiting > WAITING / 2) continue;
        await queue(webhook, WAITING);
        queued[i]! += WAITING;
      }
      await pause(50);
    }
  })();
  return () => {
    on = false;
    return done;
  };
}

async function measure(name: string, policy: string | null): Promise<void> {
  await db.query('TRUNCATE origins');
  const webhooks: string[] = [];
  for (const [i, server] of servers.entries()) {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const definition = {
      url,
      body: '{"name": "{{ customer.name }}"}',
      timeout_ms: 5_000,
      retry: { waits: Array(30).fill(2) },
    };
    const made = await call('POST', '/webhooks', { name: `${name} ${i}`, definition });
    if (policy) await call('PATCH', `/webhooks/${made.id}`, { policy });
    webhooks.push(made.id);
  }
  await pause(2_500);
  const full = keepFull(webhooks.slice(0, GOOD));
  await pause(10_000);
  const before = sum();
  await pause(15_000);
  const alone = (sum() - before) / 15;
  for (const webhook of webhooks.slice(GOOD)) await queue(webhook, 2_000);
  const began = performance.now();
  for (;;) {
    const { items } = await call('GET', '/origins?limit=200');
    const broken = items.filter((item) => item.state === 'broken').length;
    if (broken === BAD) break;
    if (performance.now() - began > 60_000) throw new Error(`only ${broken} breakers opened in a minute`);
    await pause(100);
  }
  const opened = (performance.now() - began) / 1_000;
  const from = sum();
  await pause(SECONDS * 1_000);
  const beside = (sum() - from) / SECONDS;
  await full();
  console.log(
    `${name}: 15 alone ${alone.toFixed(0)}/s; the last breaker opened after ${opened.toFixed(1)} s; then ${beside.toFixed(0)}/s beside 5 that hang: ${((100 * beside) / alone).toFixed(1)} %`,
  );
  await db.query('UPDATE webhooks SET enabled = false; UPDATE definitions SET version = version + 1');
  // What is open ends; what waits is cancelled, since its webhook is off.
  await pause(10_000);
  await db.query('DELETE FROM lane_queue WHERE partition >= 0').catch(() => {});
}

try {
  const policy = await call('POST', '/policies', { name: 'Shared', concurrency: CONCURRENCY });
  if (values.only !== 'own') await measure(`one policy of ${CONCURRENCY}`, policy.id);
  if (values.only !== 'policy') await measure('each on its own', null);
} finally {
  await db.end();
  await program.end('SIGKILL');
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await embedded.stop();
  rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
