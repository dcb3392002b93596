import type { Database, Sql } from '../../platform/database/index.ts';
import { int2Array, uuidArray } from '../../platform/database/index.ts';
import { partitionOf } from '../../platform/ids.ts';

const aliasesSql: Sql = {
  name: 'forget-merged',
  text: 'SELECT id FROM aliases WHERE profile_id = ANY($2::uuid[]) AND workspace_id = $1',
};
// No turn may be about them meanwhile: a turn holds its partitions' rows as long as it works.
const lockSql: Sql = {
  name: 'forget-lock',
  text: 'SELECT id FROM partitions WHERE id = ANY($1::int2[]) ORDER BY id FOR UPDATE',
};
// First the queue, under whose rows outcomes put their facts; then the inbox, which sees the facts of those that won.
const queueSql: Sql = {
  name: 'forget-queue',
  text: `WITH gone AS (
      DELETE FROM lane_queue q USING deliveries d
      WHERE d.profile_id = ANY($2::uuid[]) AND d.workspace_id = $1 AND q.lane_id = d.lane_id AND q.delivery_id = d.id RETURNING q.request_id)
    SELECT request_id FROM gone WHERE request_id IS NOT NULL
    UNION SELECT request_id FROM deliveries WHERE profile_id = ANY($2::uuid[]) AND workspace_id = $1 AND request_id IS NOT NULL`,
};
const byPartition = (table: string): Sql => ({
  name: `forget-${table}`,
  text: `DELETE FROM ${table} WHERE partition = ANY($3::int2[]) AND profile_id = ANY($2::uuid[]) AND workspace_id = $1`,
});
const byProfile = (table: string): Sql => ({
  name: `forget-${table}`,
  text: `DELETE FROM ${table} WHERE profile_id = ANY($2::uuid[]) AND workspace_id = $1`,
});
const byId = (table: string, column = 'id'): Sql => ({
  name: `forget-${table}`,
  text: `DELETE FROM ${table} WHERE ${column} = ANY($2::uuid[]) AND workspace_id = $1`,
});
const byPartitionOf = ['inbox', 'timers'].map(byPartition);
const byProfileOf = [
  'scenario_profiles',
  'enrollments',
  'events',
  'deliveries',
  'failed_facts',
  'identifiers',
  'aliases',
].map(byProfile);
const byRequestOf = [byId('attempts', 'request_id'), byId('requests')];
const profilesSql = byId('profiles');

/**
 * Removes profiles with all that is theirs: facts, events, enrollments, deliveries with their requests and attempts,
 * identifiers, and those that were merged into them. Numbers of scenarios stay. What is being sent at this moment still
 * arrives, and its outcome is dropped. A door that knew an identifier may begin such a profile anew, empty.
 */
export async function forgetProfiles(database: Database, workspaceId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.transaction(async (tx) => {
    const merged = await tx.run<{ id: string }>(aliasesSql, [workspaceId, uuidArray(ids)]);
    const all = [...new Set([...ids, ...merged.map((row) => row.id)])];
    const partitions = int2Array([...new Set(all.map(partitionOf))]);
    await tx.run(lockSql, [partitions]);
    const values = [workspaceId, uuidArray(all)];
    const requests = await tx.run<{ request_id: string }>(queueSql, values);
    for (const sql of byPartitionOf) await tx.run(sql, [...values, partitions]);
    for (const sql of byProfileOf) await tx.run(sql, values);
    for (const sql of byRequestOf) await tx.run(sql, [workspaceId, uuidArray(requests.map((row) => row.request_id))]);
    await tx.run(profilesSql, values);
  });
}
