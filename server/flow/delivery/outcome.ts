import {
  boolArray,
  byteaArray,
  type Connection,
  int2Array,
  int4Array,
  int8Array,
  type Sql,
  textArray,
  uuidArray,
} from '../../platform/database/index.ts';
import { toJson } from '../../platform/json.ts';
import { DELIVERY, FACT, MODE, ORIGIN } from '../../schema/index.ts';
import {
  type AttributeChange,
  FACT_COLUMNS,
  type Fact,
  factArrays,
  factColumns,
  type OutcomeBody,
} from '../inbox/index.ts';
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
  /** The answer stops the whole campaign. */
  stops?: boolean;
  /** It leaves its batch: its next request is a new one, with the others of `group` if there is one. */
  regroup?: { group: string | null };
}

// One statement. Attempts are recorded whoever has the lane now: they were made. LIMIT lets the planner expect few rows,
// so that it goes by key however small the tables were when the plan was made. A delivery held in the meantime (paused)
// stays held: its due time isn't set. `was` keeps a repeated commit from counting twice. IS TRUE keeps the last IN from
// becoming a join, which would compare each row with each.
const outcomesSql: Sql = {
  name: 'outcomes',
  text: `WITH mine AS MATERIALIZED (
      SELECT l.id FROM (SELECT * FROM unnest($1::uuid[], $2::int8[]) LIMIT $35) u(id, token) JOIN lanes l ON l.id = u.id
      WHERE l.owner = $3::uuid AND l.token = u.token ORDER BY l.id FOR SHARE OF l),
    gone AS (
      DELETE FROM lane_queue q
      USING (SELECT * FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::int2[], $8::int2[], $9::text[], $10::uuid[], $11::int2[]) LIMIT $35)
        u(lane_id, id, workspace_id, partition, state, reason, request_id, tries)
      WHERE q.lane_id = u.lane_id AND q.delivery_id = u.id AND u.lane_id IN (SELECT id FROM mine)
      RETURNING u.id, u.workspace_id, u.partition, u.state, u.reason, u.request_id, u.tries),
    again AS (
      UPDATE lane_queue q SET state = u.state, tries = u.tries, deadline_at = NULL, due_at = CASE WHEN q.due_at IS NULL THEN NULL ELSE u.due_at END,
        request_id = CASE WHEN u.regroup THEN NULL ELSE q.request_id END, group_id = CASE WHEN u.regroup THEN u.group_id ELSE q.group_id END
      FROM (SELECT * FROM unnest($12::uuid[], $13::uuid[], $14::int2[], $15::int2[], $16::int2[], $17::int8[], $39::bool[], $40::uuid[]) LIMIT $35)
        u(lane_id, id, state, was, tries, due_at, regroup, group_id)
      WHERE q.lane_id = u.lane_id AND q.delivery_id = u.id AND q.tries = u.was AND u.lane_id IN (SELECT id FROM mine)
      RETURNING u.id),
    ended AS (
      UPDATE deliveries d SET state = g.state, reason = g.reason, request_id = g.request_id, tries = g.tries, ended_at = $32::int8
      FROM gone g WHERE d.workspace_id = g.workspace_id AND d.id = g.id AND d.partition = g.partition AND d.id >= $33::uuid AND d.id <= $34::uuid),
    recorded AS (
      INSERT INTO attempts (workspace_id, id, partition, request_id, number, outcome, reason, status, address, started_at, duration_ms, sent_headers, response_headers, response_body, response_cut)
      SELECT * FROM unnest($18::uuid[], $19::uuid[], $20::int2[], $21::uuid[], $22::int2[], $23::int2[], $24::text[], $25::int2[], $26::text[],
        $27::int8[], $28::int4[], $29::text[], $30::text[], $31::bytea[], $36::bool[])
      ON CONFLICT DO NOTHING),
    freed AS (
      DELETE FROM policy_slots s USING (SELECT * FROM unnest($37::uuid[], $38::uuid[]) LIMIT $35) u(policy_id, request_id)
      WHERE s.policy_id = u.policy_id AND s.request_id = u.request_id),
    told AS (
      INSERT INTO inbox (${FACT_COLUMNS})
      SELECT ${FACT_COLUMNS} FROM unnest(${factArrays(42)}, $41::uuid[]) WITH ORDINALITY AS u(${FACT_COLUMNS}, delivery_id, n)
      WHERE (u.delivery_id IN (SELECT id FROM gone UNION ALL SELECT id FROM again)) IS TRUE ORDER BY u.n
      RETURNING 1)
    SELECT EXISTS (SELECT 1 FROM told) AS told`,
};

/**
 * Commits outcomes together, in one statement: attempts are recorded; for lanes that are still ours, deliveries end (once:
 * only those whose queue row was there to be deleted) or go back to the queue, and the outcome enters the inbox as a fact.
 * Throws when nothing was committed, or nothing is certain; it may then be repeated.
 *
 * @returns whether facts were put
 */
export async function commitOutcomes(
  on: Connection,
  owner: string,
  outcomes: readonly Outcome[],
  now: number,
  newId: () => string,
): Promise<boolean> {
  const tell = outcomes.filter(hasFact);
  const facts = tell.map((o) => factOf(o, 'dueAt' in o.end ? FACT.attempted : FACT.outcome, now, newId()));
  const [row] = await on.run<{ told: boolean }>(outcomesSql, [
    ...parameters(owner, outcomes, now),
    uuidArray(tell.map((o) => o.item.deliveryId)),
    ...factColumns(facts),
  ]);
  return row?.told ?? false;
}

/** Every end is told; of those that go on, the first attempt is, if the enrollment waits for no more than that. */
function hasFact(o: Outcome): boolean {
  if (!('dueAt' in o.end)) return true;
  return o.item.mode === MODE.first_attempt && o.item.tries === 0 && o.tries > 0;
}

function parameters(owner: string, outcomes: readonly Outcome[], now: number): unknown[] {
  const lanes = new Map(outcomes.map((o) => [o.item.laneId, o.item.token]));
  const ended = outcomes.filter((o) => !('dueAt' in o.end));
  const again = outcomes.filter((o) => 'dueAt' in o.end);
  // The members of a batch share one attempt.
  const made = [...new Map(outcomes.flatMap((o) => (o.attempt ? [[o.attempt.id, o]] : []))).values()];
  const rows = made.map((o) => o.attempt!);
  const ids = ended.map((o) => o.item.deliveryId).sort();
  const slots = outcomes.filter((o) => o.item.policyId !== null && o.requestId !== null);
  return [
    uuidArray([...lanes.keys()]),
    int8Array([...lanes.values()]),
    owner,
    uuidArray(ended.map((o) => o.item.laneId)),
    uuidArray(ended.map((o) => o.item.deliveryId)),
    uuidArray(ended.map((o) => o.item.workspaceId)),
    int2Array(ended.map((o) => o.item.partition)),
    int2Array(ended.map((o) => o.end.state)),
    textArray(ended.map((o) => (o.reason === null ? null : toJson(o.reason)))),
    uuidArray(ended.map((o) => o.requestId)),
    int2Array(ended.map((o) => o.tries)),
    uuidArray(again.map((o) => o.item.laneId)),
    uuidArray(again.map((o) => o.item.deliveryId)),
    int2Array(again.map((o) => o.end.state)),
    int2Array(again.map((o) => o.item.tries)),
    int2Array(again.map((o) => o.tries)),
    int8Array(again.map((o) => ('dueAt' in o.end ? o.end.dueAt : null))),
    uuidArray(made.map((o) => o.item.workspaceId)),
    uuidArray(rows.map((r) => r.id)),
    int2Array(made.map((o) => o.item.partition)),
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
    now,
    ids[0] ?? NO_ID,
    ids.at(-1) ?? NO_ID,
    outcomes.length,
    boolArray(rows.map((r) => r.responseCut)),
    uuidArray(slots.map((o) => o.item.policyId)),
    uuidArray(slots.map((o) => o.requestId)),
    boolArray(again.map((o) => o.regroup !== undefined)),
    uuidArray(again.map((o) => o.regroup?.group ?? null)),
  ];
}

const NO_ID = '00000000-0000-0000-0000-000000000000';

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
    request: outcome.attempt?.requestId ?? null,
    attempt: outcome.attempt?.id ?? null,
    changes: outcome.changes,
    refused: outcome.refused,
    ...(outcome.stops && { stops: true }),
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
