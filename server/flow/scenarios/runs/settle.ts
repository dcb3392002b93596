import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { PARTITIONS } from '../../../platform/ids.ts';
import { DELIVERY } from '../../../schema/index.ts';
import { endTaken, type Taken } from '../definitions/cancel.ts';
import { CHUNK, FIRST_ID, type Place } from '../definitions/place.ts';
import { followTimers, lockPartition } from '../definitions/timers.ts';

const { queued, sending, retrying, halted } = DELIVERY;
const unsettled: Sql = {
  name: 'run-unsettled',
  text: 'SELECT workspace_id, id, scenario_id, state FROM campaign_runs WHERE settling ORDER BY id LIMIT 100',
};
const settled: Sql = {
  name: 'run-settled',
  text: 'UPDATE campaign_runs SET settling = false WHERE workspace_id = $1 AND id = $2 AND state = $3',
};
// FOR SHARE: a change of state waits for the chunk, and the next chunk sees it and stops.
const still: Sql = {
  name: 'run-still',
  text: 'SELECT 1 FROM campaign_runs WHERE workspace_id = $1 AND id = $2 AND state = $3 FOR SHARE',
};
// Under a paused scenario nothing is released; its resuming releases what isn't held by its run.
const active: Sql = {
  name: 'run-scenario-active',
  text: `SELECT 1 FROM scenarios WHERE workspace_id = $1 AND id = $2 AND state = 'active' FOR SHARE`,
};
// A resend (mode 0) isn't the run's any more. Rows that a worker holds at the moment are met by the next round.
const pick = (where: string) => `SELECT lane_id, delivery_id FROM lane_queue
  WHERE run_id = $1 AND delivery_id > $2 AND workspace_id = $3 AND mode <> 0 AND ${where}
  ORDER BY delivery_id LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED`;
const SAME = '(q.lane_id, q.delivery_id) = (p.lane_id, p.delivery_id)';
const holdSql: Sql = {
  name: 'run-hold',
  text: `WITH p AS MATERIALIZED (${pick(`state IN (${queued}, ${retrying}) AND due_at IS NOT NULL`)})
    UPDATE lane_queue q SET due_at = NULL FROM p WHERE ${SAME} RETURNING q.delivery_id AS id`,
};
const releaseSql: Sql = {
  name: 'run-release',
  text: `WITH p AS MATERIALIZED (${pick(`state IN (${queued}, ${retrying}) AND due_at IS NULL`)})
    UPDATE lane_queue q SET due_at = $4 FROM p WHERE ${SAME} RETURNING q.delivery_id AS id`,
};
const takeSql: Sql = {
  name: 'run-take',
  text: `WITH p AS MATERIALIZED (${pick(`state IN (${queued}, ${retrying}, ${halted})`)})
    DELETE FROM lane_queue q USING p WHERE ${SAME} RETURNING q.delivery_id AS id, q.partition, q.tries, q.request_id`,
};
const left = (where: string): Sql => ({
  name: `run-left-${where.length}`,
  text: `SELECT 1 FROM lane_queue WHERE run_id = $1 AND workspace_id = $2 AND mode <> 0 AND (${where}) LIMIT 1`,
});
// What is being sent may come back to be tried again: then it is met by a later round.
const leftToHold = left(`state = ${sending} OR due_at IS NOT NULL`);
const leftToTake = left(`state <> 0`);
const STOPPED = { code: 'run_stopped', message: 'The run of the campaign was stopped before the request was sent.' };

/**
 * Brings queue and timers in line with runs whose state changed: paused holds what waits, stopped cancels it (and ends who
 * waits at a step), anything else releases it. Chunks of at most 1,000 rows, a transaction each; stops at once when a state has changed again. A run stays
 * unsettled while something of it is being sent. Can be repeated.
 *
 * @returns how many runs were looked at, and how many of them are unsettled yet
 */
export async function settleRuns(database: Database, clock: Clock): Promise<{ looked: number; open: number }> {
  type Row = { workspace_id: string; id: string; scenario_id: string; state: string };
  let open = 0;
  const rows = await database.run<Row>(unsettled);
  for (const row of rows) {
    const { workspace_id: workspaceId, id, scenario_id: scenarioId, state } = row;
    const place = { workspaceId, scenarioId };
    const step = (tx: Connection, after: string) => {
      const key = [id, after, workspaceId];
      if (state === 'paused') return tx.run<{ id: string }>(holdSql, key).then(idsOf);
      if (state === 'stopped')
        return tx.run<Taken>(takeSql, key).then((taken) => endTaken(tx, clock, place, taken, STOPPED));
      return release(tx, clock, place, key);
    };
    if (!(await inChunks(database, [workspaceId, id, state], step))) continue;
    if (!(await followRun(database, clock, place, id, state))) continue;
    const check = state === 'paused' ? leftToHold : state === 'stopped' ? leftToTake : null;
    if (check && (await database.run(check, [id, workspaceId])).length > 0) open++;
    else await database.run(settled, [workspaceId, id, state]);
  }
  return { looked: rows.length, open };
}

const idsOf = (rows: { id: string }[]) => rows.map((row) => row.id);

async function release(tx: Connection, clock: Clock, place: Place, key: string[]) {
  const [on] = await tx.run(active, [place.workspaceId, place.scenarioId]);
  return on ? idsOf(await tx.run<{ id: string }>(releaseSql, [...key, clock.now()])) : [];
}

/** Waits of who entered by the run follow its state too. False when the run isn't in that state any more. */
async function followRun(
  database: Database,
  clock: Clock,
  place: Place,
  runId: string,
  state: string,
): Promise<boolean> {
  const change = state === 'paused' ? 'hold' : state === 'stopped' ? 'fire' : 'release';
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const step = async (tx: Connection, after: string) => {
      // Under a paused scenario nothing is released; its resuming releases what isn't held by its run.
      const free = change !== 'release' || (await tx.run(active, [place.workspaceId, place.scenarioId])).length > 0;
      return free ? followTimers(tx, change, { ...place, runId, partition }, after, clock.now()) : [];
    };
    if (!(await inChunks(database, [place.workspaceId, runId, state], step, partition))) return false;
  }
  return true;
}

/** False when the run isn't in that state any more. */
async function inChunks(
  database: Database,
  run: [workspaceId: string, id: string, state: string],
  step: (tx: Connection, after: string) => Promise<string[]>,
  partition?: number,
): Promise<boolean> {
  let after = FIRST_ID;
  // Ids rise from chunk to chunk, so this ends with the last row that was there.
  for (;;) {
    const done = await database.transaction(async (tx) => {
      // In the order of a turn, which holds partitions when it looks at a run.
      if (partition !== undefined) await lockPartition(tx, partition);
      const [same] = await tx.run(still, run);
      return same ? step(tx, after) : null;
    });
    if (done === null) return false;
    if (done.length < CHUNK) return true;
    after = done.sort().at(-1)!;
  }
}
