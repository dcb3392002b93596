import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { PARTITIONS } from '../../../platform/ids.ts';
import { cancelLane } from './cancel.ts';
import { CHUNK, FIRST_ID, type Place } from './place.ts';

const unsettled: Sql = {
  name: 'scenario-unsettled',
  text: 'SELECT workspace_id, id, state FROM scenarios WHERE settling LIMIT 100',
};
const settled: Sql = {
  name: 'scenario-settled',
  text: 'UPDATE scenarios SET settling = false WHERE workspace_id = $1 AND id = $2 AND state = $3',
};
// FOR SHARE: a change of state waits for the chunk, and the next chunk sees it and stops.
const still: Sql = {
  name: 'scenario-still',
  text: 'SELECT 1 FROM scenarios WHERE workspace_id = $1 AND id = $2 AND state = $3 FOR SHARE',
};
const lanes: Sql = {
  name: 'scenario-lanes',
  text: `SELECT l.id, coalesce(w.lane_id, l.id) AS current FROM lanes l
    LEFT JOIN webhooks w ON (w.workspace_id, w.id) = (l.workspace_id, l.webhook_id) WHERE l.workspace_id = $1 ORDER BY l.id`,
};

// A resend (mode 0) isn't the scenario's any more. Rows that a worker holds at the moment are skipped: the pre-send commit re-checks the scenario's state.
const pick = (state: string) => `SELECT delivery_id FROM lane_queue
  WHERE lane_id = $1 AND delivery_id > $2 AND scenario_id = $3 AND workspace_id = $4 AND mode <> 0 AND ${state}
  ORDER BY delivery_id LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED`;
const WAITING = 'state IN (2, 4)'; // queued, retrying
const holdLane: Sql = {
  name: 'scenario-hold-lane',
  text: `WITH p AS MATERIALIZED (${pick(`${WAITING} AND due_at IS NOT NULL`)})
    UPDATE lane_queue q SET due_at = NULL FROM p WHERE q.lane_id = $1 AND q.delivery_id = p.delivery_id
    RETURNING q.delivery_id`,
};
const releaseLane: Sql = {
  name: 'scenario-release-lane',
  text: `WITH p AS MATERIALIZED (${pick(`${WAITING} AND due_at IS NULL`)})
    UPDATE lane_queue q SET due_at = $5 FROM p WHERE q.lane_id = $1 AND q.delivery_id = p.delivery_id
    RETURNING q.delivery_id`,
};

// The webhook is under another policy now than when these were queued: resuming stamps them anew.
const moveLane: Sql = {
  name: 'scenario-move-lane',
  text: `WITH p AS MATERIALIZED (${pick(`${WAITING} AND due_at IS NULL`)}),
    gone AS (DELETE FROM lane_queue q USING p WHERE q.lane_id = $1 AND q.delivery_id = p.delivery_id RETURNING q.*),
    put AS (
      INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, tries, due_at, scenario_id, request_id)
      SELECT $6::uuid, delivery_id, workspace_id, partition, class, state, mode, tries, $5::int8, scenario_id, request_id FROM gone),
    stamped AS (
      UPDATE deliveries d SET lane_id = $6::uuid FROM gone g
      WHERE d.workspace_id = g.workspace_id AND d.id = g.delivery_id AND d.partition = g.partition)
    SELECT delivery_id FROM gone`,
};

// The partition's row is locked first, as a turn does, so that timers change under no turn's hands. due_at is never set
// to a time that has passed, and the floor is lowered, so that no read begins behind it.
const lockPartition: Sql = {
  name: 'scenario-lock-partition',
  text: 'SELECT id FROM partitions WHERE id = $1 FOR UPDATE',
};
const lowerFloor: Sql = {
  name: 'scenario-lower-floor',
  text: 'UPDATE partitions SET floor_timers = $2 WHERE id = $1 AND floor_timers > $2',
};
const timers = (name: string, where: string, set: string): Sql => ({
  name: `scenario-timers-${name}`,
  text: `UPDATE timers SET ${set} WHERE partition = $1 AND id IN (
      SELECT id FROM timers WHERE partition = $1 AND id > $2 AND scenario_id = $3 AND workspace_id = $4 AND ${where}
      ORDER BY id LIMIT ${CHUNK})
    AND $5::bigint IS NOT NULL RETURNING id`,
});
const holdTimers = timers('hold', 'due_at IS NOT NULL', 'held_due_at = due_at, due_at = NULL');
const releaseTimers = timers('release', 'due_at IS NULL', 'due_at = greatest(held_due_at, $5), held_due_at = NULL');
// The engine ends an enrollment of an archived scenario when its timer fires.
const fireTimers = timers('fire', '(due_at IS NULL OR due_at > $5)', 'due_at = $5, held_due_at = NULL');

/** Brings every queue in line with the state of scenarios whose change was cut short. Call at start and now and then. */
export async function settleScenarios(database: Database, clock: Clock): Promise<number> {
  const rows = await database.run<{ workspace_id: string; id: string; state: string }>(unsettled);
  for (const row of rows) await settleScenario(database, clock, row.workspace_id, row.id, row.state);
  return rows.length;
}

/**
 * Makes queued deliveries and timers of a scenario follow its state: paused holds them, active releases them, archived
 * cancels deliveries and wakes timers. Chunks of at most 1,000 rows, a transaction each; stops at once when the state
 * has changed again. Can be repeated.
 */
export async function settleScenario(
  database: Database,
  clock: Clock,
  workspaceId: string,
  id: string,
  state: string,
): Promise<void> {
  const place: Place = { workspaceId, scenarioId: id };
  const inChunks = async (work: (tx: Connection, after: string) => Promise<string[]>) => {
    let after = FIRST_ID;
    // Ids rise from chunk to chunk, so this ends with the last row that was there.
    for (;;) {
      const done = await database.transaction(async (tx) => {
        const [same] = await tx.run(still, [workspaceId, id, state]);
        return same ? work(tx, after) : null;
      });
      if (done === null) return false;
      if (done.length < CHUNK) return true;
      after = done.sort().at(-1)!;
    }
  };
  const idsOf = (rows: { id?: string; delivery_id?: string }[]) => rows.map((row) => row.id ?? row.delivery_id!);

  for (const lane of await database.run<{ id: string; current: string }>(lanes, [workspaceId])) {
    const went = await inChunks(async (tx, after) => {
      if (state === 'archived') return cancelLane(tx, clock, place, lane.id, after);
      const key = [lane.id, after, id, workspaceId];
      if (state === 'paused') return idsOf(await tx.run(holdLane, key));
      if (lane.current !== lane.id) return idsOf(await tx.run(moveLane, [...key, clock.now(), lane.current]));
      return idsOf(await tx.run(releaseLane, [...key, clock.now()]));
    });
    if (!went) return;
  }
  const change = state === 'paused' ? holdTimers : state === 'archived' ? fireTimers : releaseTimers;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const went = await inChunks(async (tx, after) => {
      await tx.run(lockPartition, [partition]);
      const now = clock.now();
      const rows = await tx.run<{ id: string }>(change, [partition, after, id, workspaceId, now]);
      if (rows.length > 0 && state !== 'paused') await tx.run(lowerFloor, [partition, now]);
      return idsOf(rows);
    });
    if (!went) return;
  }
  await database.run(settled, [workspaceId, id, state]);
}
