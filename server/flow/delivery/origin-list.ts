import type { Connection, Sql } from '../../platform/database/index.ts';

/** An origin that webhooks call, or called when something was wrong with it. */
export interface OriginView {
  origin: string;
  /** Webhooks whose URL begins with it. */
  webhooks: number;
  /** Called freely; not called, but probed; or paused by hand. */
  state: 'calling' | 'broken' | 'paused';
  reason: string | null;
  probeAt: number | null;
  changedAt: number | null;
  /** Deliveries to it that are due; MOST_DUE at most are counted in a lane. */
  waiting: number;
}

/** A change of an origin. */
export interface OriginChangeView {
  id: string;
  origin: string;
  at: number;
  change: 'opened' | 'closed' | 'paused' | 'resumed';
  reason: string | null;
}

const MOST_DUE = 10_000;

// The same beginning of a URL that lanes are held by: scheme, host and port, without a placeholder.
const listSql: Sql = {
  name: 'origins-list',
  text: `WITH used AS (
      SELECT w.id, lower(substring(v.definition::json->>'url' from '(?i)^https?://[^/?#{}%]+(?=[/?#]|$)')) AS origin FROM webhooks w
      JOIN webhook_versions v ON (v.workspace_id, v.webhook_id, v.version) = (w.workspace_id, w.id, w.version)
      WHERE w.workspace_id = $1 AND w.deleted_at IS NULL),
    listed AS (
      SELECT origin FROM used WHERE origin IS NOT NULL UNION SELECT origin FROM origins WHERE workspace_id = $1)
    SELECT n.origin, (SELECT count(*)::int FROM used u WHERE u.origin = n.origin) AS webhooks, o.state, coalesce(o.paused, false) AS paused,
      o.reason, o.probe_at, o.changed_at,
      (SELECT count(*)::int FROM used u JOIN lanes l ON l.workspace_id = $1 AND l.webhook_id = u.id CROSS JOIN LATERAL (
        SELECT 1 FROM lane_queue q WHERE q.lane_id = l.id AND q.due_at <= $4::int8 LIMIT ${MOST_DUE}) q WHERE u.origin = n.origin) AS waiting
    FROM listed n LEFT JOIN origins o ON o.workspace_id = $1 AND o.origin = n.origin
    WHERE ($2::text IS NULL OR n.origin > $2) AND ($5::text IS NULL OR n.origin = $5) AND n.origin ~* '^https?://' ORDER BY n.origin LIMIT $3`,
};
const changesSql: Sql = {
  name: 'origins-changes',
  text: `SELECT id, origin, at, change, reason FROM origin_changes
    WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2::uuid) AND ($3::text IS NULL OR origin = $3) ORDER BY id DESC LIMIT $4`,
};

/** Origins by name, `limit` after `after`; or the one that is named by `only`. `now` in ms. */
export async function listOrigins(
  on: Connection,
  workspaceId: string,
  wanted: { after: string | null; limit: number; only?: string },
  now: number,
): Promise<OriginView[]> {
  type Row = {
    origin: string;
    webhooks: number;
    state: string | null;
    paused: boolean;
    reason: string | null;
    probe_at: number | null;
    changed_at: number | null;
    waiting: number;
  };
  const rows = await on.run<Row>(listSql, [workspaceId, wanted.after, wanted.limit, now, wanted.only ?? null]);
  return rows.map((row) => ({
    origin: row.origin,
    webhooks: row.webhooks,
    state: row.paused ? 'paused' : row.state === 'open' ? 'broken' : 'calling',
    reason: row.reason,
    probeAt: row.probe_at,
    changedAt: row.changed_at,
    waiting: row.waiting,
  }));
}

/** What happened to origins, newest first, before `before`; of one, or of all. */
export const listOriginChanges = (
  on: Connection,
  workspaceId: string,
  options: { before: string | null; origin: string | null; limit: number },
) => on.run<OriginChangeView>(changesSql, [workspaceId, options.before, options.origin, options.limit]);
