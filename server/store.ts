import type pg from 'pg';
import type { Config } from './config.ts';
import { assertSession } from './platform/bus.ts';
import { createDatabase, type Database, migrate } from './platform/database/index.ts';
import { startEmbedded } from './platform/embedded/index.ts';
import { messageOf } from './platform/errors.ts';
import type { Log } from './platform/log.ts';
import { migrations } from './schema/index.ts';

/** The database, ready for work. */
export interface Store {
  database: Database;
  /** How to reach it. */
  connection: pg.ClientConfig;
  /** Says that this process is about to end. */
  closing(): void;
  close(): Promise<void>;
}

const POOL = 24;
const OLDEST = 15;
const WAIT_MS = 60_000;
const RETRY_MS = 500;
// SQLSTATE classes of a server that can't be used as configured, now or later: role, password, database, privileges.
const HOPELESS = /^(28|3D|42)/;

/** Opens the database of the configuration, or our own; checks it; brings its schema forward. */
export async function openStore(config: Config, log: Log): Promise<Store> {
  const own = config.databaseUrl === null ? await startEmbedded({ dataFolder: config.dataFolder, log }) : null;
  const connection: pg.ClientConfig = own?.connection ?? { connectionString: config.databaseUrl! };
  const database = createDatabase({
    connection,
    max: POOL,
    onIdleError: (error) => log.debug({ error: error.message }, 'an idle database connection broke and is replaced'),
  });
  try {
    const client = await reach(database, log);
    try {
      await check(client);
      if (!own) await assertSession(database);
      await migrate(client, migrations);
    } finally {
      await client.end().catch(() => {});
    }
  } catch (error) {
    await database.close();
    await own?.stop();
    throw error;
  }
  return {
    database,
    connection,
    closing: () => own?.closing(),
    async close() {
      await Promise.race([database.close(), new Promise((resolve) => setTimeout(resolve, 3_000).unref())]);
      await own?.stop();
    },
  };
}

/** A connection; waits up to a minute for a server that is just starting. */
async function reach(database: Database, log: Log): Promise<pg.Client> {
  const until = performance.now() + WAIT_MS;
  for (let told = false; ; told = true) {
    try {
      return await database.connect();
    } catch (error) {
      const code = String((error as { code?: unknown }).code ?? '');
      // Poolers in transaction mode refuse session settings at the door.
      if (code === '08P01' && /startup parameter/.test(messageOf(error)))
        throw new Error(
          `The database connection goes through a pooler that refuses session settings (${messageOf(error)}). Point DATABASE_URL at PostgreSQL itself; a pooler in transaction mode can't be used.`,
        );
      if (HOPELESS.test(code))
        throw new Error(`The database refuses the connection: ${messageOf(error)}. Check DATABASE_URL.`);
      if (performance.now() > until) {
        throw new Error(
          `The database could not be reached for a minute: ${messageOf(error) || code}. Check DATABASE_URL, and whether the server runs.`,
        );
      }
      if (!told)
        log.warn({ error: messageOf(error) || code }, 'the database is not reachable yet; tried again for a minute');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function check(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string }>(
    "SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding",
  );
  const { version, encoding } = rows[0]!;
  if (Number.parseInt(version, 10) < OLDEST) {
    throw new Error(`The database is PostgreSQL ${version}; Handoff needs PostgreSQL ${OLDEST} or newer.`);
  }
  if (encoding !== 'UTF8') {
    throw new Error(
      `The database has the encoding ${encoding}; make one with UTF8 (CREATE DATABASE … ENCODING 'UTF8').`,
    );
  }
}
