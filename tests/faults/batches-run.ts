// npm run batches: a campaign to 10,000 profiles in batches of 1,000 while servers are killed; then one bad profile.
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { freePort, Program } from './program.ts';
import { seeded } from './random.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    profiles: { type: 'string', default: '10000' },
    size: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '12' },
  },
});
const [PROFILES, SIZE, KILLS] = [Number(values.profiles), Number(values.size), Number(values.kills)];
const random = seeded(Number(values.seed));
const KEY = 'hk_batches_0123456789abcdef0123456789ab';
const DELIVERED = 6;
const base = mkdtempSync(join(tmpdir(), 'handoff-batches-'));
chmodSync(base, 0o711);
const embedded = await startEmbedded({ dataFolder: join(base, 'data'), log: createLog('fatal') });
const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
const env = {
  DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
  HANDOFF_SECRET: 'a secret of the batches, 32 characters or more',
  HANDOFF_API_KEY: KEY,
  HANDOFF_LOG: 'fatal',
};
const db = new pg.Client(embedded.connection);
await db.connect();
const programs = [new Program(await freePort(), env), new Program(await freePort(), env)];
for (const program of programs) await program.start();
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

interface Seen {
  id: string;
  key: string;
  hash: string;
  who: string[];
  answered: number | null;
}
const seen: Seen[] = [];
let bad: string | null = null;
let open = 0;
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const who = (JSON.parse(body.toString()) as { all: { who: string }[] }).all.map((one) => one.who);
    const { 'webhook-id': id, 'idempotency-key': key } = request.headers as Record<string, string>;
    const one: Seen = {
      id: id!,
      key: key!,
      hash: createHash('sha256').update(body).digest('hex'),
      who,
      answered: null,
    };
    seen.push(one);
    const fate = random();
    const status = bad !== null && who.includes(bad) ? 422 : bad === null && fate < 0.5 ? 503 : 200;
    open++;
    setTimeout(
      () => {
        open--;
        if (response.destroyed) return;
        if (bad === null && fate > 0.9) return request.socket.destroy();
        one.answered = status;
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      },
      bad === null ? 500 + random() * 4_000 : 5,
    );
  });
});
await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/all`;

const call = async (method: string, path: string, body?: unknown): Promise<{ id: string }> => {
  for (let tries = 0; ; tries++) {
    try {
      const response = await fetch(`${programs[tries % 2]!.url}${path}`, {
        method,
        headers: {
          authorization: path.startsWith('/v1')
            ? `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`
            : `Bearer ${KEY}`,
          'content-type': 'application/json',
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as { id: string };
    } catch (error) {
      if (tries > 20) throw error;
      await pause(200);
    }
  }
};
const waiting = async () =>
  Number((await db.query('SELECT count(*)::int AS n FROM deliveries WHERE ended_at IS NULL')).rows[0].n);
const made = async () => Number((await db.query('SELECT count(*)::int AS n FROM deliveries')).rows[0].n);

async function campaign(name: string, batch: object): Promise<void> {
  const definition = {
    url,
    body: '{"all": [{{ customers | join: "," }}]}',
    retry: { waits: Array(40).fill(1) },
    timeout_ms: 5_000,
    batch: { size: SIZE, wait_ms: 3_000, customer: '{"who": {{ customer.who }}}', ...batch },
  };
  const webhook = await call('POST', '/api/v1/webhooks', { name, definition });
  const draft = {
    trigger: { kind: 'campaign' },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: webhook.id }],
  };
  const scenario = await call('POST', '/api/v1/scenarios', { name, draft });
  await call('POST', `/api/v1/scenarios/${scenario.id}/publish`);
  await call('POST', `/api/v1/scenarios/${scenario.id}/runs`, {});
}

const violations: string[] = [];
try {
  await call('PATCH', '/api/v1/workspace', { allow_http: true });
  for (let from = 0; from < PROFILES; from += 250) {
    const batch = Array.from({ length: Math.min(250, PROFILES - from) }, (_, i) => ({
      type: 'identify',
      userId: `u${from + i}`,
      traits: { who: `u${from + i}` },
    }));
    await call('POST', '/v1/batch', { batch });
  }
  for (const end = Date.now() + 120_000; Date.now() < end; await pause(200)) {
    const { rows } = await db.query('SELECT count(*)::int AS n FROM profiles');
    if (rows[0].n >= PROFILES) break;
  }
  console.log(`${PROFILES} profiles`);

  const began = Date.now();
  await campaign('All', {});
  let kills = 0;
  let midway = 0;
  for (const end = Date.now() + 300_000; Date.now() < end; ) {
    await pause(400 + random() * 1_200);
    const left = await waiting();
    if ((await made()) >= PROFILES && left === 0) break;
    if (kills >= KILLS || (await made()) === 0) continue;
    const victim = programs[kills % 2]!;
    if (open > 0) midway++;
    await victim.end('SIGKILL');
    kills++;
    await victim.start();
  }
  const { rows } = await db.query<{ id: string; state: number; request_id: string; who: string }>(
    "SELECT d.id, d.state, d.request_id, p.attributes->>'who' AS who FROM deliveries d JOIN profiles p ON p.id = d.profile_id",
  );
  if (rows.length !== PROFILES) violations.push(`${rows.length} deliveries of ${PROFILES} profiles`);
  const undelivered = rows.filter((row) => row.state !== DELIVERED).length;
  if (undelivered > 0) violations.push(`${undelivered} were not delivered`);
  const byId = Map.groupBy(seen, (one) => one.id);
  for (const [id, all] of byId)
    if (new Set(all.map((one) => `${one.key} ${one.hash}`)).size > 1) violations.push(`${id} came with other bytes`);
  const arrived = new Map<string, Set<string>>();
  for (const one of seen)
    if (one.answered === 200) for (const who of one.who) arrived.set(who, (arrived.get(who) ?? new Set()).add(one.id));
  const { rows: requests } = await db.query<{ id: string; message_id: string; members: string[] }>(
    'SELECT id, message_id, members FROM requests',
  );
  const messages = new Map(requests.map((row) => [row.id, row]));
  for (const row of rows) {
    const own = arrived.get(row.who);
    const request = messages.get(row.request_id);
    if (own?.size !== 1) violations.push(`${row.who} is in ${own?.size ?? 0} requests that arrived`);
    else if (![...own].includes(request?.message_id ?? ''))
      violations.push(`${row.who} arrived in another request than recorded`);
    if (!request?.members?.includes(row.id)) violations.push(`${row.who} is no member of its request`);
  }
  console.log(
    JSON.stringify({
      profiles: PROFILES,
      seconds: Math.round((Date.now() - began) / 1_000),
      requests: byId.size,
      arrivals: seen.length,
      kills,
      killsWithOpenRequests: midway,
      sizes: [...byId.values()].map(([one]) => one!.who.length).sort((a, b) => b - a),
    }),
  );

  seen.length = 0;
  bad = `u${Math.floor(random() * PROFILES)}`;
  await campaign('Split', { split_on: [422] });
  for (const end = Date.now() + 120_000; Date.now() < end; await pause(500))
    if ((await made()) >= 2 * PROFILES && (await waiting()) === 0) break;
  const { rows: failed } = await db.query(
    "SELECT p.attributes->>'who' AS who FROM deliveries d JOIN profiles p ON p.id = d.profile_id WHERE d.state <> $1",
    [DELIVERED],
  );
  const rounds = seen.filter((one) => one.who.includes(bad!)).map((one) => one.who.length);
  const most = Math.ceil(Math.log2(rounds[0]!)) + 1;
  if (failed.length !== 1 || failed[0].who !== bad) violations.push(`failed: ${failed.length}, not ${bad} alone`);
  if (rounds.length > most) violations.push(`${rounds.length} rounds, more than ${most}`);
  console.log(JSON.stringify({ bad, rounds, most }));
} finally {
  await db.end();
  for (const program of programs) await program.end('SIGKILL');
  receiver.closeAllConnections();
  receiver.close();
  await embedded.stop();
  rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
console.log(violations.length === 0 ? 'no violation' : violations.slice(0, 20).join('\n'));
process.exit(violations.length === 0 ? 0 : 1);
