import { type Connection, int8Array, type Sql, uuidArray } from '../../platform/database/index.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { toJson } from '../../platform/json.ts';
import { type MergeBody, putFacts, type QueuedFact } from '../inbox/index.ts';
import { mergeProfiles, newProfile } from '../profiles/index.ts';
import { loadProfiles } from './load.ts';
import { mergeEnrollments } from './merge-enrollments.ts';
import { writeEvents, writeProfiles } from './write.ts';

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
  if (loserId === winnerId) return true;
  const owner = aliases.get(loserId);
  if (owner !== undefined) {
    // Merged already. Identifiers that were attached to it meanwhile follow; and if it became part of a third profile,
    // that one is the same person too: its partition may be another turn's, so it is a fact of its own.
    await tx.run(identifiersSql, [workspaceId, loserId, owner]);
    const body: MergeBody = { loser: owner };
    if (owner !== winnerId) await putFacts(tx, [{ ...fact, id: newId(now), body: toJson(body) }]);
    return true;
  }
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
