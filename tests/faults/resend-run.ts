import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { freePort, Program } from './program.ts';
import { seeded } from './random.ts';

/** One run of a resend job under kills. */
export interface ResendRun {
  seed: number;
  /** Deliveries that fail and are sent again. */
  count: number;
  /** The job's rate. */
  perSecond: number;
  /** Kills of one of the two servers, and of PostgreSQL, while the job works. */
  serverKills: number;
  postgresKills: number;
  print: (line: string) => void;
}

/** What happened. */
export interface ResendTotals {
  count: number;
  fillSeconds: number;
  jobSeconds: number;
  madePerSecond: number;
  drySeconds: number;
  serverKills: number;
  postgresKills: number;
  /** Requests that the receiver got after the job was made, and those of them that repeated one of it. */
  arrivals: number;
  repeats: number;
  memoryMb: number;
  violations: string[];
}

const KEY = 'hk_resend_0123456789abcdef0123456789';

/** Refuses everything at first; then accepts, but for some that it answers with 500 or a reset. Remembers each id. */
async function pickyReceiver(random: () => number) {
  const first = new Map<string, string>();
  const later = new Map<string, number>();
  const differing: string[] = [];
  let accepting = false;
  let arrivals = 0;
  const server = createServer((request, response) => {
    const hash = createHash('sha256');
    request.on('data', (chunk: Buffer) => hash.update(chunk));
    request.on('end', () => {
      const { headers } = request;
      const id = String(headers['webhook-id']);
      const digest = hash
        .update(`${request.method} ${request.url} ${headers['content-type']} ${headers['idempotency-key']}`)
        .digest('base64');
      if (!accepting) {
        first.set(id, digest);
        response.writeHead(400).end();
        return;
      }
      arrivals++;
      if (first.get(id) !== digest) differing.push(id);
      later.set(id, (later.get(id) ?? 0) + 1);
      const fate = random();
      if (fate < 0.01) request.socket.destroy();
      else response.writeHead(fate < 0.03 ? 500 : 200).end('{"ok":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    first,
    later,
    differing,
    arrivals: () => arrivals,
    accept: () => {
      accepting = true;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Lets deliveries fail, sends them again by a job while its processes are killed, and checks what came of it. */
export async function runResend(options: ResendRun): Promise<ResendTotals> {
  const { count, print } = options;
  const random = seeded(options.seed);
  const base = mkdtempSync(join(tmpdir(), 'handoff-resend-'));
  chmodSync(base, 0o711);
  const embedded = await startEmbedded({ dataFolder: join(base, 'data'), log: createLog('fatal') });
  const receiver = await pickyReceiver(random);
  const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
  const env = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    HANDOFF_SECRET: 'a secret of the resend run, 32 characters or more',
    HANDOFF_API_KEY: KEY,
    HANDOFF_LOG: 'error',
  };
  const programs = [new Program(await freePort(), env), new Program(await freePort(), env)];
  const sql = async <Row extends pg.QueryResultRow>(text: string): Promise<Row> => {
    const client = new pg.Client({ ...embedded.connection, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows[0]!;
    } finally {
      await client.end().catch(() => {});
    }
  };
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${programs[0]!.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${KEY}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    // biome-ignore lint/suspicious/noExplicitAny: looked into as a client would
    return answer as any;
  };
  const until = async (what: string, ms: number, done: () => Promise<boolean>) => {
    const began = performance.now();
    while (!(await done().catch(() => false))) {
      if (performance.now() - began > ms)
        throw new Error(`waited ${ms} ms for ${what}\n${programs.map(({ output }) => output).join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return (performance.now() - began) / 1000;
  };
  try {
    await programs[0]!.start();
    await programs[1]!.start();
    const webhook = await prepare(call, receiver.url);
    const began = performance.now();
    for (let n = 0; n < count; n += 500) {
      const batch = Array.from({ length: Math.min(500, count - n) }, (_, i) => ({
        type: 'track',
        userId: `u${(n + i) % 5_000}`,
        event: 'Go',
        properties: { n: n + i },
      }));
      await call('POST', '/v1/batch', { batch });
    }
    const patience = 120_000 + count * 10;
    const failed = 'SELECT count(*)::int AS n FROM deliveries WHERE state = 7 AND resend_of IS NULL';
    await until('all to fail', patience, async () => (await sql<{ n: number }>(failed)).n === count);
    const fillSeconds = (performance.now() - began) / 1000;
    print(`${count} deliveries have failed, ${Math.round(count / fillSeconds)} a second`);

    receiver.accept();
    const filter = { webhook, state: ['failed'], reason: 'http_400' };
    const job = await call('POST', '/api/v1/resends', { filter, per_second: options.perSecond });
    const made = async () => sql<{ state: string; made: number }>('SELECT state, made::int AS made FROM resend_jobs');
    const start = performance.now();
    const kills = [...Array(options.serverKills).fill('server'), ...Array(options.postgresKills).fill('postgres')].sort(
      () => random() - 0.5,
    );
    for (const [i, kill] of kills.entries()) {
      // Spread over the job: each comes when so much of it is done, while it works.
      const share = Math.floor((count * (i + 0.5 + random() * 0.4)) / (kills.length + 1));
      await until(`${share} to be made`, patience, async () => (await made()).made >= share);
      if (kill === 'server') {
        const program = programs[i % 2]!;
        await program.end('SIGKILL');
        await program.start();
      } else
        process.kill(Number(readFileSync(join(embedded.data, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
    }
    let memoryMb = 0;
    await until('the job to be done', patience, async () => {
      for (const { pid } of programs) memoryMb = Math.max(memoryMb, residentMb(pid));
      return (await made()).state === 'done';
    });
    const jobSeconds = (performance.now() - start) / 1000;
    print(`the job is done after ${Math.round(jobSeconds)} s and ${kills.length} kills`);
    let moved = 0;
    await until('everything to end', patience, async () => {
      if (++moved % 10 === 0) await sql('UPDATE clock SET offset_ms = offset_ms + 5000');
      return (await sql<{ n: number }>('SELECT count(*)::int AS n FROM lane_queue WHERE partition >= 0')).n === 0;
    });
    const drySeconds = (performance.now() - start) / 1000;
    const detail = await call('GET', `/api/v1/resends/${job.id}`);
    return {
      count,
      fillSeconds: Math.round(fillSeconds),
      jobSeconds: Math.round(jobSeconds),
      madePerSecond: Math.round(count / jobSeconds),
      drySeconds: Math.round(drySeconds),
      serverKills: options.serverKills,
      postgresKills: options.postgresKills,
      arrivals: receiver.arrivals(),
      repeats: receiver.arrivals() - receiver.later.size,
      memoryMb,
      violations: await check(sql, receiver, count, detail),
    };
  } finally {
    for (const program of programs) await program.end('SIGKILL');
    await receiver.close();
    await embedded.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above
type Call = (method: string, path: string, body?: unknown) => Promise<any>;

async function prepare(call: Call, url: string): Promise<string> {
  await call('PATCH', '/api/v1/workspace', { allow_http: true });
  const { id } = await call('POST', '/api/v1/webhooks', {
    name: 'picky',
    definition: {
      url: `${url}/hook`,
      body: '{"user":"{{customer.id}}","n":{{event.n}}}',
      retry: { waits: [1, 1, 1, 2, 2, 2, 5, 5, 5, 5] },
    },
  });
  const scenario = await call('POST', '/api/v1/scenarios', {
    name: 'picky',
    draft: {
      trigger: { kind: 'event', event: 'Go' },
      start: 'one',
      steps: [{ id: 'one', kind: 'webhook', webhook: id }],
    },
  });
  await call('POST', `/api/v1/scenarios/${scenario.id}/publish`);
  return id;
}

async function check(
  sql: <Row extends pg.QueryResultRow>(text: string) => Promise<Row>,
  receiver: Awaited<ReturnType<typeof pickyReceiver>>,
  count: number,
  job: { found: number; made: number; skipped: unknown[] },
): Promise<string[]> {
  const violations: string[] = [];
  const expect = (what: string, found: number, wanted: number) => {
    if (found !== wanted) violations.push(`${what}: ${found}, not ${wanted}`);
  };
  const resends = await sql<{ all: number; of: number; delivered: number; bulk: number }>(
    `SELECT count(*)::int AS all, count(DISTINCT resend_of)::int AS of, count(*) FILTER (WHERE state = 6)::int AS delivered,
       count(*) FILTER (WHERE class = 1)::int AS bulk FROM deliveries WHERE resend_of IS NOT NULL`,
  );
  expect('resend deliveries', resends.all, count);
  expect('originals that were sent again', resends.of, count);
  expect('resends that arrived', resends.delivered, count);
  expect('resends in the bulk class', resends.bulk, count);
  expect('found by the job', job.found, count);
  expect('made by the job', job.made, count);
  expect('reasons to skip', job.skipped.length, 0);
  expect('ids at the receiver before', receiver.first.size, count);
  expect('ids at the receiver after', receiver.later.size, count);
  expect('requests with another key or other bytes than before', receiver.differing.length, 0);
  return violations;
}

/** What a process holds in memory, in MB; 0 where it can't be told. */
function residentMb(pid: number | undefined): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}
