import type { Connection, Sql } from '../platform/database/index.ts';
import type { NoticeKind } from './raise.ts';

/** A notice as one reader sees it. Times in ms. */
export interface NoticeView {
  id: string;
  kind: NoticeKind;
  subject: string;
  message: string;
  since: number;
  endedAt: number | null;
  /** How often it came, and when last. */
  times: number;
  lastAt: number;
  /** Whether this reader put it aside. */
  seen: boolean;
  /** Who did, by name, ten at most. */
  seenBy: string[];
}

export interface NoticeFilter {
  /** The last id of the page before. */
  before: string | null;
  limit: number;
  /** Of those that are open, or over. */
  open?: boolean | undefined;
  /** Of those that this reader put aside, or didn't. */
  seen?: boolean | undefined;
}

const list: Sql = {
  name: 'notice-list',
  text: `SELECT n.id, n.kind, n.subject, n.message, n.since, n.ended_at AS "endedAt", n.times, n.last_at AS "lastAt", s.seen,
      ARRAY(SELECT x.name FROM notice_seen x WHERE x.workspace_id = $1 AND x.notice_id = n.id ORDER BY x.at LIMIT 10) AS "seenBy"
    FROM notices n CROSS JOIN LATERAL (SELECT EXISTS (
      SELECT 1 FROM notice_seen x WHERE x.workspace_id = $1 AND x.notice_id = n.id AND x.who = $4) AS seen) s
    WHERE n.workspace_id = $1 AND ($2::uuid IS NULL OR n.id < $2) AND ($5::bool IS NULL OR (n.ended_at IS NULL) = $5)
      AND ($6::bool IS NULL OR s.seen = $6) ORDER BY n.id DESC LIMIT $3`,
};
const see: Sql = {
  name: 'notice-see',
  text: `WITH found AS (SELECT id FROM notices WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id = $2)),
    put AS (INSERT INTO notice_seen (workspace_id, notice_id, who, name, at) SELECT $1, id, $3, $4, $5 FROM found ON CONFLICT DO NOTHING)
    SELECT count(*)::int AS n FROM found`,
};
const unsee: Sql = {
  name: 'notice-unsee',
  text: `WITH found AS (SELECT id FROM notices WHERE workspace_id = $1 AND id = $2),
    gone AS (DELETE FROM notice_seen WHERE workspace_id = $1 AND notice_id = $2 AND who = $3)
    SELECT count(*)::int AS n FROM found`,
};

/** One page of notices, newest first, as `who` sees them. */
export function listNotices(
  on: Connection,
  workspaceId: string,
  who: string,
  { before, limit, open, seen }: NoticeFilter,
): Promise<NoticeView[]> {
  return on.run<NoticeView>(list, [workspaceId, before, limit, who, open ?? null, seen ?? null]);
}

/** Puts a notice aside for a reader, or all of them (`id` null). Returns whether there is such a one. */
export async function seeNotice(
  on: Connection,
  workspaceId: string,
  id: string | null,
  who: { id: string; name: string },
  now: number,
): Promise<boolean> {
  const [row] = await on.run<{ n: number }>(see, [workspaceId, id, who.id, who.name, now]);
  return row!.n > 0;
}

/** Takes back that a reader put a notice aside. Returns whether there is such a notice. */
export async function unseeNotice(on: Connection, workspaceId: string, id: string, who: string): Promise<boolean> {
  const [row] = await on.run<{ n: number }>(unsee, [workspaceId, id, who]);
  return row!.n > 0;
}
