// A campaign of a million through the product: node tests/bench/campaign.ts [profiles]. Prints how long it takes to queue
// everyone, how much memory the server grows by, and how soon event-triggered requests leave meanwhile. The campaign's own
// requests are held back to 20 a second by a throughput policy, so that nearly all of them wait.
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { freePort, Program } from '../faults/program.ts';

const PROFILES = Number(process.argv[2] ?? 1_000_000);
const KEY = 'hk_bench_0123456789abcdef0123456789';
const EVENTS_PER_SECOND = 20;
const BASELINE_MS = 15_000;

const say = (line: string) => process.stdout.write(`${line}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const at = (sorted: readonly number[], share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
const spread = (list: readonly number[]) => {
  const sorted = [...list].sort((a, b) => a - b);
  return `${sorted.length} events: p50 ${at(sorted, 0.5)} ms, p99 ${at(sorted, 0.99)} ms, most ${at(sorted, 0.9999)} ms`;
};
const status = (pid: string | number) => readFileSync(`/proc/${pid}/status`, 'utf8');
const megabytes = (text: string) => Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024;

/** The server's process and its renderers, MB. */
function memory(pid: number): { server: number; renderers: number } {
  let renderers = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = status(name);
      if (new RegExp(`^PPid:\\s+${pid}$`, 'm').test(text)) renderers += megabytes(text);
    } catch {
      // It ended meanwhile.
    }
  }
  return { server: megabytes(status(pid)), renderers };
}

const base = mkdtempSync(join(tmpdir(), 'handoff-campaign-bench-'));
chmodSync(base, 0o711);
const embedded = await startEmbedded({ dataFolder: join(base, 'data'), log: createLog('fatal') });
const arrived = new Map<string, number>();
let bulk = 0;
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    if (request.url === '/event') arrived.set(JSON.parse(body).n, performance.now());
    else bulk++;
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
const program = new Program(await freePort(), {
  DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
  HANDOFF_SECRET: 'a secret of the bench, 32 characters or more',
  HANDOFF_API_KEY: KEY,
  HANDOFF_LOG: 'error',
});
const db = new pg.Client(embedded.connection);
const api = async (method: string, path: string, body?: object) => {
  const answer = await fetch(`${program.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return text === '' ? null : JSON.parse(text);
};

/** Sends events at a steady pace until told to stop; how long each took from its acknowledgement to the receiver, ms. */
function driver() {
  const acknowledged = new Map<string, number>();
  const asked: Promise<void>[] = [];
  let n = 0;
  const timer = setInterval(() => {
    const name = `e${++n}`;
    asked.push(
      fetch(`${program.url}/v1/track`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ userId: `visitor${n % 500}`, event: 'Ordered', properties: { n: name } }),
      }).then(async (response) => {
        await response.text();
        if (response.ok) acknowledged.set(name, performance.now());
      }),
    );
  }, 1000 / EVENTS_PER_SECOND);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(asked);
    },
    between(from: number, to: number): number[] {
      return [...acknowledged].flatMap(([name, when]) =>
        when >= from && when < to ? [Math.max(0, (arrived.get(name) ?? Number.POSITIVE_INFINITY) - when)] : [],
      );
    },
  };
}

try {
  await program.start();
  await db.connect();
  await db.query('SET statement_timeout = 0');
  await db.query(
    `INSERT INTO profiles (workspace_id, id, partition, attributes, changes, created_at, updated_at)
     SELECT w.id, u.id, get_byte(uuid_send(u.id), 15) & 63,
       jsonb_build_object('email', 'p' || g || '@example.com', 'first_name', 'Person ' || g, 'city', 'City ' || g % 100, 'score', g % 1000), '{}', 0, 0
     FROM generate_series(1, $1::int) g CROSS JOIN (SELECT id FROM workspaces LIMIT 1) w
     CROSS JOIN LATERAL (SELECT ('0190' || substr(md5(g::text), 5, 8) || '7' || substr(md5(g::text), 14, 3) || '8' || substr(md5(g::text), 18, 15))::uuid AS id) u`,
    [PROFILES],
  );
  await db.query('VACUUM ANALYZE profiles'); // what autovacuum would do
  say(`${PROFILES.toLocaleString('en')} profiles are there`);
  await api('PATCH', '/workspace', { allow_http: true });
  const policy = await api('POST', '/policies', { name: 'held back', rate: 20, per: 'second' });
  const webhook = async (name: string, body: string) =>
    (await api('POST', '/webhooks', { name, definition: { url: `${target}/${name}`, body } })).id;
  const scenario = async (name: string, trigger: object, call: string) => {
    const steps = [{ id: 'call', kind: 'webhook', webhook: call }];
    const { id } = await api('POST', '/scenarios', { name, draft: { trigger, start: 'call', steps } });
    await api('POST', `/scenarios/${id}/publish`);
    return id;
  };
  const bulkHook = await webhook('bulk', '{"name":"{{customer.first_name}}"}');
  await api('PATCH', `/webhooks/${bulkHook}`, { policy: policy.id });
  const where = (op: string, value: number) => ({ kind: 'campaign', filter: { attribute: 'score', op, value } });
  const campaign = await scenario('campaign', where('at_least', 0), bulkHook);
  const small = await scenario('warm-up', where('equals', 7), bulkHook);
  await scenario('event', { kind: 'event', event: 'Ordered' }, await webhook('event', '{"n":"{{event.n}}"}'));

  const traffic = driver();
  const warming = await api('POST', `/scenarios/${small}/runs`);
  while ((await api('GET', `/runs/${warming.id}`)).state !== 'done') await pause(200);
  await pause(5_000);
  const quiet = performance.now();
  await pause(BASELINE_MS);
  const before = memory(program.pid!);
  const began = performance.now();
  const run = await api('POST', `/scenarios/${campaign}/runs`);
  let most = before.server;
  for (let told = 0; ; ) {
    await pause(500);
    const now = await api('GET', `/runs/${run.id}`);
    most = Math.max(most, memory(program.pid!).server);
    const seconds = Math.round((performance.now() - began) / 1000);
    if (seconds - told >= 30) {
      told = seconds;
      say(`after ${seconds} s: ${now.looked_at} looked at, ${now.entered} entered, ${Math.round(most)} MB`);
    }
    if (now.state === 'done' && now.deliveries.queued >= PROFILES) break;
    if (seconds > 3_600) throw new Error('not queued within an hour');
  }
  const queued = performance.now();
  await pause(15_000);
  const waited = performance.now();
  await traffic.stop();
  await pause(3_000);
  const after = memory(program.pid!);
  const seconds = (queued - began) / 1000;
  say(
    `queued: ${PROFILES.toLocaleString('en')} in ${seconds.toFixed(0)} s, ${Math.round(PROFILES / seconds)} a second`,
  );
  say(
    `memory of the server, MB: before ${Math.round(before.server)}, most ${Math.round(most)}, after ${Math.round(after.server)}; renderers ${Math.round(before.renderers)}, ${Math.round(after.renderers)}`,
  );
  say(`event-triggered before: ${spread(traffic.between(quiet, began))}`);
  say(`event-triggered while it queued: ${spread(traffic.between(began, queued))}`);
  say(`event-triggered while all wait: ${spread(traffic.between(queued, waited))}`);
  const deliveries = await db.query('SELECT count(*) AS n FROM lane_queue WHERE run_id IS NOT NULL');
  say(`${deliveries.rows[0].n} of the campaign wait, ${bulk} were sent`);
  const stopped = performance.now();
  await api('POST', `/runs/${run.id}/stop`);
  for (;;) {
    const { rows } = await db.query('SELECT 1 FROM lane_queue WHERE run_id IS NOT NULL LIMIT 1');
    if (rows.length === 0) break;
    await pause(500);
  }
  say(`stopped: the rest was cancelled within ${Math.round((performance.now() - stopped) / 1000)} s`);
} finally {
  await db.end().catch(() => {});
  await program.end('SIGKILL');
  receiver.closeAllConnections();
  receiver.close();
  await embedded.stop();
  rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
