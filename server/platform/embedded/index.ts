import { mkdirSync, realpathSync } from 'node:fs';
import pg from 'pg';
import type { Log } from '../log.ts';
import { preparePostgres } from './binaries.ts';
import { makeCluster, serverSettings } from './cluster.ts';
import { passGate } from './gate.ts';
import { choosePlace } from './place.ts';
import { connectionOf, Server } from './server.ts';

/** A running PostgreSQL of our own. */
export interface Embedded {
  /** To its database `handoff`, by Unix socket. */
  connection: pg.ClientConfig;
  /** Where its files are. */
  data: string;
  /** Says that this process is about to end, so that a start that finds it waits. */
  closing(): void;
  /** Stops it cleanly; after 10 s at once. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Made if missing. */
  dataFolder: string;
  log: Log;
  /** Settings over ours, for tests. */
  settings?: Record<string, string>;
  /** A folder with bin, lib and share of another PostgreSQL than the one installed with us. */
  native?: string;
  /** Called when it died and could not be started again for five minutes; unless given, that ends the program. */
  onGone?: (error: Error) => void;
}

/** Makes the data folder if it is missing, and returns its real path. As root, others may pass through, not look in. */
export function openDataFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: process.getuid!() === 0 ? 0o711 : 0o700 });
  return realpathSync(path);
}

/**
 * Starts PostgreSQL on a data folder: from the binaries that npm installed, with UTF-8 and C locale, on a socket in a
 * private folder and on no port, with none of our environment, as root under a system user. It is started again when it
 * dies, and one that a killed parent left is stopped first. Refuses a data folder that another process uses. Throws
 * errors whose message is a sentence for the person who starts it.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log } = options;
  const folder = openDataFolder(options.dataFolder);
  const gate = await passGate(folder);
  try {
    const place = choosePlace(folder);
    const native = preparePostgres(place.account, options.native);
    await makeCluster(native, place);
    const server = new Server(
      native,
      place,
      { ...serverSettings(place), ...options.settings },
      log,
      options.onGone ??
        ((error) => {
          throw error;
        }),
    );
    const atExit = () => server.signalStop();
    process.on('exit', atExit);
    try {
      await server.start();
      await makeDatabase(connectionOf(place));
    } catch (error) {
      await server.stop();
      process.off('exit', atExit);
      throw error;
    }
    log.info({ data: place.data, user: place.account.name }, 'PostgreSQL runs');
    return {
      connection: connectionOf(place),
      data: place.data,
      closing: () => gate.closing(),
      async stop() {
        gate.closing();
        await server.stop();
        process.off('exit', atExit);
        gate.open();
      },
    };
  } catch (error) {
    gate.open();
    throw error;
  }
}

/** The connection to the PostgreSQL that another process runs on a data folder; it fails to connect when none does. */
export function runningEmbedded(dataFolder: string): pg.ClientConfig {
  return connectionOf(choosePlace(openDataFolder(dataFolder)));
}

async function makeDatabase(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [connection.database]);
    if (rowCount === 0) await client.query('CREATE DATABASE handoff');
  } finally {
    await client.end();
  }
}
