import {
  byteaArray,
  type Connection,
  int2Array,
  int4Array,
  int8Array,
  type Sql,
  textArray,
  uuidArray,
} from '../../platform/database/index.ts';
import { DELIVERY, MODE } from '../../schema/index.ts';
import type { Details, Item, StoredRequest } from './item.ts';

// One statement, so one round trip and one commit. Locking the lane's row checks owner and token as they are at the
// commit: PostgreSQL evaluates the conditions again on the newest version of a row that it had to wait for.
const presendSql: Sql = {
  name: 'presend',
  text: `WITH mine AS (
      SELECT l.id FROM unnest($1::uuid[], $2::int8[]) u(id, token) JOIN lanes l ON l.id = u.id WHERE l.owner = $3::uuid AND l.token = u.token ORDER BY l.id FOR UPDATE OF l),
    ready AS (
      UPDATE lane_queue q SET state = ${DELIVERY.sending}, request_id = i.request_id, deadline_at = i.deadline_at
      FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::int8[]) i(lane_id, delivery_id, request_id, deadline_at)
      WHERE q.lane_id = i.lane_id AND q.delivery_id = i.delivery_id AND q.due_at IS NOT NULL AND i.lane_id IN (SELECT id FROM mine)
        AND (q.mode = ${MODE.none} OR q.scenario_id IS NULL OR EXISTS (
          SELECT 1 FROM scenarios s WHERE s.workspace_id = q.workspace_id AND s.id = q.scenario_id AND s.state = 'active'))
      RETURNING q.delivery_id),
    put AS (
      INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, body, created_at)
      SELECT r.workspace_id, r.id, r.partition, r.webhook_id, r.webhook_version, r.message_id, r.idempotency_key, r.method, r.url, r.headers, r.body, $8::int8
      FROM unnest($9::uuid[], $10::uuid[], $11::int2[], $12::uuid[], $13::int4[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::bytea[], $20::uuid[])
        r(workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, body, delivery_id)
      WHERE r.delivery_id IN (SELECT delivery_id FROM ready))
    SELECT delivery_id FROM ready`,
};
const leftSql: Sql = {
  name: 'presend-left',
  text: `SELECT q.delivery_id, s.state FROM unnest($1::uuid[], $2::uuid[]) u(lane_id, delivery_id)
    JOIN lane_queue q ON (q.lane_id, q.delivery_id) = (u.lane_id, u.delivery_id) LEFT JOIN scenarios s ON (s.workspace_id, s.id) = (q.workspace_id, q.scenario_id)`,
};
const holdSql: Sql = {
  name: 'presend-hold',
  text: `UPDATE lane_queue q SET due_at = NULL FROM unnest($1::uuid[], $2::uuid[]) u(lane_id, delivery_id) WHERE (q.lane_id, q.delivery_id) = (u.lane_id, u.delivery_id)`,
};

/** A request about to be sent for an item. `fresh`: it was rendered now and must be stored. */
export interface Ready {
  item: Item;
  details: Details;
  request: StoredRequest;
  fresh: boolean;
  timeoutMs: number;
}

/**
 * The pre-send commit: before the first byte of a request leaves, its exact bytes stand in the database, under a lane
 * that is ours and a scenario that is active. Returns those that may go, and what became of the others: `cancelled`
 * (scenario archived); paused ones are held, lost and gone ones are simply dropped.
 */
export async function presend(
  on: Connection,
  owner: string,
  batch: readonly Ready[],
  now: number,
): Promise<{ go: Ready[]; cancelled: Ready[]; dropped: Ready[] }> {
  const lanes = new Map(batch.map((r) => [r.item.laneId, r.item.token]));
  const fresh = batch.filter((r) => r.fresh);
  const rows = await on.run<{ delivery_id: string }>(presendSql, [
    uuidArray([...lanes.keys()]),
    int8Array([...lanes.values()]),
    owner,
    uuidArray(batch.map((r) => r.item.laneId)),
    uuidArray(batch.map((r) => r.item.deliveryId)),
    uuidArray(batch.map((r) => r.request.id)),
    int8Array(batch.map((r) => now + r.timeoutMs)),
    now,
    uuidArray(fresh.map((r) => r.item.workspaceId)),
    uuidArray(fresh.map((r) => r.request.id)),
    int2Array(fresh.map((r) => r.item.partition)),
    uuidArray(fresh.map((r) => r.details.webhookId)),
    int4Array(fresh.map((r) => r.request.webhookVersion)),
    textArray(fresh.map((r) => r.request.messageId)),
    textArray(fresh.map((r) => r.request.idempotencyKey)),
    textArray(fresh.map((r) => r.request.method)),
    textArray(fresh.map((r) => r.request.url)),
    textArray(fresh.map((r) => JSON.stringify(r.request.headers))),
    byteaArray(fresh.map((r) => r.request.body)),
    uuidArray(fresh.map((r) => r.item.deliveryId)),
  ]);
  if (rows.length === batch.length) return { go: [...batch], cancelled: [], dropped: [] };
  const passed = new Set(rows.map((row) => row.delivery_id));
  const rest = batch.filter((r) => !passed.has(r.item.deliveryId));
  const key = (list: readonly Ready[]) => [
    uuidArray(list.map((r) => r.item.laneId)),
    uuidArray(list.map((r) => r.item.deliveryId)),
  ];
  const states = new Map(
    (await on.run<{ delivery_id: string; state: string | null }>(leftSql, key(rest))).map((row) => [
      row.delivery_id,
      row.state,
    ]),
  );
  const paused = rest.filter((r) => states.get(r.item.deliveryId) === 'paused');
  if (paused.length > 0) await on.run(holdSql, key(paused));
  const cancelled = rest.filter((r) => states.get(r.item.deliveryId) === 'archived');
  return {
    go: batch.filter((r) => passed.has(r.item.deliveryId)),
    cancelled,
    dropped: rest.filter((r) => !cancelled.includes(r)),
  };
}
