import { type Database, int4Array, textArray, uuidArray } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { cleanText } from '../../platform/text.ts';

/** A message that was refused. */
export interface Refused {
  index: number;
  messageId: string | null;
  reason: string;
}

/** A refused message with what arrived. */
export type Rejection = Refused & { raw: unknown };

const MAX_BODY = 4_096;
/** Refused messages are listed for 30 days, the newest 10,000 of a workspace. */
const KEPT_MS = 30 * 86_400_000;
const KEPT = 10_000;

/** Lists refused messages, so that they can be looked up later. */
export async function recordRejections(
  database: Database,
  workspaceId: string,
  rejections: readonly Rejection[],
  now: number,
): Promise<void> {
  await database.run(
    {
      name: 'ingest-rejected',
      text: `INSERT INTO rejected_messages (workspace_id, id, position, message_id, reason, body, received_at)
        SELECT $1::uuid, u.*, $7::int8 FROM unnest($2::uuid[], $3::int4[], $4::text[], $5::text[], $6::text[]) u`,
    },
    [
      workspaceId,
      uuidArray(rejections.map(() => newId(now))),
      int4Array(rejections.map((r) => r.index)),
      textArray(rejections.map((r) => r.messageId)),
      textArray(rejections.map((r) => cleanText(r.reason))),
      textArray(rejections.map((r) => cleanText((JSON.stringify(r.raw) ?? '').slice(0, MAX_BODY)))),
      now,
    ],
  );
}

/** Removes what is older than its keeping: refused messages, and message ids after 7 days. In bounded pieces. */
export async function purgeIngest(database: Database, now: number): Promise<void> {
  const run = (name: string, text: string, values: unknown[]) =>
    database.run<{ n: number }>({ name: `purge-${name}`, text }, values);
  for (let i = 0; i < 1_000; i++) {
    const [row] = await run(
      'message-ids',
      `WITH gone AS (DELETE FROM message_ids WHERE ctid = ANY(ARRAY(SELECT ctid FROM message_ids WHERE seen_at < $1::int8 LIMIT 5000)) RETURNING 1) SELECT count(*) AS n FROM gone`,
      [now - 7 * 86_400_000],
    );
    if (!row || row.n < 5_000) break;
  }
  await run('rejected-old', 'DELETE FROM rejected_messages WHERE received_at < $1::int8', [now - KEPT_MS]);
  await run(
    'rejected-many',
    `DELETE FROM rejected_messages r USING (SELECT workspace_id, id, row_number() OVER (PARTITION BY workspace_id ORDER BY id DESC) AS n FROM rejected_messages) x
     WHERE (r.workspace_id, r.id) = (x.workspace_id, x.id) AND x.n > $1::int8`,
    [KEPT],
  );
}
