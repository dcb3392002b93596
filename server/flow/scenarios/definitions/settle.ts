import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { PARTITIONS } from '../../../platform/ids.ts';
import { DELIVERY } from '../../../schema/index.ts';
import { cancelLane } from './cancel.ts';
import { CHUNK, FIRST_ID, type Place } from './place.ts';
import { followTimers, lockPartition } from './timers.ts';

const unsettled: Sql = {
  name: 'scenario-unsettled',
  text: 'SELECT workspace_id, id, state, halted IS NOT NULL AS halted, clearing FROM scenarios WHERE settling LIMIT 100',
};
const settled: Sql = {
  name: 'scenario-settled',
  text: `UPDATE scenarios SET settling = false, clearing = false
    WHERE workspace_id = $1 AND id = $2 AND state = $3 AND (halted IS NOT NULL) = $4 AND clearing = $5`,
};
// FOR SHARE: a change of state waits for the chunk, and the next chunk sees it and stops.
const still: Sql = {
  name: 'scenario-still',
  text: `SELECT 1 FROM scenarios WHERE workspace_id = $1 AND id = $2 AND state = $3 AND (halted IS NOT NULL) = $4 AND clearing = $5
    FOR SHARE`,
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
const haltLane: Sql = {
  name: 'scenario-halt-lane',
  text: `WITH p AS MATERIALIZED (${pick(WAITING)})
    UPDATE lane_queue q SET due_at = NULL, state = ${DELIVERY.halted} FROM p WHERE q.lane_id = $1 AND q.delivery_id = p.delivery_id
    RETURNING q.delivery_id`,
};
// What belongs to a paused run of a campaign stays held; resuming the run releases it.
const RELEASED = `state IN (${DELIVERY.queued}, ${DELIVERY.retrying}, ${DELIVERY.halted}) AND due_at IS NULL
    AND (run_id IS NULL OR NOT EXISTS (SELECT 1 FROM campaign_runs r WHERE r.workspace_id = $4 AND r.id = run_id AND r.state = 'paused'))`;
const AS_BEFORE = `CASE WHEN tries > 0 THEN ${DELIVERY.retrying} ELSE ${DELIVERY.queued} END`;
const releaseLane: Sql = {
  name: 'scenario-release-lane',
  text: `WITH p AS MATERIALIZED (${pick(RELEASED)})
    UPDATE lane_queue q SET due_at = $5, state = ${AS_BEFORE} FROM p WHERE q.lane_id = $1 AND q.delivery_id = p.delivery_id
    RETURNING q.delivery_id`,
};

// The webhook is under another policy now than when these were queued: resuming stamps them anew.
const moveLane: Sql = {
  name: 'scenario-move-lane',
  text: `WITH p AS MATERIALIZED (${pick(RELEASED)}),
    gone AS (DELETE FROM lane_queue q USING p WHERE q.lane_id = $1 AND q.delivery_id = p.delivery_id RETURNING q.*),
    put AS (
      INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, tries, due_at, scenario_id, request_id, run_id, group_id)
      SELECT $6::uuid, delivery_id, workspace_id, partition, class, ${AS_BEFORE}, mode, tries, $5::int8, scenario_id, request_id, run_id, group_id FROM gone),
    stamped AS (
      UPDATE deliveries d SET lane_id = $6::uuid FROM gone g
      WHERE d.workspace_id = g.workspace_id AND d.id = g.delivery_id AND d.partition = g.partition)
    SELECT delivery_id FROM gone`,
};

/** Brings every queue in line with the state of scenarios whose change was cut short. Call at start and now and then. */
export async function settleScenarios(database: Database, clock: Clock): Promise<number> {
  const rows = await database.run<Target & { workspace_id: string; id: string }>(unsettled);
  for (const { workspace_id, id, ...target } of rows) await settleScenario(database, clock, workspace_id, id, target);
  return rows.length;
}

/** What queues are to follow: the state, whether a response stopped it, and whether what waits is cancelled (paused alone). */
export interface Target {
  state: string;
  halted: boolean;
  clearing: boolean;
}

const ARCHIVED = { code: 'scenario_archived', message: 'The scenario was archived before the request was sent.' };
const CLEARED = { code: 'scenario_stopped', message: 'The scenario was stopped before the request was sent.' };

/**
 * Makes queued deliveries and timers of a scenario follow its state: paused holds them (halted, when a response stopped
 * it), active releases them, archived cancels deliveries and wakes timers. Chunks of at most 1,000 rows, a transaction
 * each; stops at once when the state has changed again, and at `deadline` (a monotonic time, ms). Can be repeated.
 */
export async function settleScenario(
  database: Database,
  clock: Clock,
  workspaceId: string,
  id: string,
  target: Target,
  deadline = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { state, halted, clearing } = target;
  const values = [workspaceId, id, state, halted, clearing];
  const place: Place = { workspaceId, scenarioId: id };
  const inChunks = async (work: (tx: Connection, after: string) => Promise<string[]>, partition?: number) => {
    let after = FIRST_ID;
    // Ids rise from chunk to chunk, so this ends with the last row that was there.
    for (;;) {
      if (performance.now() > deadline) return false;
      const done = await database.transaction(async (tx) => {
        // In the order of a turn, which holds partitions when an answer makes it halt a scenario.
        if (partition !== undefined) await lockPartition(tx, partition);
        const [same] = await tx.run(still, values);
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
      if (state === 'archived' || clearing)
        return cancelLane(tx, clock, place, lane.id, after, clearing ? CLEARED : ARCHIVED);
      const key = [lane.id, after, id, workspaceId];
      if (state === 'paused') return idsOf(await tx.run(halted ? haltLane : holdLane, key));
      if (lane.current !== lane.id) return idsOf(await tx.run(moveLane, [...key, clock.now(), lane.current]));
      return idsOf(await tx.run(releaseLane, [...key, clock.now()]));
    });
    if (!went) return;
  }
  const change = state === 'paused' ? 'hold' : state === 'archived' ? 'fire' : 'release';
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const of = { ...place, runId: null, partition };
    const went = await inChunks((tx, after) => followTimers(tx, change, of, after, clock.now()), partition);
    if (!went) return;
  }
  await database.run(settled, values);
}
