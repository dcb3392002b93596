import {
  boolArray,
  byteaArray,
  type Connection,
  type Database,
  int2Array,
  int4Array,
  int8Array,
  type Sql,
  textArray,
  uuidArray,
} from '../../platform/database/index.ts';

import { toJson } from '../../platform/json.ts';
import { DELIVERY, FACT, MODE, ORIGIN } from '../../schema/index.ts';
import { type AttributeChange, type Fact, type OutcomeBody, putFacts } from '../inbox/index.ts';
import type { Details, Item } from './item.ts';

/** One HTTP exchange as it is recorded; secrets are hidden already. */
export interface AttemptRecord {
  id: string;
  requestId: string;
  number: number;
  /** A number of ATTEMPT. */
  outcome: number;
  reason: string | null;
  status: number | null;
  address: string | null;
  startedAt: number;
  durationMs: number;
  sentHeaders: string | null;
  responseHeaders: string | null;
  responseBody: Uint8Array | null;
  responseCut: boolean;
}

/** What became of an item. `ended` with a state, or `again` at a time; `tries` counts the attempts made so far. */
export interface Outcome {
  item: Item;
  details: Details;
  end: { state: number } | { dueAt: number; state: number };
  tries: number;
  reason: { code: string; message: string } | null;
  requestId: string | null;
  attempt: AttemptRecord | null;
  changes: AttributeChange[];
  refused: { attribute: string; reason: string }[];
}

const lanesSql: Sql = {
  name: 'outcome-lanes',
  text: `SELECT l.id FROM unnest($1::uuid[], $2::int8[]) u(id, token) JOIN lanes l ON (l.id, l.token) = (u.id, u.token) WHERE l.owner = $3::uuid ORDER BY l.id FOR UPDATE OF l`,
};
const endSql: Sql = {
  name: 'outcome-end',
  text: `DELETE FROM lane_queue q USING unnest($1::uuid[], $2::uuid[]) u(lane_id, delivery_id) WHERE (q.lane_id, q.delivery_id) = (u.lane_id, u.delivery_id) RETURNING q.delivery_id`,
};
// A delivery held in the meantime (paused) stays held: its due time isn't set.
const againSql: Sql = {
  name: 'outcome-again',
  text: `UPDATE lane_queue q SET state = u.state, tries = u.tries, deadline_at = NULL, due_at = CASE WHEN q.due_at IS NULL THEN NULL ELSE u.due_at END
    FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::int2[], $5::int8[]) u(lane_id, delivery_id, state, tries, due_at)
    WHERE (q.lane_id, q.delivery_id) = (u.lane_id, u.delivery_id) RETURNING q.delivery_id`,
};
const deliveriesSql: Sql = {
  name: 'outcome-deliveries',
  text: `UPDATE deliveries d SET state = u.state, reason = u.reason, request_id = u.request_id, tries = u.tries, ended_at = $7::int8
    FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::int2[], $5::text[], $6::uuid[], $8::int2[]) u(workspace_id, id, partition, state, reason, request_id, tries)
    WHERE (d.workspace_id, d.id, d.partition) = (u.workspace_id, u.id, u.partition) AND d.id >= $9::uuid AND d.id <= $10::uuid`,
};
const attemptsSql: Sql = {
  name: 'outcome-attempts',
  text: `INSERT INTO attempts (workspace_id, id, partition, request_id, number, outcome, reason, status, address, started_at, duration_ms, sent_headers, response_headers, response_body, response_cut)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::uuid[], $5::int2[], $6::int2[], $7::text[], $8::int2[], $9::text[], $10::int8[], $11::int4[], $12::text[], $13::text[], $14::bytea[], $15::bool[])
    ON CONFLICT DO NOTHING`,
};

/**
 * Commits outcomes together: attempts are recorded; for lanes that are still ours, deliveries end (once: only those whose
 * queue row was there to be deleted) or go back to the queue, and the outcome enters the inbox as a fact. Throws when the
 * transaction was rolled back; it may then be repeated.
 *
 * @returns whether facts were put
 */
export function commitOutcomes(
  database: Database,
  owner: string,
  outcomes: readonly Outcome[],
  now: number,
  newId: () => string,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const lanes = new Map(outcomes.map((o) => [o.item.laneId, o.item.token]));
    const held = new Set(
      (
        await tx.run<{ id: string }>(lanesSql, [uuidArray([...lanes.keys()]), int8Array([...lanes.values()]), owner])
      ).map((row) => row.id),
    );
    const mine = outcomes.filter((o) => held.has(o.item.laneId));
    await recordAttempts(
      tx,
      outcomes.filter((o) => o.attempt !== null),
    );
    const ended = await end(
      tx,
      mine.filter((o) => !('dueAt' in o.end)),
      now,
    );
    const again = await putBack(
      tx,
      mine.filter((o) => 'dueAt' in o.end),
    );
    const facts = [
      ...ended.map((o) => factOf(o, FACT.outcome, now, newId())),
      ...again
        .filter((o) => o.item.mode === MODE.first_attempt && o.attempt !== null && o.item.tries === 0 && o.tries > 0)
        .map((o) => factOf(o, FACT.attempted, now, newId())),
    ];
    await putFacts(tx, facts);
    return facts.length > 0;
  });
}

async function recordAttempts(tx: Connection, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  const rows = outcomes.map((o) => ({ ...o.attempt!, workspaceId: o.item.workspaceId, partition: o.item.partition }));
  await tx.run(attemptsSql, [
    uuidArray(rows.map((r) => r.workspaceId)),
    uuidArray(rows.map((r) => r.id)),
    int2Array(rows.map((r) => r.partition)),
    uuidArray(rows.map((r) => r.requestId)),
    int2Array(rows.map((r) => r.number)),
    int2Array(rows.map((r) => r.outcome)),
    textArray(rows.map((r) => r.reason)),
    int2Array(rows.map((r) => r.status)),
    textArray(rows.map((r) => r.address)),
    int8Array(rows.map((r) => r.startedAt)),
    int4Array(rows.map((r) => r.durationMs)),
    textArray(rows.map((r) => r.sentHeaders)),
    textArray(rows.map((r) => r.responseHeaders)),
    byteaArray(rows.map((r) => r.responseBody)),
    boolArray(rows.map((r) => r.responseCut)),
  ]);
}

async function end(tx: Connection, outcomes: readonly Outcome[], now: number): Promise<Outcome[]> {
  if (outcomes.length === 0) return [];
  const gone = await tx.run<{ delivery_id: string }>(endSql, [
    uuidArray(outcomes.map((o) => o.item.laneId)),
    uuidArray(outcomes.map((o) => o.item.deliveryId)),
  ]);
  const really = new Set(gone.map((row) => row.delivery_id));
  const ended = outcomes.filter((o) => really.has(o.item.deliveryId));
  if (ended.length === 0) return [];
  const ids = ended.map((o) => o.item.deliveryId).sort();
  await tx.run(deliveriesSql, [
    uuidArray(ended.map((o) => o.item.workspaceId)),
    uuidArray(ended.map((o) => o.item.deliveryId)),
    int2Array(ended.map((o) => o.item.partition)),
    int2Array(ended.map((o) => o.end.state)),
    textArray(ended.map((o) => (o.reason === null ? null : toJson(o.reason)))),
    uuidArray(ended.map((o) => o.requestId)),
    now,
    int2Array(ended.map((o) => o.tries)),
    ids[0],
    ids.at(-1),
  ]);
  return ended;
}

async function putBack(tx: Connection, outcomes: readonly Outcome[]): Promise<Outcome[]> {
  if (outcomes.length === 0) return [];
  const rows = await tx.run<{ delivery_id: string }>(againSql, [
    uuidArray(outcomes.map((o) => o.item.laneId)),
    uuidArray(outcomes.map((o) => o.item.deliveryId)),
    int2Array(outcomes.map((o) => o.end.state)),
    int2Array(outcomes.map((o) => o.tries)),
    int8Array(outcomes.map((o) => ('dueAt' in o.end ? o.end.dueAt : null))),
  ]);
  const really = new Set(rows.map((row) => row.delivery_id));
  return outcomes.filter((o) => really.has(o.item.deliveryId));
}

function factOf(outcome: Outcome, kind: number, now: number, id: string): Fact {
  const { item, details } = outcome;
  const body: OutcomeBody = {
    delivery: item.deliveryId,
    enrollment: details.enrollmentId,
    scenario: item.scenarioId,
    webhook: details.webhookId,
    step: details.step,
    mode: item.mode,
    state: kind === FACT.attempted ? DELIVERY.retrying : outcome.end.state,
    reason: outcome.reason,
    status: outcome.attempt?.status ?? null,
    attempt: outcome.attempt?.id ?? null,
    changes: outcome.changes,
    refused: outcome.refused,
  };
  return {
    workspaceId: item.workspaceId,
    profileId: details.profileId,
    id,
    kind,
    class: item.class,
    origin: ORIGIN.response,
    depth: details.depth,
    occurredAt: outcome.attempt?.startedAt ?? now,
    receivedAt: now,
    name: null,
    body: toJson(body),
    meta: null,
  };
}
