import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { check, type Verdict } from './check.ts';
import { Client } from './client.ts';
import { freePort, Program } from './program.ts';
import { seeded } from './random.ts';
import { chaosReceiver } from './receiver.ts';

/** One run of kills under traffic. */
export interface ChaosOptions {
  seed: number;
  /** Events to be acknowledged at least. */
  events: number;
  /** Events a second that the client offers. */
  rate: number;
  serverKills: number;
  postgresKills: number;
  print: (line: string) => void;
}

/** What happened. */
export interface ChaosTotals extends Verdict {
  events: number;
  perSecond: number;
  serverKills: number;
  postgresKills: number;
  /** Kills of the server at which requests were unanswered and sends were open. */
  busyKills: number;
  requestsSeen: number;
  repeats: number;
  settings: Record<string, string>;
}

const KEY = 'hk_chaos_0123456789abcdef0123456789';

/**
 * Sends events at a steady rate while the server and PostgreSQL are killed at moments that the seed decides, lets
 * everything run dry, and checks the receiver's log and the client's log against the database.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosTotals> {
  const random = seeded(options.seed);
  const base = mkdtempSync(join(tmpdir(), 'handoff-chaos-'));
  chmodSync(base, 0o711);
  const dataFolder = join(base, 'data');
  const embedded = await startEmbedded({ dataFolder, log: createLog('fatal') });
  const receiver = await chaosReceiver(random);
  const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
  const program = new Program(await freePort(), {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    HANDOFF_SECRET: 'a secret of the chaos run, 32 characters or more',
    HANDOFF_API_KEY: KEY,
    HANDOFF_LOG: 'error',
  });
  const sql = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> => {
    const client = new pg.Client({ ...embedded.connection, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  try {
    await program.start();
    const settings: Record<string, string> = {};
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit'])
      settings[name] = (await sql<Record<string, string>>(`SHOW ${name}`))[0]![name]!;
    const client = new Client(program.url, KEY, options.rate);
    await client.prepare(receiver.url);
    const began = performance.now();
    let killing = true;
    const traffic = client.run(options.events, () => killing);

    // The kills are spread over the time that the traffic takes; each waits until the one before is over.
    const kills = [...Array(options.serverKills).fill('server'), ...Array(options.postgresKills).fill('postgres')].sort(
      () => random() - 0.5,
    );
    const pause = (options.events / options.rate / (kills.length + 1)) * 1000;
    let busyKills = 0;
    let advancing = true;
    const clock = (async () => {
      while (advancing) {
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        // Retry waits of minutes pass in seconds.
        await sql('UPDATE clock SET offset_ms = offset_ms + 30000').catch(() => {});
      }
    })();
    for (const kill of kills) {
      await new Promise((resolve) => setTimeout(resolve, pause * (0.3 + 0.7 * random())));
      if (kill === 'server') {
        // A kill proves most while something is under way: wait for such a moment, for five seconds at most.
        for (let i = 0; i < 1_000 && !(client.unanswered > 0 && receiver.open() > 0); i++) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        if (client.unanswered > 0 && receiver.open() > 0) busyKills++;
        await program.end('SIGKILL');
        await program.start();
      } else {
        const pid = Number(readFileSync(join(embedded.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
        process.kill(pid, 'SIGKILL');
      }
    }
    killing = false;
    const acknowledged = await traffic;
    const perSecond = Math.round(acknowledged.length / ((performance.now() - began) / 1000));
    options.print(
      `${acknowledged.length} events acknowledged at ${perSecond} a second; ${options.serverKills} kills of the server (${busyKills} with unanswered requests and open sends), ${options.postgresKills} of PostgreSQL`,
    );

    const dry =
      'SELECT (SELECT count(*) FROM inbox WHERE partition >= 0) AS inbox, (SELECT count(*) FROM lane_queue WHERE partition >= 0) AS queue, (SELECT count(*) FROM enrollments WHERE state = 1) AS open';
    const end = performance.now() + 120_000;
    for (;;) {
      const [left] = await sql<{ inbox: string; queue: string; open: string }>(dry);
      if (left && Number(left.inbox) + Number(left.queue) + Number(left.open) === 0) break;
      if (performance.now() > end)
        throw new Error(`not everything came to its end: ${JSON.stringify(left)}\n${program.output}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    advancing = false;
    await clock;
    const verdict = await check(sql, acknowledged, receiver);
    const requestsSeen = [...receiver.seen.values()].reduce((n, s) => n + s.times, 0);
    return {
      ...verdict,
      events: acknowledged.length,
      perSecond,
      serverKills: options.serverKills,
      postgresKills: options.postgresKills,
      busyKills,
      requestsSeen,
      repeats: requestsSeen - receiver.seen.size,
      settings,
    };
  } finally {
    await program.end('SIGKILL');
    await receiver.close();
    await embedded.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
