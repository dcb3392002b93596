import type { Connection, Sql } from '../platform/database/index.ts';

const KEPT_MS = 30 * 86_400_000;
const MOST_KEPT = 1_000;

const purge: Sql = {
  name: 'notice-purge',
  text: `WITH old AS (
      DELETE FROM notices n WHERE n.ended_at < $1::int8 - ${KEPT_MS}
        OR n.id < (SELECT x.id FROM notices x WHERE x.workspace_id = n.workspace_id ORDER BY x.id DESC OFFSET ${MOST_KEPT - 1} LIMIT 1)
      RETURNING n.workspace_id, n.id)
    DELETE FROM notice_seen s USING old WHERE s.workspace_id = old.workspace_id AND s.notice_id = old.id`,
};
// Facts that were set aside go by being tried again, by their people being erased, and with the record.
const settle: Sql = {
  name: 'notice-settle',
  text: `UPDATE notices n SET ended_at = $1 WHERE n.kind = 'facts_set_aside' AND n.ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM failed_facts f WHERE f.workspace_id = n.workspace_id)`,
};

/** Forgets notices that ended a month ago, and all but the newest thousand of each workspace; ends what is over. */
export async function purgeNotices(on: Connection, now: number): Promise<void> {
  await on.run(settle, [now]);
  await on.run(purge, [now]);
}
