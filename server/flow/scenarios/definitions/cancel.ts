import type { Clock } from '../../../platform/clock.ts';
import { type Connection, int2Array, type Sql, uuidArray } from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import { toJson } from '../../../platform/json.ts';
import { DELIVERY, FACT, ORIGIN } from '../../../schema/index.ts';
import { type Fact, type OutcomeBody, putFacts } from '../../inbox/index.ts';
import { CHUNK, type Place } from './place.ts';

// What is being sent (3) ends by itself. SKIP LOCKED: a row in a worker's hands is met again by its pre-send commit.
const take: Sql = {
  name: 'scenario-cancel-take',
  text: `WITH p AS MATERIALIZED (
      SELECT delivery_id FROM lane_queue
      WHERE lane_id = $1 AND delivery_id > $2 AND scenario_id = $3 AND workspace_id = $4 AND mode <> 0 AND state IN (2, 4, 5)
      ORDER BY delivery_id LIMIT ${CHUNK} FOR UPDATE SKIP LOCKED)
    DELETE FROM lane_queue q USING p WHERE q.lane_id = $1 AND q.delivery_id = p.delivery_id
    RETURNING q.delivery_id AS id, q.partition, q.tries, q.request_id`,
};
const end: Sql = {
  name: 'scenario-cancel-end',
  text: `UPDATE deliveries d SET state = ${DELIVERY.cancelled}, reason = $4, tries = t.tries, request_id = t.request_id, ended_at = $5
    FROM (SELECT * FROM unnest($2::uuid[], $3::int2[], $6::int2[], $8::uuid[]) LIMIT $7) AS t(id, partition, tries, request_id)
    WHERE d.workspace_id = $1 AND d.id = t.id AND d.partition = t.partition AND d.ended_at IS NULL
    RETURNING d.id, d.profile_id, d.webhook_id, d.step, d.enrollment_id, d.class, d.mode, d.depth`,
};

/** A row that was taken out of the queue. */
export interface Taken {
  id: string;
  partition: number;
  tries: number;
  request_id: string | null;
}
interface Ended {
  id: string;
  profile_id: string;
  webhook_id: string;
  step: string | null;
  enrollment_id: string | null;
  class: number;
  mode: number;
  depth: number;
}

/**
 * Cancels one chunk of a scenario's waiting deliveries in a lane, after the id `after`: takes them out of the
 * queue, ends their rows and puts an outcome fact for each, all in the caller's transaction. Returns the ids taken.
 */
export async function cancelLane(
  tx: Connection,
  clock: Clock,
  place: Place,
  lane: string,
  after: string,
  reason: { code: string; message: string },
): Promise<string[]> {
  const values = [lane, after, place.scenarioId, place.workspaceId];
  return endTaken(tx, clock, place, await tx.run<Taken>(take, values), reason);
}

/** Ends deliveries that were taken out of the queue, with an outcome fact for each. Returns their ids. */
export async function endTaken(
  tx: Connection,
  clock: Clock,
  place: Place,
  taken: readonly Taken[],
  reason: { code: string; message: string },
): Promise<string[]> {
  const now = clock.now();
  const ended = await cancelTaken(tx, place.workspaceId, taken, reason, now);
  await putFacts(
    tx,
    ended.map((row) => outcome(row, place, reason, now)),
  );
  return taken.map((row) => row.id);
}

/** Cancels deliveries that were taken out of the queue; nobody is told. */
export async function cancelTaken(
  tx: Connection,
  workspaceId: string,
  taken: readonly Taken[],
  reason: { code: string; message: string },
  now: number,
): Promise<Ended[]> {
  if (taken.length === 0) return [];
  return tx.run<Ended>(end, [
    workspaceId,
    uuidArray(taken.map((row) => row.id)),
    int2Array(taken.map((row) => row.partition)),
    toJson(reason),
    now,
    int2Array(taken.map((row) => row.tries)),
    taken.length,
    uuidArray(taken.map((row) => row.request_id)),
  ]);
}

function outcome(row: Ended, place: Place, reason: OutcomeBody['reason'], now: number): Fact {
  const body: OutcomeBody = {
    delivery: row.id,
    enrollment: row.enrollment_id,
    scenario: place.scenarioId,
    webhook: row.webhook_id,
    step: row.step,
    mode: row.mode,
    state: DELIVERY.cancelled,
    reason,
    status: null,
    request: null,
    attempt: null,
    changes: [],
    refused: [],
  };
  return {
    workspaceId: place.workspaceId,
    profileId: row.profile_id,
    id: newId(now),
    kind: FACT.outcome,
    class: row.class,
    origin: ORIGIN.scenario,
    depth: row.depth,
    occurredAt: now,
    receivedAt: now,
    name: null,
    body: toJson(body),
    meta: null,
  };
}
