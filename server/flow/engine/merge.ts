import { type Connection, int8Array, type Sql, uuidArray } from '../../platform/database/index.ts';
import { partitionOf } from '../../platform/ids.ts';
import { toJson } from '../../platform/json.ts';
import { ENROLLMENT } from '../../schema/index.ts';
import type { QueuedFact } from '../inbox/index.ts';
import { mergeProfiles, newProfile } from '../profiles/index.ts';
import type { EntryState } from '../scenarios/index.ts';
import { type EnrollmentRow, enrollmentFromRow, loadProfiles } from './load.ts';
import { writeEnrollments, writeEntries, writeEvents, writeProfiles } from './write.ts';

const q = (name: string, text: string): Sql => ({ name: `merge-${name}`, text });

const earlierSql = q(
  'earlier',
  `SELECT 1 FROM inbox WHERE partition = $1 AND class = $2 AND workspace_id = $3 AND profile_id = $4 AND seq < $5 AND NOT seq = ANY($6::int8[]) LIMIT 1`,
);
const userIdsSql = q(
  'user-ids',
  "SELECT profile_id, value FROM identifiers WHERE workspace_id = $1 AND profile_id = ANY($2::uuid[]) AND kind = 'user_id'",
);
const identifiersSql = q(
  'identifiers',
  'UPDATE identifiers SET profile_id = $3 WHERE workspace_id = $1 AND profile_id = $2',
);
const aliasesSql = q('aliases', 'UPDATE aliases SET profile_id = $3 WHERE workspace_id = $1 AND profile_id = $2');
const aliasSql = q(
  'alias',
  'INSERT INTO aliases (workspace_id, id, partition, profile_id, merged_at) VALUES ($1, $2, $3, $4, $5)',
);
const goneSql = q('gone', 'DELETE FROM profiles WHERE workspace_id = $1 AND id = $2 AND partition = $3');
const entriesSql = q(
  'entries',
  'DELETE FROM scenario_profiles WHERE workspace_id = $1 AND profile_id = ANY($2::uuid[]) RETURNING *',
);
const openSql = q(
  'open',
  `SELECT * FROM enrollments WHERE workspace_id = $1 AND profile_id = ANY($2::uuid[]) AND state = ${ENROLLMENT.active} ORDER BY id`,
);

/**
 * Merges one profile into another, inside a turn that holds both partitions. The loser becomes an alias; identifiers
 * and older aliases point to the winner; per attribute the newer value wins; of two open enrollments in one scenario the
 * older stays. Two profiles with different user ids never merge: that is recorded instead.
 *
 * @returns false when facts of the loser that were acknowledged before this one still wait: the merge waits for them
 */
export async function applyMerge(
  tx: Connection,
  fact: QueuedFact,
  loserId: string,
  read: readonly number[],
  now: number,
): Promise<boolean> {
  const { workspaceId, profileId: winnerId } = fact;
  const waiting = await tx.run(earlierSql, [
    partitionOf(loserId),
    fact.class,
    workspaceId,
    loserId,
    fact.seq,
    int8Array(read),
  ]);
  if (waiting.length > 0) return false;
  const { profiles, aliases } = await loadProfiles(tx, [
    { workspaceId, id: winnerId },
    { workspaceId, id: loserId },
  ]);
  const owners = await tx.run<{ profile_id: string; value: string }>(userIdsSql, [
    workspaceId,
    uuidArray([winnerId, loserId]),
  ]);
  const [ours, theirs] = [winnerId, loserId].map((id) =>
    owners.filter((row) => row.profile_id === id).map((row) => row.value),
  );
  const different = ours!.length > 0 && theirs!.length > 0;
  const record = (meta: object) =>
    writeEvents(tx, [
      {
        workspaceId,
        id: fact.id,
        profileId: winnerId,
        kind: fact.kind,
        origin: fact.origin,
        name: null,
        body: fact.body,
        meta: toJson(meta),
        occurredAt: fact.occurredAt,
        receivedAt: fact.receivedAt,
      },
    ]);
  if (aliases.has(loserId) || loserId === winnerId) return true; // merged already
  if (different) {
    await record({ refused: 'Two profiles with different user ids are never merged.' });
    return true;
  }
  const winner = profiles.get(winnerId) ?? newProfile(workspaceId, winnerId, fact.receivedAt);
  const loser = profiles.get(loserId);
  await writeProfiles(tx, [loser ? mergeProfiles(winner, loser, fact.receivedAt) : winner]);
  await tx.run(goneSql, [workspaceId, loserId, partitionOf(loserId)]);
  await tx.run(identifiersSql, [workspaceId, loserId, winnerId]);
  await tx.run(aliasesSql, [workspaceId, loserId, winnerId]);
  await tx.run(aliasSql, [workspaceId, loserId, partitionOf(loserId), winnerId, now]);
  await mergeEnrollments(tx, workspaceId, winnerId, loserId, now);
  await record({ merged: loserId });
  return true;
}

async function mergeEnrollments(
  tx: Connection,
  workspaceId: string,
  winnerId: string,
  loserId: string,
  now: number,
): Promise<void> {
  const both = uuidArray([winnerId, loserId]);
  const open = (await tx.run<EnrollmentRow>(openSql, [workspaceId, both])).map(enrollmentFromRow);
  const theirs = new Set(open.filter((e) => e.profileId === loserId).map((e) => e.scenarioId));
  const kept = new Set<string>();
  const ended = open.filter((e) => {
    // Only where the merge brought two together: a scenario that lets a profile in twice keeps what it has.
    if (!theirs.has(e.scenarioId) || !open.some((o) => o.profileId === winnerId && o.scenarioId === e.scenarioId))
      return false;
    if (kept.has(e.scenarioId)) return true;
    kept.add(e.scenarioId);
    return false;
  });
  await writeEnrollments(
    tx,
    ended.map((e) => ({ ...e, state: ENROLLMENT.ended, step: null, endedAt: now, reason: 'merged' })),
  );
  type Row = { scenario_id: string; entered: number; open: number; last_entered_at: number; reached: string[] };
  const sums = new Map<string, EntryState>();
  for (const row of await tx.run<Row>(entriesSql, [workspaceId, both])) {
    const sum = sums.get(row.scenario_id);
    const gone = sum ? 0 : ended.filter((e) => e.scenarioId === row.scenario_id).length;
    sums.set(row.scenario_id, {
      workspaceId,
      profileId: winnerId,
      scenarioId: row.scenario_id,
      entered: row.entered + (sum?.entered ?? 0),
      open: Math.max(0, row.open + (sum?.open ?? 0) - gone),
      lastEnteredAt: Math.max(row.last_entered_at, sum?.lastEnteredAt ?? 0),
      reached: [...new Set([...row.reached, ...(sum?.reached ?? [])])],
    });
  }
  await writeEntries(tx, [...sums.values()]);
}
