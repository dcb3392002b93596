import type { Connection, Sql } from '../../platform/database/index.ts';
import { partsOfSpokenTo } from './address.ts';

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
      method, url, headers, body, created_at AS "createdAt", erased_at AS "erasedAt" FROM requests WHERE workspace_id = $1 AND id = $2`,
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
  type Row = Omit<AttemptView, 'proxy' | 'sentHeaders' | 'responseHeaders'> & {
    sentHeaders: string | null;
    responseHeaders: string | null;
  };
  const rows = await on.run<Row>(attempts, [workspaceId, requestId]);
  return rows.map((row) => ({
    ...row,
    ...partsOfSpokenTo(row.address),
    sentHeaders: row.sentHeaders === null ? [] : (JSON.parse(row.sentHeaders) as [string, string][]),
    responseHeaders: row.responseHeaders === null ? null : (JSON.parse(row.responseHeaders) as [string, string][]),
  }));
}
