import type { Connection, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';

/** What can be wrong. The subject is an origin, the id of a resend job or a scenario, or '' for facts set aside. */
export type NoticeKind = 'origin_broken' | 'facts_set_aside' | 'resend_failed' | 'run_stopped' | 'scenario_halted';

/** Something that is wrong from now on, or once more. `message`: a sentence. */
export interface NewNotice {
  workspaceId: string;
  kind: NoticeKind;
  subject: string;
  message: string;
}

// What comes back within the hour is the same notice. The word of its end waits for a minute: what comes and goes faster
// than that isn't told again and again.
const AGAIN_MS = 3_600_000;
const CALM_MS = 60_000;
const MOST_TO_SEND = 1_000;

const tell = (
  event: string,
  from: string,
  delay: number,
) => `INSERT INTO notice_outbox (workspace_id, id, notice_id, event, at, due_at)
    SELECT w.id, $2::uuid, n.id, '${event}', $5::int8, $5::int8 + ${delay} FROM ${from} n JOIN workspaces w ON w.id = $1
    WHERE w.notice_url IS NOT NULL AND (SELECT count(*) FROM (SELECT 1 FROM notice_outbox o WHERE o.workspace_id = $1 LIMIT ${MOST_TO_SEND}) x) < ${MOST_TO_SEND}`;
const raiseSql: Sql = {
  name: 'notice-raise',
  text: `WITH again AS (
      UPDATE notices SET ended_at = NULL, times = times + 1, last_at = $5, message = $6
      WHERE workspace_id = $1 AND ended_at > $5::int8 - ${AGAIN_MS} AND id = (
          SELECT id FROM notices WHERE workspace_id = $1 AND kind = $3 AND subject = $4 ORDER BY id DESC LIMIT 1)
        AND NOT EXISTS (SELECT 1 FROM notices WHERE workspace_id = $1 AND kind = $3 AND subject = $4 AND ended_at IS NULL)
      RETURNING id),
    quiet AS (DELETE FROM notice_outbox o USING again a WHERE o.workspace_id = $1 AND o.notice_id = a.id AND o.event = 'ended' RETURNING 1),
    made AS (
      INSERT INTO notices (workspace_id, id, kind, subject, message, since, last_at)
      SELECT $1, $7::uuid, $3, $4, $6, $5, $5 WHERE NOT EXISTS (SELECT 1 FROM again)
      ON CONFLICT (workspace_id, kind, subject) WHERE ended_at IS NULL
        DO UPDATE SET times = notices.times + 1, last_at = excluded.last_at, message = excluded.message
      RETURNING id, xmax = 0 AS fresh),
    told AS (SELECT id FROM made WHERE fresh UNION ALL SELECT id FROM again WHERE NOT EXISTS (SELECT 1 FROM quiet))
    ${tell('began', 'told', 0)}`,
};
const endSql: Sql = {
  name: 'notice-end',
  text: `WITH over AS (UPDATE notices SET ended_at = $5 WHERE workspace_id = $1 AND kind = $3 AND subject = $4 AND ended_at IS NULL RETURNING id)
    ${tell('ended', 'over', CALM_MS)}`,
};

/** Says that something is wrong: a new notice, or once more the one that is open, or ended within the last hour. */
export async function raiseNotice(on: Connection, notice: NewNotice, now: number): Promise<void> {
  const { workspaceId, kind, subject, message } = notice;
  await on.run(raiseSql, [workspaceId, newId(now), kind, subject, now, message, newId(now)]);
}

/** Says that it is over; nothing when no notice of it is open. */
export async function endNotice(
  on: Connection,
  { workspaceId, kind, subject }: Omit<NewNotice, 'message'>,
  now: number,
): Promise<void> {
  await on.run(endSql, [workspaceId, newId(now), kind, subject, now]);
}

/** Something that went wrong once: a notice that is over as it begins. */
export async function noteOnce(on: Connection, notice: NewNotice, now: number): Promise<void> {
  await raiseNotice(on, notice, now);
  await on.run(onceSql, [notice.workspaceId, notice.kind, notice.subject, now]);
}

const onceSql: Sql = {
  name: 'notice-once',
  text: 'UPDATE notices SET ended_at = $4 WHERE workspace_id = $1 AND kind = $2 AND subject = $3 AND ended_at IS NULL',
};
