import { type Connection, int8Array, type Sql, textArray, uuidArray } from '../../../platform/database/index.ts';
import { DELIVERY, MODE } from '../../../schema/index.ts';

/** One ended delivery that is to be sent once more. */
export interface Copy {
  /** The delivery that is sent again. */
  of: string;
  /** The new delivery's id. */
  id: string;
  /** The request that is copied, and the copy's id, which the members of a batch share; null: it is rendered anew. */
  request: { of: string; id: string } | null;
  /** It goes with those of the same group, and with no others. */
  group?: string;
  /** When it may leave, in ms. */
  dueAt: number;
}

// Each look-up is by key, whatever the tables held when the plan was made; bounds leave other days out.
const requestsSql: Sql = {
  name: 'resend-requests',
  text: `INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url,
      headers, body, members, member_keys, created_at)
    SELECT r.workspace_id, u.id, r.partition, r.webhook_id, r.webhook_version, r.message_id, r.idempotency_key, r.method, r.url,
      r.headers, r.body, CASE WHEN r.members IS NOT NULL THEN u.members::uuid[] END, r.member_keys, $4
    FROM unnest($2::uuid[], $3::uuid[], $7::text[]) u(source, id, members) CROSS JOIN LATERAL (
      SELECT x.* FROM requests x WHERE x.workspace_id = $1 AND x.id = u.source AND x.id >= $5::uuid AND x.id <= $6::uuid LIMIT 1) r`,
};
// It waits in the lane that its webhook has now. One that is rendered anew keeps its enrollment, for what earlier steps were answered.
const deliveriesSql: Sql = {
  name: 'resend-deliveries',
  text: `INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, scenario_version, step,
      enrollment_id, event_id, class, mode, depth, resend_of, state, request_id, queued_at)
    SELECT d.workspace_id, u.id, d.partition, d.profile_id, coalesce(w.lane_id, d.lane_id), d.webhook_id, d.scenario_id, d.scenario_version, d.step,
      CASE WHEN u.request IS NULL THEN d.enrollment_id END, d.event_id, $5::int2, ${MODE.none}, d.depth, coalesce(d.resend_of, d.id),
      ${DELIVERY.queued}, u.request, $6::int8
    FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) u(source, id, request) CROSS JOIN LATERAL (
      SELECT x.* FROM deliveries x WHERE x.workspace_id = $1 AND x.id = u.source AND x.id >= $7::uuid AND x.id <= $8::uuid LIMIT 1) d
    LEFT JOIN LATERAL (SELECT x.lane_id FROM webhooks x WHERE x.workspace_id = $1 AND x.id = d.webhook_id LIMIT 1) w ON true`,
};
const queueSql: Sql = {
  name: 'resend-queue',
  text: `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at, scenario_id, request_id, group_id)
    SELECT d.lane_id, d.id, d.workspace_id, d.partition, d.class, d.state, d.mode, u.due_at, d.scenario_id, d.request_id, u.group_id
    FROM unnest($2::uuid[], $3::int8[], $6::uuid[]) u(id, due_at, group_id) CROSS JOIN LATERAL (
      SELECT x.* FROM deliveries x WHERE x.workspace_id = $1 AND x.id = u.id AND x.id >= $4::uuid AND x.id <= $5::uuid LIMIT 1) d`,
};

const bounds = (ids: readonly string[]) => {
  const sorted = [...ids].sort();
  return [sorted[0], sorted.at(-1)];
};

/**
 * Makes the new deliveries and queues them under `cls` (a number of CLASS), in the caller's transaction: with the first
 * one's id header, key and bytes where the request is copied. Their responses are mapped; they move no enrollment, and
 * neither pausing nor archiving the scenario holds them. The caller raises the signal `lane_queue` after its commit.
 */
export async function copyDeliveries(
  tx: Connection,
  workspaceId: string,
  copies: readonly Copy[],
  cls: number,
  now: number,
): Promise<void> {
  if (copies.length === 0) return;
  const requests = Map.groupBy(
    copies.filter((copy) => copy.request !== null),
    (copy) => copy.request!.id,
  );
  if (requests.size > 0) {
    const from = [...requests.values()].map(([copy]) => copy!.request!.of);
    const members = [...requests.values()].map((members) => `{${members.map(({ id }) => id).join(',')}}`);
    const ids = [...requests.keys()];
    await tx.run(requestsSql, [workspaceId, uuidArray(from), uuidArray(ids), now, ...bounds(from), textArray(members)]);
  }
  const from = copies.map((copy) => copy.of);
  const to = copies.map((copy) => copy.id);
  await tx.run(deliveriesSql, [
    workspaceId,
    uuidArray(from),
    uuidArray(to),
    uuidArray(copies.map(({ request }) => request?.id ?? null)),
    cls,
    now,
    ...bounds(from),
  ]);
  await tx.run(queueSql, [
    workspaceId,
    uuidArray(to),
    int8Array(copies.map((copy) => copy.dueAt)),
    ...bounds(to),
    uuidArray(copies.map((copy) => copy.group ?? null)),
  ]);
}
