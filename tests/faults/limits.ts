import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { freePort, Program } from './program.ts';
import { seeded } from './random.ts';
import { processOf } from './sockets.ts';

export interface LimitRun {
  seed: number;
  seconds: number;
  webhooks: number;
  concurrency: number;
  rate: number;
  print: (line: string) => void;
}

/** The most that was seen, over the whole run. */
export interface LimitTotals {
  delivered: number;
  kills: number;
  stops: number;
  joins: number;
  /** By the senders' own records. */
  mostStartsInASecond: number;
  mostStartsWhileHalved: number;
  mostOpenByRecord: number;
  /** At the receiver; killed and stopped owners aside. */
  mostOpen: number;
  mostArrivalsInASecond: number;
  /** Arrivals from stopped processes just after they went on. */
  slipped: number[];
}

const KEY = 'hk_limits_0123456789abcdef0123456789';
const most = (times: readonly number[], ms: number) => {
  const sorted = [...times].sort((a, b) => a - b);
  let from = 0;
  let best = 0;
  for (let to = 0; to < sorted.length; to++) {
    while (sorted[to]! - sorted[from]! >= ms) from++;
    best = Math.max(best, to - from + 1);
  }
  return best;
};

/**
 * Three processes on one database, many webhooks on one policy that binds; meanwhile processes are killed, stopped and
 * added, and the rate is halved for a while. Linux only: it asks /proc whose connection a request came over.
 */
export async function runLimits(options: LimitRun): Promise<LimitTotals> {
  const { seconds, print } = options;
  const random = seeded(options.seed);
  const base = mkdtempSync(join(tmpdir(), 'handoff-limits-'));
  chmodSync(base, 0o711);
  const embedded = await startEmbedded({ dataFolder: join(base, 'data'), log: createLog('fatal') });
  const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
  const env = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    HANDOFF_SECRET: 'a secret of the limits, 32 characters or more',
    HANDOFF_API_KEY: KEY,
    HANDOFF_LOG: 'error',
  };
  const db = new pg.Client(embedded.connection);
  await db.connect();
  const programs: Program[] = [];
  const add = async () => {
    const program = new Program(await freePort(), env);
    await program.start();
    programs.push(program);
    return program;
  };
  const away = new Set<number>();
  const arrivals: { at: number; pid: number | null }[] = [];
  const open = new Map<object, number | null>();
  const totals = { mostOpen: 0, kills: 0, stops: 0, joins: 0, slipped: [] as number[] };
  const owners = new WeakMap<object, number | null>();
  const receiver = createServer((request, response) => {
    const { socket } = request;
    if (!owners.has(socket))
      owners.set(socket, processOf(socket.remotePort!, programs.map((p) => p.pid!).filter(Boolean)));
    const pid = owners.get(socket)!;
    arrivals.push({ at: Date.now(), pid });
    open.set(request, pid);
    totals.mostOpen = Math.max(
      totals.mostOpen,
      [...open.values()].filter((one) => one === null || !away.has(one)).length,
    );
    response.on('close', () => open.delete(request));
    request.resume();
    const fate = random();
    setTimeout(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
      fate < 0.02 ? 2_000 : 10 + fate * 120,
    );
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
  try {
    const first = await add();
    await add();
    await add();
    const call = async (method: string, path: string, body?: unknown): Promise<{ id: string }> => {
      const response = await fetch(`${first.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as { id: string };
    };
    await call('PATCH', '/workspace', { allow_http: true });
    const limit = { name: 'Shared', concurrency: options.concurrency, rate: options.rate, per: 'second' };
    const policy = await call('POST', '/policies', limit);
    for (let i = 0; i < options.webhooks; i++) {
      const definition = {
        url: `${url}/${i}`,
        body: '{"n": {{ event.n }}}',
        timeout_ms: 5_000,
        retry: { waits: Array(20).fill(1) },
      };
      const webhook = await call('POST', '/webhooks', { name: `w${i}`, definition });
      await call('PATCH', `/webhooks/${webhook.id}`, { policy: policy.id });
      const draft = {
        trigger: { kind: 'event', event: 'go' },
        start: 'call',
        steps: [{ id: 'call', kind: 'webhook', webhook: webhook.id, move_on: 'first_attempt' }],
      };
      const scenario = await call('POST', '/scenarios', { name: `s${i}`, draft });
      await call('POST', `/scenarios/${scenario.id}/publish`);
    }
    const events = Math.ceil((seconds * options.rate * 1.3) / options.webhooks);
    const batch = Array.from({ length: events }, (_, n) => ({
      type: 'track',
      userId: `u${n}`,
      messageId: `m${n}`,
      event: 'go',
      properties: { n },
    }));
    const sent = await fetch(`${first.url}/v1/batch`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ batch }),
    });
    if (!sent.ok) throw new Error(`the events were refused: ${await sent.text()}`);
    print(
      `${events} events for ${options.webhooks} webhooks, ${options.rate} a second and ${options.concurrency} open`,
    );

    const ownerOf = async () => {
      const { rows } = await db.query('SELECT r.pid FROM policies p JOIN processes r ON r.id = p.owner');
      return programs.find((program) => program.pid === rows[0]?.pid);
    };
    const end = Date.now() + seconds * 1_000;
    let halved: [number, number] | null = null;
    for (let turn = 0; Date.now() < end; turn++) {
      await pause(1_500 + random() * 2_000);
      const kind = turn % 4;
      // The owner of the policy is the one that matters; the first serves the calls of this test.
      const victim = (await ownerOf()) ?? programs[1]!;
      if (kind === 0 && victim !== first) {
        away.add(victim.pid!);
        await victim.end('SIGKILL');
        totals.kills++;
        print(`killed the owner ${victim.pid}`);
        await pause(1_000);
        programs.splice(programs.indexOf(victim), 1);
        await add();
        totals.joins++;
      } else if (kind === 1 || kind === 0) {
        const pid = victim.pid!;
        away.add(pid);
        process.kill(pid, 'SIGSTOP');
        totals.stops++;
        await pause(7_000 + random() * 2_000);
        const from = arrivals.length;
        process.kill(pid, 'SIGCONT');
        await pause(400);
        const successor = await ownerOf();
        totals.slipped.push(successor?.pid === pid ? 0 : arrivals.slice(from).filter((one) => one.pid === pid).length);
        print(`stopped the owner ${pid} for a while; ${totals.slipped.at(-1)} of its requests came afterwards`);
        await pause(5_500);
        away.delete(pid);
      } else if (kind === 2 && !halved) {
        await call('PUT', `/policies/${policy.id}`, { ...limit, rate: options.rate / 2 });
        const began = Date.now() + 2_200;
        await pause(5_000);
        halved = [began, Date.now()];
        await call('PUT', `/policies/${policy.id}`, limit);
        print('halved the rate for five seconds');
      } else {
        await add();
        totals.joins++;
        print('added a process');
        if (programs.length > 4) await programs.splice(1, 1)[0]!.end('SIGTERM');
      }
    }
    for (const wait = Date.now() + 120_000; Date.now() < wait; ) {
      const { rows } = await db.query('SELECT count(*)::int AS n FROM lane_queue WHERE partition >= 0');
      if (rows[0].n === 0) break;
      await pause(500);
    }
    const { rows } = await db.query<{ started_at: string; duration_ms: number }>(
      'SELECT started_at, duration_ms FROM attempts',
    );
    const starts = rows.map((row) => Number(row.started_at));
    const within = halved ? starts.filter((at) => at >= halved![0] && at <= halved![1]) : [];
    const steps = rows.flatMap((row) => [
      [Number(row.started_at), 1],
      [Number(row.started_at) + row.duration_ms, -1],
    ]) as [number, number][];
    let now = 0;
    let mostOpenByRecord = 0;
    for (const [, by] of steps.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      now += by;
      mostOpenByRecord = Math.max(mostOpenByRecord, now);
    }
    const { rows: ended } = await db.query('SELECT count(*)::int AS n FROM deliveries WHERE state = 6');
    return {
      ...totals,
      delivered: ended[0].n,
      mostStartsInASecond: most(starts, 1_000),
      mostStartsWhileHalved: most(within, 1_000),
      mostOpenByRecord,
      mostArrivalsInASecond: most(
        arrivals.map((one) => one.at),
        1_000,
      ),
    };
  } finally {
    await db.end();
    for (const program of programs) {
      if (program.pid) process.kill(program.pid, 'SIGCONT');
      await program.end('SIGKILL');
    }
    receiver.closeAllConnections();
    receiver.close();
    await embedded.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
