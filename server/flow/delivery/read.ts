import type { Connection, Sql } from '../../platform/database/index.ts';
import { DELIVERY } from '../../schema/index.ts';

/** A delivery as people see it. Times in ms since the epoch; states are numbers of DELIVERY. */
export interface DeliveryView {
  id: string;
  profileId: string;
  webhookId: string;
  scenarioId: string | null;
  scenarioVersion: number | null;
  step: string | null;
  enrollmentId: string | null;
  eventId: string | null;
  class: number;
  resendOf: string | null;
  /** Live while it is in its lane's queue, else as it ended. */
  state: number;
  reason: { code: string; message: string } | null;
  requestId: string | null;
  tries: number;
  queuedAt: number;
  endedAt: number | null;
  /** When it is tried next; null when it ended, is being sent or is held. */
  nextTryAt: number | null;
  /** Waits for its scenario to be resumed. */
  held: boolean;
}

/** A row of COLUMNS. */
export interface Row {
  id: string;
  profile_id: string;
  webhook_id: string;
  scenario_id: string | null;
  scenario_version: number | null;
  step: string | null;
  enrollment_id: string | null;
  event_id: string | null;
  class: number;
  resend_of: string | null;
  state: number;
  reason: string | null;
  request_id: string | null;
  tries: number;
  queued_at: number;
  ended_at: number | null;
  live_state: number | null;
  live_tries: number | null;
  live_request: string | null;
  due_at: number | null;
}

// What is live is read from the queue; both keys of the queue's row are used.
export const COLUMNS = `d.id, d.profile_id, d.webhook_id, d.scenario_id, d.scenario_version, d.step, d.enrollment_id, d.event_id, d.class,
  d.resend_of, d.state, d.reason, d.request_id, d.tries, d.queued_at, d.ended_at,
  q.state AS live_state, q.tries AS live_tries, q.request_id AS live_request, q.due_at`;
const one: Sql = {
  name: 'delivery-get',
  text: `SELECT ${COLUMNS} FROM deliveries d
    LEFT JOIN lane_queue q ON (q.lane_id, q.delivery_id) = (d.lane_id, d.id) WHERE d.workspace_id = $1 AND d.id = $2`,
};

/** The delivery, or null when the workspace has none with this id. */
export async function getDelivery(on: Connection, workspaceId: string, id: string): Promise<DeliveryView | null> {
  const [row] = await on.run<Row>(one, [workspaceId, id]);
  return row ? toView(row) : null;
}

/** A delivery from its row. */
export function toView(row: Row): DeliveryView {
  const live = row.ended_at === null && row.live_state !== null;
  const state = live ? row.live_state! : row.state;
  return {
    id: row.id,
    profileId: row.profile_id,
    webhookId: row.webhook_id,
    scenarioId: row.scenario_id,
    scenarioVersion: row.scenario_version,
    step: row.step,
    enrollmentId: row.enrollment_id,
    eventId: row.event_id,
    class: row.class,
    resendOf: row.resend_of,
    state,
    reason: row.reason === null ? null : (JSON.parse(row.reason) as { code: string; message: string }),
    requestId: live ? row.live_request : row.request_id,
    tries: live ? row.live_tries! : row.tries,
    queuedAt: row.queued_at,
    endedAt: row.ended_at,
    nextTryAt: live && state !== DELIVERY.sending ? row.due_at : null,
    held: live && row.due_at === null,
  };
}
