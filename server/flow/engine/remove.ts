import { raiseNotice } from '../../notices/index.ts';
import {
  type Connection,
  int2Array,
  int8Array,
  type Sql,
  textArray,
  uuidArray,
} from '../../platform/database/index.ts';
import { partitionOf } from '../../platform/ids.ts';
import { toJson } from '../../platform/json.ts';
import type { QueuedFact } from '../inbox/index.ts';
import type { DueTimer } from './read.ts';

// LIMIT lets the planner expect few rows, so that it goes by key however small the tables were when the plan was made.
const removeSql: Sql = {
  name: 'turn-remove',
  text: `WITH gone AS (DELETE FROM inbox i USING (SELECT * FROM unnest($1::int2[], $2::int2[], $3::uuid[], $4::int8[]) LIMIT $5) u(partition, class, workspace_id, seq)
    WHERE (i.partition, i.class, i.workspace_id, i.seq) = (u.partition, u.class, u.workspace_id, u.seq) RETURNING 1) SELECT count(*) AS n FROM gone`,
};
const timersSql: Sql = {
  name: 'turn-timers-remove',
  text: `WITH gone AS (DELETE FROM timers t USING (SELECT * FROM unnest($1::int2[], $2::uuid[]) LIMIT $3) u(partition, id) WHERE (t.partition, t.id) = (u.partition, u.id) RETURNING 1)
    SELECT count(*) AS n FROM gone`,
};
const triedSql: Sql = {
  name: 'turn-tried',
  text: `UPDATE inbox i SET tries = i.tries + 1 FROM (SELECT * FROM unnest($1::int2[], $2::int2[], $3::uuid[], $4::int8[]) LIMIT $5) u(partition, class, workspace_id, seq)
    WHERE (i.partition, i.class, i.workspace_id, i.seq) = (u.partition, u.class, u.workspace_id, u.seq)`,
};
const failedSql: Sql = {
  name: 'turn-failed',
  text: `INSERT INTO failed_facts (workspace_id, id, profile_id, fact, error, failed_at)
    SELECT u.*, $6::int8 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[]) u ON CONFLICT (workspace_id, id) DO UPDATE SET error = excluded.error, failed_at = excluded.failed_at`,
};
// The number stays, so that order within the profile that takes the facts over is the order of acknowledgement.
const moveSql: Sql = {
  name: 'turn-move',
  text: `WITH gone AS (DELETE FROM inbox i USING (SELECT * FROM unnest($1::int2[], $2::int2[], $3::uuid[], $4::int8[], $6::uuid[], $7::int2[]) LIMIT $5) u(partition, class, workspace_id, seq, profile_id, target)
      WHERE (i.partition, i.class, i.workspace_id, i.seq) = (u.partition, u.class, u.workspace_id, u.seq) RETURNING i.*, u.profile_id AS owner, u.target),
    put AS (INSERT INTO inbox (partition, class, workspace_id, seq, profile_id, id, kind, origin, depth, tries, occurred_at, received_at, name, body, meta)
      SELECT target, class, workspace_id, seq, owner, id, kind, origin, depth, tries, occurred_at, received_at, name, body, meta FROM gone RETURNING partition, seq)
    UPDATE partitions p SET floor_live = least(floor_live, m.low), floor_bulk = least(floor_bulk, m.low)
    FROM (SELECT partition, min(seq) AS low FROM put GROUP BY partition) m WHERE p.id = m.partition`,
};

const keys = (facts: readonly QueuedFact[]) => [
  int2Array(facts.map((f) => f.partition)),
  int2Array(facts.map((f) => f.class)),
  uuidArray(facts.map((f) => f.workspaceId)),
  int8Array(facts.map((f) => f.seq)),
  facts.length,
];

/** How often a fact is tried before it is set aside. */
export const MAX_TRIES = 3;

/** Deletes exactly these facts. Throws, and so rolls the turn back, when one of them is gone already. */
export async function removeFacts(tx: Connection, facts: readonly QueuedFact[]): Promise<void> {
  if (facts.length === 0) return;
  const [row] = await tx.run<{ n: number }>(removeSql, keys(facts));
  if (row?.n !== facts.length) throw new Error(`read ${facts.length} facts, but could remove ${row?.n}`);
}

/** Deletes exactly these timers. */
export async function removeTimers(tx: Connection, timers: readonly DueTimer[]): Promise<void> {
  if (timers.length === 0) return;
  const [row] = await tx.run<{ n: number }>(timersSql, [
    int2Array(timers.map((t) => t.partition)),
    uuidArray(timers.map((t) => t.id)),
    timers.length,
  ]);
  if (row?.n !== timers.length) throw new Error(`read ${timers.length} timers, but could remove ${row?.n}`);
}

/** Counts a try of facts that failed; those that had their last one are set aside in failed_facts. */
export async function failFacts(
  tx: Connection,
  failed: readonly { fact: QueuedFact; error: string }[],
  now: number,
): Promise<QueuedFact[]> {
  const last = failed.filter(({ fact }) => fact.tries + 1 >= MAX_TRIES);
  const again = failed.filter(({ fact }) => fact.tries + 1 < MAX_TRIES);
  if (again.length > 0) await tx.run(triedSql, keys(again.map(({ fact }) => fact)));
  if (last.length === 0) return [];
  const facts = last.map(({ fact }) => fact);
  await tx.run(failedSql, [
    uuidArray(facts.map((f) => f.workspaceId)),
    uuidArray(facts.map((f) => f.id)),
    uuidArray(facts.map((f) => f.profileId)),
    textArray(facts.map((f) => toJson(f))),
    textArray(last.map(({ error }) => error)),
    now,
  ]);
  await removeFacts(tx, facts);
  for (const [workspaceId, [first]] of Map.groupBy(last, ({ fact }) => fact.workspaceId)) {
    const message = `A fact could not be applied in three tries and was set aside: ${first!.error}`;
    await raiseNotice(tx, { workspaceId, kind: 'facts_set_aside', subject: '', message }, now);
  }
  return facts;
}

/** Moves facts that were found on an alias to the profile it stands for; both partitions are held by this turn. */
export async function moveFacts(tx: Connection, moves: readonly { fact: QueuedFact; to: string }[]): Promise<void> {
  if (moves.length === 0) return;
  await tx.run(moveSql, [
    ...keys(moves.map((m) => m.fact)),
    uuidArray(moves.map((m) => m.to)),
    int2Array(moves.map((m) => partitionOf(m.to))),
  ]);
}
