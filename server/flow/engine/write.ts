import {
  type Connection,
  int2Array,
  int4Array,
  int8Array,
  type Sql,
  textArray,
  uuidArray,
} from '../../platform/database/index.ts';
import { partitionOf } from '../../platform/ids.ts';
import { toJson } from '../../platform/json.ts';
import { DELIVERY, TIMER } from '../../schema/index.ts';
import type { ProfileState } from '../profiles/index.ts';
import type { Count, EnrollmentState, EntryState, NewDelivery, NewTimer } from '../scenarios/index.ts';
import type { TimelineEntry } from './decision.ts';

const sql = (name: string, text: string): Sql => ({ name: `turn-${name}`, text });

const profilesSql = sql(
  'write-profiles',
  `INSERT INTO profiles (workspace_id, id, partition, attributes, changes, created_at, updated_at)
   SELECT w, i, p, a::jsonb, c::jsonb, ca, ua FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::text[], $5::text[], $6::int8[], $7::int8[]) u(w, i, p, a, c, ca, ua)
   ON CONFLICT (workspace_id, id, partition) DO UPDATE SET attributes = excluded.attributes, changes = excluded.changes,
     created_at = excluded.created_at, updated_at = excluded.updated_at`,
);
const eventsSql = sql(
  'write-events',
  `INSERT INTO events (workspace_id, id, partition, profile_id, kind, origin, name, body, meta, occurred_at, received_at)
   SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::uuid[], $5::int2[], $6::int2[], $7::text[], $8::text[], $9::text[], $10::int8[], $11::int8[])`,
);
const enrollSql = sql(
  'write-enrollments',
  `INSERT INTO enrollments (workspace_id, id, partition, profile_id, scenario_id, version, state, step, event_id, depth, class, data, started_at, ended_at, reason, run_id)
   SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::uuid[], $5::uuid[], $6::int4[], $7::int2[], $8::text[], $9::uuid[], $10::int2[], $11::int2[],
     $12::text[], $13::int8[], $14::int8[], $15::text[], $16::uuid[])`,
);
// LIMIT lets the planner expect few rows, so that it goes by key however small the table was when the plan was made.
const moveSql = sql(
  'move-enrollments',
  `UPDATE enrollments e SET state = u.state, step = u.step, data = u.data, ended_at = u.ended_at, reason = u.reason
   FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::int2[], $5::text[], $6::text[], $7::int8[], $8::text[]) LIMIT $11)
     u(workspace_id, id, partition, state, step, data, ended_at, reason)
   WHERE (e.workspace_id, e.id, e.partition) = (u.workspace_id, u.id, u.partition) AND e.id >= $9::uuid AND e.id <= $10::uuid`,
);
const entriesSql = sql(
  'write-entries',
  `INSERT INTO scenario_profiles (workspace_id, profile_id, scenario_id, partition, entered, open, last_entered_at, reached, last_run_id)
   SELECT w, p, s, n, e, o, l, string_to_array(r, ' '), ru FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int2[], $5::int4[], $6::int4[], $7::int8[], $8::text[], $9::uuid[]) u(w, p, s, n, e, o, l, r, ru)
   ON CONFLICT (workspace_id, profile_id, scenario_id, partition) DO UPDATE SET entered = excluded.entered, open = excluded.open,
     last_entered_at = excluded.last_entered_at, reached = excluded.reached, last_run_id = excluded.last_run_id`,
);
const deliveriesSql = sql(
  'write-deliveries',
  `INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, scenario_version, step, enrollment_id, event_id,
     class, mode, depth, queued_at, run_id, state)
   SELECT *, ${DELIVERY.queued} FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::int4[], $9::text[], $10::uuid[],
     $11::uuid[], $12::int2[], $13::int2[], $14::int2[], $15::int8[], $16::uuid[])`,
);
const queueSql = sql(
  'write-queue',
  `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, mode, due_at, scenario_id, run_id, state)
   SELECT *, ${DELIVERY.queued} FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int2[], $5::int2[], $6::int2[], $7::int8[], $8::uuid[], $9::uuid[])`,
);
const timersSql = sql(
  'write-timers',
  `INSERT INTO timers (partition, id, workspace_id, due_at, held_due_at, profile_id, scenario_id, enrollment_id, step, run_id, kind)
   SELECT *, ${TIMER.wait} FROM unnest($1::int2[], $2::uuid[], $3::uuid[], $4::int8[], $5::int8[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::uuid[])`,
);
const countsSql = sql(
  'write-counts',
  `INSERT INTO counter_deltas (workspace_id, scenario_id, step, name, delta)
   SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int4[])`,
);
const declareSql = sql(
  'declare',
  `INSERT INTO attributes (workspace_id, name, type, declared_at) SELECT u.*, $4::int8 FROM unnest($1::uuid[], $2::text[], $3::text[]) u
   ON CONFLICT DO NOTHING RETURNING name`,
);

/** Writes profiles. Returns how many characters the row of each takes. */
export async function writeProfiles(tx: Connection, rows: readonly ProfileState[]): Promise<number[]> {
  if (rows.length === 0) return [];
  const texts = rows.map((r): [string, string] => [toJson(r.attributes), toJson(r.changes)]);
  await tx.run(profilesSql, [
    uuidArray(rows.map((r) => r.workspaceId)),
    uuidArray(rows.map((r) => r.id)),
    int2Array(rows.map((r) => partitionOf(r.id))),
    textArray(texts.map(([attributes]) => attributes)),
    textArray(texts.map(([, changes]) => changes)),
    int8Array(rows.map((r) => r.createdAt)),
    int8Array(rows.map((r) => r.updatedAt)),
  ]);
  return texts.map(([attributes, changes]) => attributes.length + changes.length);
}

export async function writeEvents(tx: Connection, rows: readonly TimelineEntry[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(eventsSql, [
    uuidArray(rows.map((r) => r.workspaceId)),
    uuidArray(rows.map((r) => r.id)),
    int2Array(rows.map((r) => partitionOf(r.profileId))),
    uuidArray(rows.map((r) => r.profileId)),
    int2Array(rows.map((r) => r.kind)),
    int2Array(rows.map((r) => r.origin)),
    textArray(rows.map((r) => r.name)),
    textArray(rows.map((r) => r.body)),
    textArray(rows.map((r) => r.meta)),
    int8Array(rows.map((r) => r.occurredAt)),
    int8Array(rows.map((r) => r.receivedAt)),
  ]);
}

export async function writeEnrollments(tx: Connection, all: readonly EnrollmentState[]): Promise<void> {
  const fresh = all.filter((r) => r.isNew);
  const known = all.filter((r) => !r.isNew);
  if (fresh.length > 0) {
    await tx.run(enrollSql, [
      uuidArray(fresh.map((r) => r.workspaceId)),
      uuidArray(fresh.map((r) => r.id)),
      int2Array(fresh.map((r) => partitionOf(r.profileId))),
      uuidArray(fresh.map((r) => r.profileId)),
      uuidArray(fresh.map((r) => r.scenarioId)),
      int4Array(fresh.map((r) => r.version)),
      int2Array(fresh.map((r) => r.state)),
      textArray(fresh.map((r) => r.step)),
      uuidArray(fresh.map((r) => r.eventId)),
      int2Array(fresh.map((r) => r.depth)),
      int2Array(fresh.map((r) => r.class)),
      textArray(fresh.map((r) => toJson(r.data))),
      int8Array(fresh.map((r) => r.startedAt)),
      int8Array(fresh.map((r) => r.endedAt)),
      textArray(fresh.map((r) => r.reason)),
      uuidArray(fresh.map((r) => r.runId)),
    ]);
  }
  if (known.length > 0) {
    const ids = known.map((r) => r.id).sort();
    await tx.run(moveSql, [
      uuidArray(known.map((r) => r.workspaceId)),
      uuidArray(known.map((r) => r.id)),
      int2Array(known.map((r) => partitionOf(r.profileId))),
      int2Array(known.map((r) => r.state)),
      textArray(known.map((r) => r.step)),
      textArray(known.map((r) => toJson(r.data))),
      int8Array(known.map((r) => r.endedAt)),
      textArray(known.map((r) => r.reason)),
      ids[0],
      ids.at(-1),
      ids.length,
    ]);
  }
}

export async function writeEntries(tx: Connection, rows: readonly EntryState[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(entriesSql, [
    uuidArray(rows.map((r) => r.workspaceId)),
    uuidArray(rows.map((r) => r.profileId)),
    uuidArray(rows.map((r) => r.scenarioId)),
    int2Array(rows.map((r) => partitionOf(r.profileId))),
    int4Array(rows.map((r) => r.entered)),
    int4Array(rows.map((r) => r.open)),
    int8Array(rows.map((r) => r.lastEnteredAt)),
    textArray(rows.map((r) => r.reached.join(' '))), // step ids hold no spaces
    uuidArray(rows.map((r) => r.lastRunId)),
  ]);
}

export async function writeDeliveries(tx: Connection, rows: readonly NewDelivery[]): Promise<void> {
  if (rows.length === 0) return;
  const workspaces = uuidArray(rows.map((r) => r.workspaceId));
  const ids = uuidArray(rows.map((r) => r.id));
  const partitions = int2Array(rows.map((r) => partitionOf(r.profileId)));
  const lanes = uuidArray(rows.map((r) => r.laneId));
  const scenarios = uuidArray(rows.map((r) => r.scenarioId));
  const classes = int2Array(rows.map((r) => r.class));
  const modes = int2Array(rows.map((r) => r.mode));
  const queued = int8Array(rows.map((r) => r.queuedAt));
  const runs = uuidArray(rows.map((r) => r.runId));
  await tx.run(deliveriesSql, [
    workspaces,
    ids,
    partitions,
    uuidArray(rows.map((r) => r.profileId)),
    lanes,
    uuidArray(rows.map((r) => r.webhookId)),
    scenarios,
    int4Array(rows.map((r) => r.scenarioVersion)),
    textArray(rows.map((r) => r.step)),
    uuidArray(rows.map((r) => r.enrollmentId)),
    uuidArray(rows.map((r) => r.eventId)),
    classes,
    modes,
    int2Array(rows.map((r) => r.depth)),
    queued,
    runs,
  ]);
  const due = rows.some((r) => r.held) ? int8Array(rows.map((r) => (r.held ? null : r.queuedAt))) : queued;
  await tx.run(queueSql, [lanes, ids, workspaces, partitions, classes, modes, due, scenarios, runs]);
}

export async function writeTimers(tx: Connection, rows: readonly NewTimer[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(timersSql, [
    int2Array(rows.map((r) => partitionOf(r.profileId))),
    uuidArray(rows.map((r) => r.id)),
    uuidArray(rows.map((r) => r.workspaceId)),
    int8Array(rows.map((r) => (r.held ? null : r.dueAt))),
    int8Array(rows.map((r) => (r.held ? r.dueAt : null))),
    uuidArray(rows.map((r) => r.profileId)),
    uuidArray(rows.map((r) => r.scenarioId)),
    uuidArray(rows.map((r) => r.enrollmentId)),
    textArray(rows.map((r) => r.step)),
    uuidArray(rows.map((r) => r.runId)),
  ]);
}

/** Appends counts, those of one thing added up. */
export async function writeCounts(tx: Connection, rows: readonly Count[]): Promise<void> {
  if (rows.length === 0) return;
  const sums = new Map<string, Count>();
  for (const row of rows) {
    const key = `${row.scenarioId} ${row.step} ${row.name}`;
    const sum = sums.get(key);
    if (sum) sum.delta += row.delta;
    else sums.set(key, { ...row });
  }
  const all = [...sums.values()];
  await tx.run(countsSql, [
    uuidArray(all.map((r) => r.workspaceId)),
    uuidArray(all.map((r) => r.scenarioId)),
    textArray(all.map((r) => r.step)),
    textArray(all.map((r) => r.name)),
    int4Array(all.map((r) => r.delta)),
  ]);
}

/** Declares attributes. False when another process declared one of them first: definitions must be read again. */
export async function declareAttributes(
  tx: Connection,
  rows: readonly { workspaceId: string; name: string; type: string }[],
  now: number,
): Promise<boolean> {
  if (rows.length === 0) return true;
  const sorted = [...rows].sort((a, b) => (a.workspaceId + a.name < b.workspaceId + b.name ? -1 : 1));
  const made = await tx.run(declareSql, [
    uuidArray(sorted.map((r) => r.workspaceId)),
    textArray(sorted.map((r) => r.name)),
    textArray(sorted.map((r) => r.type)),
    now,
  ]);
  return made.length === rows.length;
}
