import type { Connection, Sql } from '../../../platform/database/index.ts';
import { CHUNK, type Place } from './place.ts';

// The partition's row is locked first, as a turn does, so that timers change under no turn's hands. due_at is never set
// to a time that has passed, and the floor is lowered, so that no read begins behind it.
const lockSql: Sql = {
  name: 'timers-lock-partition',
  text: 'SELECT id FROM partitions WHERE id = $1 FOR UPDATE',
};
const lowerFloor: Sql = {
  name: 'timers-lower-floor',
  text: 'UPDATE partitions SET floor_timers = $2 WHERE id = $1 AND floor_timers > $2',
};
const HELD_BY_RUN =
  "run_id IS NOT NULL AND EXISTS (SELECT 1 FROM campaign_runs r WHERE r.workspace_id = $4 AND r.id = run_id AND r.state = 'paused')";
const CHANGES = {
  hold: { where: 'due_at IS NOT NULL', set: 'held_due_at = due_at, due_at = NULL' },
  // What belongs to a paused run of a campaign stays held; resuming the run releases it.
  release: {
    where: `due_at IS NULL AND NOT (${HELD_BY_RUN})`,
    set: 'due_at = greatest(held_due_at, $5), held_due_at = NULL',
  },
  // The engine ends an enrollment of an archived scenario, or of a stopped run, when its timer fires.
  fire: { where: '(due_at IS NULL OR due_at > $5)', set: 'due_at = $5, held_due_at = NULL' },
} as const;
export type TimerChange = keyof typeof CHANGES;

const sqlOf = (change: TimerChange, of: 'scenario' | 'run'): Sql => ({
  name: `timers-${change}-${of}`,
  text: `UPDATE timers SET ${CHANGES[change].set} WHERE partition = $1 AND id IN (
      SELECT id FROM timers WHERE partition = $1 AND id > $2 AND scenario_id = $3 AND workspace_id = $4
        AND ($6::uuid IS NULL OR run_id = $6) AND ${CHANGES[change].where} ORDER BY id LIMIT ${CHUNK})
    AND $5::bigint IS NOT NULL RETURNING id`,
});

/** Locks a partition, as a turn of the engine does. */
export async function lockPartition(tx: Connection, partition: number): Promise<void> {
  await tx.run(lockSql, [partition]);
}

/**
 * Makes one chunk of the waits of a scenario, or of one run of it, in a partition follow its state: held, released (due when
 * they were, at the earliest `now`), or fired. The caller holds the partition's lock. Returns the ids changed, which rise
 * from chunk to chunk.
 */
export async function followTimers(
  tx: Connection,
  change: TimerChange,
  { workspaceId, scenarioId, runId, partition }: Place & { runId: string | null; partition: number },
  after: string,
  now: number,
): Promise<string[]> {
  const values = [partition, after, scenarioId, workspaceId, now, runId];
  const rows = await tx.run<{ id: string }>(sqlOf(change, runId === null ? 'scenario' : 'run'), values);
  if (rows.length > 0 && change !== 'hold') await tx.run(lowerFloor, [partition, now]);
  return rows.map((row) => row.id);
}
