import { hostname } from 'node:os';
import type pg from 'pg';
import { type Clock, SQL_NOW } from './clock.ts';
import type { Database } from './database/index.ts';
import { messageOf } from './errors.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { machineIdentity, startOf } from './process-identity.ts';

/** How long a process counts as alive after its last sign of life, ms. */
export const LEASE_MS = 5_000;
const BEAT_MS = 1_000;
const ANSWER_MS = 3_000;
// Rows of the dead are removed when nobody renewed them for ten minutes.
const FORGET_MS = 600_000;
const MOST_UNKNOWN = 1_000;

/** The processes on this database: who is alive, and whether this one still counts as alive to the others. */
export interface Processes {
  readonly id: string;
  /** How many live processes have the role, this one included. */
  alive(role: string): number;
  /** Whether no other process is alive. */
  alone(): boolean;
  /** Whether a process is certainly dead: its lease ran out while we watched, or it is gone from this machine. */
  isDead(processId: string): boolean;
  /** Whether this process' own lease holds, counted from before its last renewal was sent. */
  valid(): boolean;
  /** Called when the own lease has run out. */
  onLost(listener: () => void): void;
  /** The version of the definitions, as of the last heartbeat. */
  definitionsVersion(): number;
  /** Removes the own row; others see this process gone at once. */
  stop(): Promise<void>;
}

export interface ProcessesParts {
  database: Database;
  clock: Clock;
  log: Log;
  roles: readonly string[];
}

interface Peer {
  id: string;
  host: string;
  pid: number;
  roles: string[];
  heartbeat: number;
}

const beatSql = `WITH beat AS (
    INSERT INTO processes (id, host, pid, roles, heartbeat, started_at, name) SELECT $1::uuid, $2::text, $3::int, $4::text[], n.now, n.now, $6::text FROM (SELECT ${SQL_NOW} AS now) n
    ON CONFLICT (id) DO UPDATE SET heartbeat = greatest(processes.heartbeat + 1, excluded.heartbeat)
  ), forgotten AS (
    DELETE FROM processes WHERE id = ANY($5::uuid[]) AND id <> $1 RETURNING id, heartbeat
  ), lost AS (
    UPDATE process_log l SET ended_at = f.heartbeat, ending = 'lost' FROM forgotten f WHERE l.id = f.id AND l.ended_at IS NULL
  )
  SELECT ${SQL_NOW} AS now, (SELECT version FROM definitions) AS version,
    (SELECT coalesce(json_agg(json_build_object('id', id, 'host', host, 'pid', pid, 'roles', roles, 'heartbeat', heartbeat)), '[]')
     FROM processes) AS peers`;

// Who came and went, for people to look at; the newest are kept.
const joinSql = `WITH old AS (DELETE FROM process_log WHERE id < (SELECT id FROM process_log ORDER BY id DESC OFFSET 199 LIMIT 1))
  INSERT INTO process_log (id, name, pid, roles, started_at) SELECT id, name, pid, roles, started_at FROM processes WHERE id = $1`;
const leaveSql = `WITH gone AS (DELETE FROM processes WHERE id = $1)
  UPDATE process_log SET ended_at = ${SQL_NOW}, ending = 'stopped' WHERE id = $1`;

/** Enters this process in the table and renews its row each second, over a connection of its own. */
export async function createProcesses(parts: ProcessesParts): Promise<Processes> {
  const { database, clock, log, roles } = parts;
  const id = newId(clock.now());
  const machine = machineIdentity();
  const host = machine === null ? '' : `${machine} ${startOf(process.pid)}`;
  // What was seen of each row: its heartbeat, and when (own monotonic clock) it was first seen with it.
  const seen = new Map<string, Peer & { since: number }>();
  const missing = new Map<string, number>();
  const lostListeners: (() => void)[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let version = 0;
  let lost = false;
  let client: pg.Client | null = null;
  let stopped = false;
  let wake = () => {};

  const beat = async () => {
    client ??= await database.connect();
    const sentAt = performance.now();
    const forget = [...seen.values()].filter((peer) => readAt - peer.since > FORGET_MS).map((peer) => peer.id);
    const answer = await within(client.query(beatSql, [id, host, process.pid, roles, forget, hostname()]), ANSWER_MS);
    const gotAt = performance.now();
    const row = answer.rows[0] as { now: number; version: number; peers: string };
    renewedAt = sentAt;
    readAt = sentAt;
    lost = false;
    version = row.version;
    clock.observe(row.now, sentAt);
    const peers = JSON.parse(row.peers) as Peer[];
    for (const peer of peers) {
      if (seen.get(peer.id)?.heartbeat !== peer.heartbeat) seen.set(peer.id, { ...peer, since: gotAt });
      missing.delete(peer.id);
    }
    const there = new Set(peers.map((peer) => peer.id));
    for (const known of seen.keys()) if (!there.has(known)) seen.delete(known);
    // A few lives of a lease later nobody asks any more.
    for (const [known, since] of missing) if (readAt - since > FORGET_MS) missing.delete(known);
  };

  const isDead = (processId: string): boolean => {
    if (processId === id) return false;
    const peer = seen.get(processId);
    if (!peer) {
      const since = missing.get(processId);
      if (since !== undefined) return readAt - since >= LEASE_MS;
      if (missing.size < MOST_UNKNOWN) missing.set(processId, performance.now());
      return false;
    }
    if (machine !== null && peer.host.startsWith(`${machine} `)) {
      const started = startOf(peer.pid);
      if (started === null) return true;
      if (started !== '' && started !== peer.host.slice(machine.length + 1)) return true; // the number was given anew
    }
    return readAt - peer.since >= LEASE_MS;
  };
  const valid = () => performance.now() - renewedAt < LEASE_MS;
  const others = () => [...seen.values()].filter((peer) => peer.id !== id && !isDead(peer.id));

  // Looked at apart from the renewals, which may hang.
  const watch = setInterval(() => {
    if (lost || valid()) return;
    lost = true;
    log.warn('the database could not be reached for 5 seconds: this process gives up what it owned');
    for (const listener of lostListeners) listener();
  }, 250);

  const run = async () => {
    while (!stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, BEAT_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      if (stopped) return;
      try {
        await beat();
      } catch (error) {
        log.debug({ error: messageOf(error) }, 'a heartbeat failed and is repeated');
        const broken = client;
        client = null;
        broken?.end().catch(() => {});
      }
    }
  };
  try {
    await beat();
    await client!.query(joinSql, [id]);
  } catch (error) {
    clearInterval(watch);
    await (client as pg.Client | null)?.end().catch(() => {});
    throw error;
  }
  const done = run();

  return {
    id,
    alive: (role) => others().filter((peer) => peer.roles.includes(role)).length + (roles.includes(role) ? 1 : 0),
    alone: () => others().length === 0,
    isDead,
    valid,
    onLost: (listener) => void lostListeners.push(listener),
    definitionsVersion: () => version,
    async stop() {
      stopped = true;
      clearInterval(watch);
      wake();
      await done;
      renewedAt = Number.NEGATIVE_INFINITY;
      try {
        client ??= await database.connect();
        await within(client.query(leaveSql, [id]), ANSWER_MS);
      } catch (error) {
        log.debug({ error: messageOf(error) }, 'the row of this process could not be removed; its lease runs out');
      }
      await client?.end().catch(() => {});
    },
  };
}

/** The answer, or an error after `ms`. */
async function within<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the database did not answer within ${ms} ms`)), ms);
  });
  answer.catch(() => {});
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
