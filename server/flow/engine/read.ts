import { SQL_NOW } from '../../platform/clock.ts';
import {
  type Connection,
  int2Array,
  int8Array,
  type Snapshot,
  SQL_SNAPSHOT,
  type Sql,
  uuidArray,
} from '../../platform/database/index.ts';
import { CLASS } from '../../schema/index.ts';
import type { QueuedFact } from '../inbox/index.ts';

/** A partition that this turn holds, with the floors below which nothing is pending. */
export interface HeldPartition {
  id: number;
  floor_live: number;
  floor_bulk: number;
  floor_timers: number;
}

/** A timer that is due. */
export interface DueTimer {
  partition: number;
  id: string;
  workspace_id: string;
  due_at: number;
  profile_id: string;
  scenario_id: string;
  enrollment_id: string;
  step: string;
}

// A statement of its own: together with the read it would see facts that the last holder has deleted (READ COMMITTED
// takes its snapshot when a statement begins). The order only spreads two processes over different partitions.
const lock: Sql = {
  name: 'turn-lock',
  text: `SELECT id, floor_live, floor_bulk, floor_timers, ${SQL_NOW} AS now, (SELECT version FROM definitions) AS version, ${SQL_SNAPSHOT}
    FROM partitions ORDER BY (id + $1::int) % 64 LIMIT $2::int FOR UPDATE SKIP LOCKED`,
};
const lockThese: Sql = {
  name: 'turn-lock-these',
  text: 'SELECT id, floor_live, floor_bulk, floor_timers FROM partitions WHERE id = ANY($1::int2[]) FOR UPDATE SKIP LOCKED',
};
const facts: Sql = {
  name: 'turn-facts',
  text: `SELECT i.* FROM unnest($1::int2[], $2::int8[]) p(id, floor) CROSS JOIN unnest($3::uuid[]) w(id) CROSS JOIN LATERAL (
      SELECT partition, class, workspace_id AS "workspaceId", seq, profile_id AS "profileId", id, kind, origin, depth, tries,
        occurred_at AS "occurredAt", received_at AS "receivedAt", name, body, meta
      FROM inbox WHERE partition = p.id AND class = $4::int2 AND workspace_id = w.id AND seq >= p.floor ORDER BY seq LIMIT $5::int) i`,
};
const timers: Sql = {
  name: 'turn-timers',
  text: `SELECT t.* FROM unnest($1::int2[], $2::int8[]) p(id, floor) CROSS JOIN LATERAL (
      SELECT partition, id, workspace_id, due_at, profile_id, scenario_id, enrollment_id, step
      FROM timers WHERE partition = p.id AND due_at >= p.floor AND due_at <= $3::int8 ORDER BY due_at LIMIT $4::int) t`,
};
// What a turn would read, without its locks: a number of the transaction, 64 locked rows and a commit each time.
const ahead: Sql = {
  name: 'turn-ahead',
  text: `SELECT min(t.due_at) AS due, ${SQL_NOW} AS now, EXISTS (
      SELECT 1 FROM partitions p CROSS JOIN workspaces w CROSS JOIN (VALUES (${CLASS.live}), (${CLASS.bulk})) c(class) CROSS JOIN LATERAL (
        SELECT 1 FROM inbox i WHERE i.partition = p.id AND i.class = c.class AND i.workspace_id = w.id
          AND i.seq >= CASE c.class WHEN ${CLASS.live} THEN p.floor_live ELSE p.floor_bulk END LIMIT 1) i) AS facts
    FROM partitions p CROSS JOIN LATERAL (
      SELECT due_at FROM timers WHERE partition = p.id AND due_at >= p.floor_timers ORDER BY due_at LIMIT 1) t`,
};

/** Whether facts wait, when the next timer is due, and the database's time, both in ms. */
export interface Ahead {
  facts: boolean;
  due: number | null;
  now: number;
}

/** Looks whether there is anything to do for a turn, of all partitions, without locking them. */
export async function lookAhead(on: Connection): Promise<Ahead> {
  const [row] = await on.run<Ahead>(ahead);
  return row!;
}

/** Locks up to `share` free partitions. Returns them with the time and the definitions' version; empty when all are taken. */
export async function lockPartitions(
  tx: Connection,
  rotation: number,
  share: number,
): Promise<{ held: HeldPartition[]; now: number; version: number; snapshot: Snapshot } | null> {
  const rows = await tx.run<HeldPartition & Snapshot & { now: number; version: number }>(lock, [rotation, share]);
  const [first] = rows;
  return first ? { held: rows, now: first.now, version: first.version, snapshot: first } : null;
}

/** Tries to lock these partitions too, without waiting. */
export function lockMore(tx: Connection, ids: number[]): Promise<HeldPartition[]> {
  return tx.run<HeldPartition>(lockThese, [int2Array(ids)]);
}

/** Reads the oldest facts of a class, up to `limit` of each partition and workspace, in order. */
export async function readFacts(
  tx: Connection,
  held: readonly HeldPartition[],
  floors: 'floor_live' | 'floor_bulk',
  workspaces: readonly string[],
  factClass: number,
  limit: number,
): Promise<QueuedFact[]> {
  const rows = await tx.run<QueuedFact>(facts, [
    int2Array(held.map((p) => p.id)),
    int8Array(held.map((p) => p[floors])),
    uuidArray(workspaces),
    factClass,
    limit,
  ]);
  return rows.sort((a, b) => a.seq - b.seq);
}

/** Reads the timers that are due, up to `limit` of each partition. */
export async function readTimers(
  tx: Connection,
  held: readonly HeldPartition[],
  now: number,
  limit: number,
): Promise<DueTimer[]> {
  const rows = await tx.run<DueTimer>(timers, [
    int2Array(held.map((p) => p.id)),
    int8Array(held.map((p) => p.floor_timers)),
    now,
    limit,
  ]);
  return rows.sort((a, b) => a.due_at - b.due_at);
}
