import type { Lane } from './lanes.ts';

/** What is read of a queued delivery's row. */
export interface QueueRow {
  /** Which of the lanes and classes that were asked for. */
  n: number;
  delivery_id: string;
  partition: number;
  mode: number;
  tries: number;
  scenario_id: string | null;
  request_id: string | null;
}

/** A queued delivery as its lane's owner holds it. */
export interface Item {
  laneId: string;
  /** The lane's token when the item was read. */
  token: number;
  /** The throughput policy of its lane. */
  policyId: string | null;
  deliveryId: string;
  workspaceId: string;
  partition: number;
  class: number;
  mode: number;
  /** Attempts that were made and recorded. */
  tries: number;
  /** Scheme, host and port, as far as the webhook's URL fixes them, else the lane: what shares one cap. */
  origin: string;
  scenarioId: string | null;
  /** The request that was committed for it, if there is one. */
  requestId: string | null;
  /** Set when it stands for a batch: the deliveries in it, which take no place of their own. Its id is the batch's. */
  members?: Item[];
}

/** The item of a row that was read for `lane` and class. The lane's origin is known, or nothing is read. */
export function itemOf(lane: Lane, cls: number, row: QueueRow): Item {
  return {
    laneId: lane.id,
    token: lane.token,
    policyId: lane.policyId,
    deliveryId: row.delivery_id,
    workspaceId: lane.workspaceId,
    partition: row.partition,
    class: cls,
    mode: row.mode,
    tries: row.tries,
    origin: lane.origin!,
    scenarioId: row.scenario_id,
    requestId: row.request_id,
  };
}

/** What the delivery's row says beyond the queue: who and what it is for. */
export interface Details {
  profileId: string;
  webhookId: string;
  step: string | null;
  enrollmentId: string | null;
  depth: number;
}

/** The exact request, as stored: no credentials, timestamp or signature. */
export interface StoredRequest {
  id: string;
  webhookVersion: number;
  messageId: string;
  idempotencyKey: string;
  method: string;
  url: string;
  headers: [string, string][];
  body: Uint8Array | null;
  /** Of a batch: its deliveries in the body's order, and what their entries in an answer are found by. */
  members?: string[];
  keys?: (string | null)[];
}
