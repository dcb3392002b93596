import type { Clock } from '../../platform/clock.ts';
import type { Database, Sql } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { CLASS, DELIVERY, MODE } from '../../schema/index.ts';

const find: Sql = {
  name: 'resend-find',
  text: `SELECT d.ended_at, d.request_id, r.id AS stored, r.erased_at, r.members IS NOT NULL AS batch FROM deliveries d
    LEFT JOIN requests r ON (r.workspace_id, r.id, r.partition) = (d.workspace_id, d.request_id, d.partition)
    WHERE d.workspace_id = $1 AND d.id = $2`,
};
const copyRequest: Sql = {
  name: 'resend-request',
  text: `INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url,
      headers, body, created_at)
    SELECT workspace_id, $3, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, body, $4
    FROM requests WHERE workspace_id = $1 AND id = $2`,
};
const copyDelivery: Sql = {
  name: 'resend-delivery',
  text: `INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, scenario_version, step, event_id,
      class, mode, depth, resend_of, state, request_id, queued_at)
    SELECT workspace_id, $3, partition, profile_id, lane_id, webhook_id, scenario_id, scenario_version, step, event_id,
      ${CLASS.live}, ${MODE.none}, depth, id, ${DELIVERY.queued}, $4, $5 FROM deliveries WHERE workspace_id = $1 AND id = $2`,
};
const queue: Sql = {
  name: 'resend-queue',
  text: `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at, scenario_id, request_id)
    SELECT lane_id, id, workspace_id, partition, class, state, mode, queued_at, scenario_id, request_id
    FROM deliveries WHERE workspace_id = $1 AND id = $2`,
};

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The new delivery, or why there is none. */
export type Resent = { ok: true; id: string } | { ok: false; missing: boolean; message: string };

/**
 * Sends an ended delivery's request once more: a new delivery with the first one's id header, key and bytes, due at once.
 * Its response is mapped; it moves no enrollment, and neither pausing nor archiving the scenario holds it. The caller then
 * raises the signal `lane_queue`.
 */
export function resendDelivery(database: Database, clock: Clock, workspaceId: string, id: string): Promise<Resent> {
  return database.transaction(async (tx): Promise<Resent> => {
    const [row] = await tx.run<Row>(find, [workspaceId, id]);
    if (!row) return { ok: false, missing: true, message: 'There is no such delivery in this workspace.' };
    const message = refusal(row);
    if (message !== null) return { ok: false, missing: false, message };
    const now = clock.now();
    const [fresh, request] = [newId(now), newId(now)];
    await tx.run(copyRequest, [workspaceId, row.stored, request, now]);
    await tx.run(copyDelivery, [workspaceId, id, fresh, request, now]);
    await tx.run(queue, [workspaceId, fresh]);
    return { ok: true, id: fresh };
  });
}

interface Row {
  ended_at: number | null;
  request_id: string | null;
  stored: string | null;
  erased_at: number | null;
  batch: boolean;
}

function refusal(row: Row): string | null {
  if (row.ended_at === null) return "The delivery hasn't ended yet. It can be sent again once it has.";
  if (row.request_id === null) return 'Nothing was ever rendered for this delivery, so there is nothing to send again.';
  if (row.stored === null) return 'The request is past its retention and was erased, so it can not be sent again.';
  if (row.erased_at !== null)
    return `Its body was erased on ${dayOf(row.erased_at)}, so there is nothing to send again.`;
  return row.batch ? 'The request carries several profiles. Resend the request, or one member of it.' : null;
}
