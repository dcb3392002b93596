import { type Database, int4Array, type Sql, textArray, uuidArray } from '../../platform/database/index.ts';
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

// Of one call at most this many are listed (its answer names all), and the list is cut after so many more: a client gone
// wild fills neither the disk nor the hour until the next purge.
const LISTED = 1_000;
const CUT_AFTER = 5_000;
const since = new Map<string, number>(); // by workspace

const cutSql: Sql = {
  name: 'ingest-rejected-cut',
  text: `DELETE FROM rejected_messages WHERE workspace_id = $1 AND id < (SELECT id FROM rejected_messages WHERE workspace_id = $1 ORDER BY id DESC OFFSET ${KEPT - 1} LIMIT 1)`,
};

/** Lists refused messages, so that they can be looked up later: the first 1,000 of a call. */
export async function recordRejections(
  database: Database,
  workspaceId: string,
  all: readonly Rejection[],
  now: number,
): Promise<void> {
  const rejections = all.slice(0, LISTED);
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
      textArray(rejections.map((r) => cleanText(written(r.raw).slice(0, MAX_BODY)))),
      now,
    ],
  );
  const listed = (since.get(workspaceId) ?? 0) + rejections.length;
  since.set(workspaceId, listed >= CUT_AFTER ? 0 : listed);
  if (listed >= CUT_AFTER) await database.run(cutSql, [workspaceId]);
}

/** JSON text of what arrived, without the key that browser clients write into every message; empty if it is too deep. */
function written(raw: unknown): string {
  try {
    return JSON.stringify(raw, (name, value) => (name === 'writeKey' ? undefined : value)) ?? '';
  } catch {
    return '';
  }
}

/** Removes what is older than its keeping: refused messages, and message ids after 7 days. In bounded pieces. */
export async function purgeIngest(database: Database, now: number): Promise<void> {
  const run = (name: string, text: string, values: unknown[]) =>
    database.run<{ n: number; id: string }>({ name: `purge-${name}`, text }, values);
  for (let i = 0; i < 1_000; i++) {
    const [row] = await run(
      'message-ids',
      `WITH gone AS (DELETE FROM message_ids WHERE ctid = ANY(ARRAY(SELECT ctid FROM message_ids WHERE seen_at < $1::int8 LIMIT 5000)) RETURNING 1) SELECT count(*) AS n FROM gone`,
      [now - 7 * 86_400_000],
    );
    if (!row || row.n < 5_000) break;
  }
  await run('rejected-old', 'DELETE FROM rejected_messages WHERE received_at < $1::int8', [now - KEPT_MS]);
  const workspaces = await run('workspaces', 'SELECT id FROM workspaces', []);
  for (const { id } of workspaces) await database.run(cutSql, [id]);
}
