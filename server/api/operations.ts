import { SQL_NOW } from '../platform/clock.ts';
import type { Connection, Sql } from '../platform/database/index.ts';
import { LEASE_MS } from '../platform/processes.ts';
import { CLASS } from '../schema/index.ts';

/** A process on this database. Times in ms since the epoch. */
export interface ProcessView {
  id: string;
  name: string;
  pid: number;
  roles: string[];
  startedAt: number;
  heartbeatAt: number;
  alive: boolean;
  /** How many lanes of the workspace it owns. */
  lanes: number;
}

const processes: Sql = {
  name: 'operations-processes',
  text: `SELECT p.id, p.name, p.pid, p.roles, p.started_at AS "startedAt", p.heartbeat AS "heartbeatAt", n.now - p.heartbeat < ${LEASE_MS} AS alive,
      (SELECT count(*) FROM lanes l WHERE l.owner = p.id AND l.workspace_id = $1) AS lanes
    FROM processes p CROSS JOIN (SELECT ${SQL_NOW} AS now) n ORDER BY p.started_at, p.id LIMIT 500`,
};

/** Every process, oldest first; one that died without a word stays for ten minutes. */
export function listProcesses(on: Connection, workspaceId: string): Promise<ProcessView[]> {
  return on.run<ProcessView>(processes, [workspaceId]);
}

/** Who came and went. `ending` is null while it runs. */
export interface Coming {
  id: string;
  name: string;
  pid: number;
  roles: string[];
  startedAt: number;
  endedAt: number | null;
  ending: 'stopped' | 'lost' | null;
}

// One that died is written down as lost when its row is forgotten; until then its row tells it.
const comings: Sql = {
  name: 'operations-comings',
  text: `SELECT l.id, l.name, l.pid, l.roles, l.started_at AS "startedAt", coalesce(l.ended_at, CASE WHEN n.now - p.heartbeat >= ${LEASE_MS} THEN p.heartbeat END) AS "endedAt",
      coalesce(l.ending, CASE WHEN p.id IS NULL OR n.now - p.heartbeat >= ${LEASE_MS} THEN 'lost' END) AS ending
    FROM process_log l LEFT JOIN processes p ON p.id = l.id CROSS JOIN (SELECT ${SQL_NOW} AS now) n ORDER BY l.id DESC LIMIT 50`,
};

/** The newest fifty starts, with how each ended. */
export function listComings(on: Connection): Promise<Coming[]> {
  return on.run<Coming>(comings);
}

/** A class of the inbox: what waits there, counted up to MOST_FACTS. */
export interface InboxView {
  class: keyof typeof CLASS;
  count: number;
  oldestAt: number | null;
}

const A_PARTITION = 200;
/** Counting facts may stop here, when they are spread evenly; it never counts more than A_PARTITION of a partition. */
export const MOST_FACTS = 64 * A_PARTITION;
const inbox = (name: keyof typeof CLASS): Sql => ({
  name: `operations-inbox-${name}`,
  text: `SELECT coalesce(sum(c.n), 0)::int AS count, min(f.received_at) AS "oldestAt" FROM partitions p
    CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
      SELECT 1 FROM inbox i WHERE i.partition = p.id AND i.class = ${CLASS[name]} AND i.workspace_id = $1 AND i.seq >= p.floor_${name} LIMIT ${A_PARTITION}) x) c
    LEFT JOIN LATERAL (SELECT i.received_at FROM inbox i WHERE i.partition = p.id AND i.class = ${CLASS[name]} AND i.workspace_id = $1 AND i.seq >= p.floor_${name}
      ORDER BY i.seq LIMIT 1) f ON true`,
});
const INBOX = [
  ['live', inbox('live')],
  ['bulk', inbox('bulk')],
] as const;

/** What waits in the inbox, by class. */
export async function readInbox(on: Connection, workspaceId: string): Promise<InboxView[]> {
  const found: InboxView[] = [];
  for (const [name, sql] of INBOX) {
    const [row] = await on.run<{ count: number; oldestAt: number | null }>(sql, [workspaceId]);
    found.push({ class: name, count: row?.count ?? 0, oldestAt: row?.oldestAt ?? null });
  }
  return found;
}

/** A lane in which something waits. `owner`: a process, null when nobody has it yet. */
export interface LaneView {
  webhookId: string;
  owner: string | null;
  /** Up to MOST_IN_LANE. */
  waiting: number;
  /** Of those that are due, when the one that waits longest was. */
  oldestDueAt: number | null;
}

/** Counting stops here, in each lane. */
export const MOST_IN_LANE = 1_000;
const lanes: Sql = {
  name: 'operations-lanes',
  text: `SELECT l.webhook_id AS "webhookId", l.owner, c.n AS waiting, o.due_at AS "oldestDueAt" FROM lanes l
    CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM lane_queue q WHERE q.lane_id = l.id LIMIT ${MOST_IN_LANE}) x) c
    LEFT JOIN LATERAL (SELECT min(d.due_at) AS due_at FROM unnest($2::int2[]) k(class) CROSS JOIN LATERAL (
      SELECT q.due_at FROM lane_queue q WHERE q.lane_id = l.id AND q.class = k.class AND q.due_at <= $3::int8 ORDER BY q.due_at LIMIT 1) d) o ON true
    WHERE l.workspace_id = $1 AND c.n > 0 ORDER BY o.due_at, c.n DESC LIMIT 100`,
};

/** The lanes in which something waits: first where the oldest is due, a hundred at most. */
export function listLanes(on: Connection, workspaceId: string, now: number): Promise<LaneView[]> {
  return on.run<LaneView>(lanes, [workspaceId, `{${Object.values(CLASS).join()}}`, now]);
}

/** The database. `oldest`: the transaction that has been open longest, if one has; it keeps dead rows from being removed. */
export interface DatabaseView {
  version: string;
  bytes: number;
  oldestDay: string | null;
  oldest: { startedAt: number; application: string; state: string } | null;
}

const facts: Sql = {
  name: 'operations-database',
  text: `SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes,
      (SELECT min(right(c.relname, 8)) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
        WHERE p.relname IN ('events', 'deliveries')) AS day`,
};
// Whoever reads or writes, or keeps a snapshot: a backup, an export, a session that somebody forgot.
const oldest: Sql = {
  name: 'operations-oldest',
  text: `SELECT (extract(epoch FROM a.xact_start) * 1000)::bigint + (SELECT offset_ms FROM clock) AS "startedAt", a.application_name AS application, a.state
    FROM pg_stat_activity a WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL
      AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL) ORDER BY a.xact_start LIMIT 1`,
};

/** Version and size of the database, the first day whose record is kept, and the oldest transaction. */
export async function readDatabase(on: Connection): Promise<DatabaseView> {
  const [row] = await on.run<{ version: string; bytes: number; day: string | null }>(facts);
  const [open] = await on.run<NonNullable<DatabaseView['oldest']>>(oldest);
  const { version, bytes, day } = row!;
  const oldestDay = day === null ? null : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
  return { version, bytes, oldestDay, oldest: open ?? null };
}
