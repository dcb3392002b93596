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
import { DELIVERY, MODE } from '../../schema/index.ts';
import type { Details, Item, StoredRequest } from './item.ts';
import { START_MS } from './limiter.ts';

// One statement, so one round trip and one commit. The lock on the lane's row makes sure of owner and token until the
// commit: PostgreSQL evaluates the conditions again on the newest version of a row that it had to wait for. A shared
// lock is enough against a change of hands, and commits of one lane don't wait for one another. LIMIT lets the planner
// expect few rows, so that it goes by key however small the tables were when the plan was made. What a policy lets
// through is booked in the same commit: whoever takes the policy over counts it as spent.
const presendSql: Sql = {
  name: 'presend',
  text: `WITH mine AS MATERIALIZED (
      SELECT l.id FROM (SELECT * FROM unnest($1::uuid[], $2::int8[]) LIMIT $20) u(id, token) JOIN lanes l ON l.id = u.id
      WHERE l.owner = $3::uuid AND l.token = u.token ORDER BY l.id FOR SHARE OF l),
    ready AS (
      UPDATE lane_queue q SET state = ${DELIVERY.sending}, request_id = i.request_id, deadline_at = i.deadline_at
      FROM (SELECT * FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::int8[], $9::uuid[], $10::int2[], $11::uuid[], $12::int4[], $13::text[],
          $14::text[], $15::text[], $16::text[], $17::text[], $18::bytea[], $19::bool[], $21::uuid[], $22::text[], $23::text[]) LIMIT $20)
        i(lane_id, delivery_id, request_id, deadline_at, workspace_id, partition, webhook_id, webhook_version, message_id, idempotency_key,
          method, url, headers, body, fresh, policy_id, members, member_keys)
      WHERE q.lane_id = i.lane_id AND q.delivery_id = i.delivery_id AND q.due_at IS NOT NULL AND i.lane_id IN (SELECT id FROM mine)
        AND (q.request_id IS NULL OR q.request_id = i.request_id)
        AND (q.mode = ${MODE.none} OR q.scenario_id IS NULL OR EXISTS (
          SELECT 1 FROM scenarios s WHERE s.workspace_id = q.workspace_id AND s.id = q.scenario_id AND s.state = 'active'))
      RETURNING i.*),
    put AS (
      INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, body, members, member_keys, created_at)
      SELECT workspace_id, request_id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, body,
        members::uuid[], CASE WHEN member_keys IS NOT NULL THEN ARRAY(SELECT json_array_elements_text(member_keys::json)) END, $8::int8
      FROM ready WHERE fresh),
    booked AS (
      INSERT INTO policy_starts (policy_id, at, starts)
      SELECT policy_id, $8::int8, count(*) FROM ready WHERE policy_id IS NOT NULL GROUP BY policy_id),
    taken AS (
      INSERT INTO policy_slots (policy_id, request_id, deadline_at)
      SELECT policy_id, request_id, deadline_at FROM ready WHERE policy_id IS NOT NULL
      ON CONFLICT (policy_id, request_id) DO UPDATE SET deadline_at = greatest(policy_slots.deadline_at, excluded.deadline_at))
    SELECT delivery_id FROM ready`,
};
const leftSql: Sql = {
  name: 'presend-left',
  text: `SELECT q.delivery_id, s.state, l.owner = $3::uuid AND l.token = u.token AS mine, q.due_at IS NULL AS held
    FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[], $4::int8[]) LIMIT $5) u(lane_id, delivery_id, token)
    JOIN lanes l ON l.id = u.lane_id
    JOIN lane_queue q ON (q.lane_id, q.delivery_id) = (u.lane_id, u.delivery_id)
    LEFT JOIN scenarios s ON (s.workspace_id, s.id) = (q.workspace_id, q.scenario_id)`,
};
// Under a lock on the scenario: a resume is either seen here, or sees here what it must release. A row that a lost owner
// left as sending waits again, or a resume would pass it by.
const holdSql: Sql = {
  name: 'presend-hold',
  text: `WITH paused AS MATERIALIZED (
      SELECT s.workspace_id, s.id, s.halted IS NOT NULL AS halted FROM scenarios s
      WHERE (s.workspace_id, s.id) IN (SELECT * FROM unnest($3::uuid[], $4::uuid[])) AND s.state = 'paused' ORDER BY s.id FOR SHARE OF s)
    UPDATE lane_queue q SET due_at = NULL, deadline_at = NULL, state = CASE WHEN EXISTS (SELECT 1 FROM paused p WHERE p.id = q.scenario_id AND p.halted) THEN ${DELIVERY.halted}
      WHEN q.tries > 0 THEN ${DELIVERY.retrying} ELSE ${DELIVERY.queued} END
    FROM (SELECT * FROM unnest($1::uuid[], $2::uuid[]) LIMIT $5) u(lane_id, delivery_id)
    WHERE (q.lane_id, q.delivery_id) = (u.lane_id, u.delivery_id) AND (q.workspace_id, q.scenario_id) IN (SELECT workspace_id, id FROM paused)`,
};

/** A request about to be sent for an item. `fresh`: it was rendered now and must be stored. */
export interface Ready {
  item: Item;
  details: Details;
  request: StoredRequest;
  fresh: boolean;
  timeoutMs: number;
  /** Of a batch: its deliveries, in the order of the request's members. */
  members?: Member[];
}

/** One delivery of a batch. */
export interface Member {
  item: Item;
  details: Details;
}

/** What the pre-send commit let through, and why not the rest. */
export interface Presend<One = Ready> {
  go: One[];
  /** The scenario was archived, or is gone. */
  cancelled: One[];
  /** Held (the scenario is paused), or no more in the queue. */
  dropped: One[];
  /** The lane is another's. */
  lost: One[];
}

/**
 * The pre-send commit: before the first byte of a request leaves, its exact bytes stand in the database, under a lane
 * that is ours and a scenario that is active. Fails closed: what the commit didn't return isn't sent.
 */
export async function presend(on: Connection, owner: string, ready: readonly Ready[], now: number): Promise<Presend> {
  const passed = await commit(on, owner, ready, now);
  if (passed.size === ready.length) return { go: [...ready], cancelled: [], dropped: [], lost: [] };
  const rest = ready.filter((r) => !passed.has(r.item.deliveryId));
  return { go: ready.filter((r) => passed.has(r.item.deliveryId)), ...(await sort(on, owner, rest)) };
}

/** Thrown to roll back: a batch goes as a whole. */
class Partly extends Error {
  readonly passed: ReadonlySet<string>;
  constructor(passed: ReadonlySet<string>) {
    super('some members of a batch may not go');
    this.passed = passed;
  }
}

/**
 * The pre-send commit of a batch, which passes whole or not at all, since its bytes hold every member. `go`: all of its
 * members, or those that could have gone.
 */
export async function presendBatch(
  database: Database,
  owner: string,
  ready: Ready & { members: Member[] },
  now: number,
): Promise<Presend<Member> & { whole: boolean }> {
  const { members } = ready;
  try {
    await database.transaction(async (tx) => {
      const passed = await commit(tx, owner, [ready], now);
      if (passed.size < members.length) throw new Partly(passed);
    });
    return { go: members, cancelled: [], dropped: [], lost: [], whole: true };
  } catch (error) {
    if (!(error instanceof Partly)) throw error;
    const rest = members.filter(({ item }) => !error.passed.has(item.deliveryId));
    const go = members.filter(({ item }) => error.passed.has(item.deliveryId));
    return { go, ...(await sort(database, owner, rest)), whole: false };
  }
}

/** Runs the commit's statement: one row a delivery, a request and its booking with the first. Gives the deliveries that passed. */
async function commit(
  on: Connection,
  owner: string,
  ready: readonly Ready[],
  now: number,
): Promise<ReadonlySet<string>> {
  const lanes = new Map(ready.map((r) => [r.item.laneId, r.item.token]));
  const rows = ready.flatMap((r) => (r.members ?? [r]).map(({ item }, i) => ({ r, item, first: i === 0 })));
  // What is stored already isn't sent to the database again.
  const given = <T>(of: (r: Ready) => T) => rows.map(({ r, first }) => (r.fresh && first ? of(r) : null));
  const passed = await on.run<{ delivery_id: string }>(presendSql, [
    uuidArray([...lanes.keys()]),
    int8Array([...lanes.values()]),
    owner,
    uuidArray(rows.map(({ item }) => item.laneId)),
    uuidArray(rows.map(({ item }) => item.deliveryId)),
    uuidArray(rows.map(({ r }) => r.request.id)),
    int8Array(rows.map(({ r }) => now + START_MS + r.timeoutMs)),
    now,
    uuidArray(rows.map(({ item }) => item.workspaceId)),
    int2Array(rows.map(({ item }) => item.partition)),
    uuidArray(rows.map(({ r }) => r.details.webhookId)),
    int4Array(rows.map(({ r }) => r.request.webhookVersion)),
    textArray(given((r) => r.request.messageId)),
    textArray(given((r) => r.request.idempotencyKey)),
    textArray(given((r) => r.request.method)),
    textArray(given((r) => r.request.url)),
    textArray(given((r) => JSON.stringify(r.request.headers))),
    byteaArray(given((r) => r.request.body)),
    boolArray(rows.map(({ r, first }) => r.fresh && first)),
    rows.length,
    uuidArray(rows.map(({ r, first }) => (first ? r.item.policyId : null))),
    textArray(given((r) => (r.request.members ? `{${r.request.members.join(',')}}` : null))),
    textArray(given((r) => (r.request.keys?.some((key) => key !== null) ? JSON.stringify(r.request.keys) : null))),
  ]);
  return new Set(passed.map((row) => row.delivery_id));
}

/** Why the rest didn't pass. What no cause is found for (it changed meanwhile) is dropped, to be read again. */
async function sort<One extends { item: Item }>(
  on: Connection,
  owner: string,
  rest: readonly One[],
): Promise<Omit<Presend<One>, 'go'>> {
  const rows = await on.run<{ delivery_id: string; state: string | null; mine: boolean; held: boolean }>(leftSql, [
    uuidArray(rest.map((r) => r.item.laneId)),
    uuidArray(rest.map((r) => r.item.deliveryId)),
    owner,
    int8Array(rest.map((r) => r.item.token)),
    rest.length,
  ]);
  const found = new Map(rows.map((row) => [row.delivery_id, row]));
  const paused: One[] = [];
  const sorted: Omit<Presend<One>, 'go'> = { cancelled: [], dropped: [], lost: [] };
  for (const r of rest) {
    const row = found.get(r.item.deliveryId);
    if (row && row.mine !== true) sorted.lost.push(r);
    else if (row && !row.held && row.state === 'paused') paused.push(r);
    else if (row && r.item.scenarioId !== null && row.state !== 'active' && row.state !== 'paused')
      sorted.cancelled.push(r);
    else sorted.dropped.push(r);
  }
  if (paused.length > 0) {
    await on.run(holdSql, [
      uuidArray(paused.map((r) => r.item.laneId)),
      uuidArray(paused.map((r) => r.item.deliveryId)),
      uuidArray(paused.map((r) => r.item.workspaceId)),
      uuidArray(paused.map((r) => r.item.scenarioId)),
      paused.length,
    ]);
    sorted.dropped.push(...paused);
  }
  return sorted;
}
