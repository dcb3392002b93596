import type pg from 'pg';
import type { Database } from './database/index.ts';
import { messageOf } from './errors.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import type { Carrier, Signals } from './signals.ts';

const CHANNEL = 'handoff';
const MERGE_MS = 20;
const BACKOFF_MS = { first: 100, most: 5_000 };
// A notification carries at most 8,000 bytes; names are short, and there are few.
const MOST_NAMES = 100;
const SESSION_MS = 3_000;

export interface BusParts {
  database: Database;
  signals: Signals;
  log: Log;
  /** Whether no other process is there to hear: then nothing is sent. */
  alone?: () => boolean;
}

/**
 * Carries signals to the other processes on this database and theirs to here. One connection sends at most one merged
 * NOTIFY in 20 ms (a NOTIFY inside a working transaction would hold a lock of the whole database), another listens. Both
 * are opened again when they break, for as long as the bus runs, with a pause that grows to five seconds. Fails open: a
 * lost signal costs a polling interval, never work.
 */
export async function startBus(parts: BusParts): Promise<{ stop(): Promise<void> }> {
  const { database, signals, log } = parts;
  const self = newId(Date.now()).slice(-12);
  const names = new Set<string>();
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> = Promise.resolve();

  const carrier: Carrier = (name) => {
    if (stopped || names.size >= MOST_NAMES || parts.alone?.()) return;
    names.add(name);
    timer ??= setTimeout(() => {
      timer = null;
      sending = sending.then(flush);
    }, MERGE_MS);
  };
  const sender = keepOpen(database, log, (client) => client.query('SET synchronous_commit = off').then(() => {}));
  const listener = keepOpen(database, log, async (client) => {
    client.on('notification', ({ payload = '' }) => {
      const [from, ...heard] = payload.split(' ');
      if (from !== self) for (const name of heard) signals.raise(name, carrier);
    });
    await client.query(`LISTEN ${CHANNEL}`);
  });
  const flush = async () => {
    const client = sender.client();
    if (!client) return; // the names wait for the next signal; polling is the net
    const payload = [self, ...names].join(' ');
    names.clear();
    await client.query('SELECT pg_notify($1, $2)', [CHANNEL, payload]).catch(() => {});
  };
  const off = signals.carry(carrier);
  await Promise.all([sender.opened, listener.opened]);
  return {
    async stop() {
      stopped = true;
      off();
      if (timer) clearTimeout(timer);
      if (names.size > 0) await Promise.race([sending.then(flush), pause(500)]);
      await Promise.all([sender.close(), listener.close()]);
    },
  };
}

/** Keeps one dedicated connection open, prepared by `prepare`. `opened` fulfils at the first success. */
function keepOpen(database: Database, log: Log, prepare: (client: pg.Client) => Promise<void>) {
  let current: pg.Client | null = null;
  let stopped = false;
  let wake = () => {};
  let firstOpened = () => {};
  const opened = new Promise<void>((resolve) => {
    firstOpened = resolve;
  });
  const run = async () => {
    let wait = BACKOFF_MS.first;
    while (!stopped) {
      let client: pg.Client | null = null;
      try {
        client = await database.connect();
        const ended = new Promise<void>((resolve) => {
          wake = resolve;
          client!.once('end', resolve);
          client!.once('error', () => resolve());
        });
        await prepare(client);
        current = client;
        wait = BACKOFF_MS.first;
        firstOpened();
        if (!stopped) await ended;
      } catch (error) {
        log.debug({ error: messageOf(error) }, 'the signal connection could not be opened and is tried again');
      }
      current = null;
      await client?.end().catch(() => {});
      if (stopped) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wait = Math.min(BACKOFF_MS.most, wait * 2);
    }
    firstOpened();
  };
  const done = run();
  return {
    opened,
    client: () => current,
    async close() {
      stopped = true;
      wake();
      await Promise.race([done, pause(2_000)]);
    },
  };
}

/**
 * Refuses a connection that isn't a session of its own, as behind a pooler in transaction mode: there LISTEN hears
 * nothing and named statements get lost. Tried, not guessed: LISTEN on one connection, NOTIFY from another, and a named
 * statement before and after the other one had a transaction open. Fails closed, because both would fail later, at work.
 */
export async function assertSession(database: Database): Promise<void> {
  const [one, two] = await Promise.all([database.connect(), database.connect()]);
  try {
    const channel = `handoff_try_${newId(Date.now()).slice(-12)}`;
    const heard = new Promise<boolean>((resolve) => {
      one.once('notification', () => resolve(true));
      setTimeout(() => resolve(false), SESSION_MS).unref();
    });
    await one.query(`LISTEN ${channel}`);
    await two.query(`NOTIFY ${channel}`);
    const named = { name: 'handoff-session', text: 'SELECT 1' };
    let kept = true;
    try {
      await one.query(named);
      await two.query('BEGIN');
      await one.query(named);
      await two.query('COMMIT');
    } catch {
      kept = false;
    }
    if (kept && (await heard)) return;
    throw new Error(
      'The database connection goes through a pooler in transaction mode (LISTEN or named statements get lost). Point DATABASE_URL at PostgreSQL itself, or set the pooler to session mode.',
    );
  } finally {
    await Promise.all([one, two].map((client) => client.end().catch(() => {})));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
