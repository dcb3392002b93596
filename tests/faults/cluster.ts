import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { freePort, Program } from './program.ts';
import { startRelay } from './relay.ts';

const KEY = 'hk_chaos_0123456789abcdef0123456789';

/** Runs a statement over a connection of its own, which no relay resets. Throws while the database is away. */
export type RunSql = <Row extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>;

/** A PostgreSQL, a relay before it, and one process for each entry of `roles`, which reach it through the relay. */
export async function startCluster(roles: readonly string[]) {
  const base = mkdtempSync(join(tmpdir(), 'handoff-chaos-'));
  chmodSync(base, 0o711);
  const embedded = await startEmbedded({ dataFolder: join(base, 'data'), log: createLog('fatal') });
  const { host, port, user, database } = embedded.connection;
  const relay = await startRelay(join(host!, `.s.PGSQL.${port}`));
  const env = {
    DATABASE_URL: `postgres://${user}@127.0.0.1:${relay.port}/${database}`,
    HANDOFF_SECRET: 'a secret of the chaos run, 32 characters or more',
    HANDOFF_API_KEY: KEY,
    HANDOFF_LOG: 'error',
  };
  const programs: Program[] = [];
  for (const role of roles) programs.push(new Program(await freePort(), env, role));
  const sql: RunSql = async <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) => {
    const client = new pg.Client({ ...embedded.connection, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  };
  return {
    key: KEY,
    programs,
    relay,
    sql,
    connection: embedded.connection,
    /** Signals the postmaster: SIGKILL, or SIGINT for a fast restart. It is started again by itself. */
    signalDatabase(signal: 'SIGKILL' | 'SIGINT') {
      process.kill(Number(readFileSync(join(embedded.data, 'postmaster.pid'), 'utf8').split('\n')[0]), signal);
    },
    async close() {
      for (const program of programs) program.signal('SIGCONT');
      await Promise.all(programs.map((program) => program.end('SIGKILL')));
      await relay.close();
      await embedded.stop();
      rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

export type Cluster = Awaited<ReturnType<typeof startCluster>>;
