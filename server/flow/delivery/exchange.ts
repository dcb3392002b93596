import type { Connection, Sql } from '../../platform/database/index.ts';
import { partsOfSpokenTo } from './address.ts';
import { COLUMNS, type DeliveryView, type Row, toView } from './read.ts';

/** The request of a delivery as it is stored: what every attempt sends, without what is added when it is sent. */
export interface RequestView {
  id: string;
  webhookVersion: number;
  messageId: string;
  idempotencyKey: string;
  method: string;
  url: string;
  headers: [string, string][];
  body: Buffer | null;
  createdAt: number;
  /** When its body and the answers' bodies were erased; null while they are there. */
  erasedAt: number | null;
  /** How many profiles a batch carries; null: it is none. */
  members: number | null;
}

/** One attempt as it was recorded; secrets are hidden in it. Times in ms since the epoch. */
export interface AttemptView {
  id: string;
  number: number;
  /** A number of ATTEMPT. */
  outcome: number;
  reason: string | null;
  status: number | null;
  address: string | null;
  /** Host and port of the proxy that it went through. */
  proxy: string | null;
  startedAt: number;
  durationMs: number;
  /** Added when it was sent: signature, id, and secret headers with their value hidden. */
  sentHeaders: [string, string][];
  responseHeaders: [string, string][] | null;
  responseBody: Buffer | null;
  responseCut: boolean;
}

const request: Sql = {
  name: 'request-get',
  text: `SELECT id, webhook_version AS "webhookVersion", message_id AS "messageId", idempotency_key AS "idempotencyKey",
      method, url, headers, body, created_at AS "createdAt", erased_at AS "erasedAt",
      cardinality(members) AS members FROM requests WHERE workspace_id = $1 AND id = $2`,
};
const attempts: Sql = {
  name: 'attempts-of-request',
  text: `SELECT id, number, outcome, reason, status, address, started_at AS "startedAt", duration_ms AS "durationMs",
      sent_headers AS "sentHeaders", response_headers AS "responseHeaders", response_body AS "responseBody",
      response_cut AS "responseCut" FROM attempts WHERE workspace_id = $1 AND request_id = $2 ORDER BY id LIMIT 200`,
};

/** The stored request, or null (not rendered yet, or past its retention). */
export async function getRequest(on: Connection, workspaceId: string, id: string): Promise<RequestView | null> {
  const [row] = await on.run<Omit<RequestView, 'headers'> & { headers: string }>(request, [workspaceId, id]);
  return row ? { ...row, headers: JSON.parse(row.headers) as [string, string][] } : null;
}

/** The attempts of a request, oldest first; 200 at most. */
export async function listAttempts(on: Connection, workspaceId: string, requestId: string): Promise<AttemptView[]> {
  type Found = Omit<AttemptView, 'proxy' | 'sentHeaders' | 'responseHeaders'> & {
    sentHeaders: string | null;
    responseHeaders: string | null;
  };
  const rows = await on.run<Found>(attempts, [workspaceId, requestId]);
  return rows.map((row) => ({
    ...row,
    ...partsOfSpokenTo(row.address),
    sentHeaders: row.sentHeaders === null ? [] : (JSON.parse(row.sentHeaders) as [string, string][]),
    responseHeaders: row.responseHeaders === null ? null : (JSON.parse(row.responseHeaders) as [string, string][]),
  }));
}

const members: Sql = {
  name: 'request-members',
  text: `SELECT ${COLUMNS} FROM (SELECT * FROM requests r WHERE r.workspace_id = $1 AND r.id = $2 LIMIT 1) r
    CROSS JOIN LATERAL (SELECT * FROM unnest(r.members) WITH ORDINALITY m(id, n) ORDER BY n OFFSET $3 LIMIT $4) m
    CROSS JOIN LATERAL (SELECT x.* FROM deliveries x WHERE x.workspace_id = $1 AND x.id = m.id LIMIT 1) d
    LEFT JOIN LATERAL (SELECT w.state, w.tries, w.request_id, w.due_at FROM lane_queue w
      WHERE d.ended_at IS NULL AND w.lane_id = d.lane_id AND w.delivery_id = d.id LIMIT 1) q ON true ORDER BY m.n`,
};

/** The deliveries that a batch's request carries, in its body's order, from place `from` (0 is the first) on. */
export async function listMembers(
  on: Connection,
  workspaceId: string,
  requestId: string,
  { from, limit }: { from: number; limit: number },
): Promise<DeliveryView[]> {
  return (await on.run<Row>(members, [workspaceId, requestId, from, limit])).map(toView);
}
