import type { Connection, Database, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import { bumpDefinitions } from '../schema/index.ts';
import { laneFor } from './lane.ts';

/** What a throughput policy allows: so many open at a time, so many starts a second, minute, hour or day. */
export interface PolicyLimits {
  concurrency: number | null;
  rate: number | null;
  per: 'second' | 'minute' | 'hour' | 'day' | null;
}

/** A throughput policy, as its management sees it. */
export interface PolicyView extends PolicyLimits {
  id: string;
  name: string;
  createdAt: number;
  updatedAt: number;
}

/** How it goes under a policy just now. */
export interface PolicyUse {
  /** Requests that are, or may be, open. */
  open: number;
  /** Starts that count against the rate. */
  spent: number;
  /** When the oldest of them counts no more, ms; null when there is none. */
  freeAt: number | null;
  /** Deliveries that are due and wait, MOST_WAITING at most. */
  waiting: number;
}

/** Waiting deliveries are counted so far. */
export const MOST_WAITING = 10_000;
const MOST_POLICIES = 1_000;
const MOST_REFERENCES = 200;
const WINDOW = "CASE p.per WHEN 'second' THEN 1000 WHEN 'minute' THEN 60000 WHEN 'hour' THEN 3600000 ELSE 86400000 END";

const COLUMNS = 'id, name, concurrency, rate, per, created_at, updated_at';
type Row = PolicyLimits & { id: string; name: string; created_at: number; updated_at: number };
const view = ({ created_at, updated_at, ...row }: Row): PolicyView => ({
  ...row,
  createdAt: created_at,
  updatedAt: updated_at,
});

const createSql: Sql = {
  name: 'policy-create',
  text: `INSERT INTO policies (workspace_id, id, name, concurrency, rate, per, created_at, updated_at) SELECT $1, $2, $3, $4, $5, $6, $7, $7
    WHERE (SELECT count(*) FROM (SELECT 1 FROM policies WHERE workspace_id = $1 AND deleted_at IS NULL LIMIT ${MOST_POLICIES}) x) < ${MOST_POLICIES} RETURNING ${COLUMNS}`,
};
const listSql: Sql = {
  name: 'policy-list',
  text: `SELECT ${COLUMNS} FROM policies WHERE workspace_id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
};
const getSql: Sql = {
  name: 'policy-get',
  text: `SELECT ${COLUMNS} FROM policies WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL`,
};
const changeSql: Sql = {
  name: 'policy-change',
  text: `UPDATE policies SET name = $3, concurrency = $4, rate = $5, per = $6, updated_at = $7
    WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING ${COLUMNS}`,
};
const deleteSql: Sql = {
  name: 'policy-delete',
  text: 'UPDATE policies SET deleted_at = $3 WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING 1',
};
const useSql: Sql = {
  name: 'policy-use',
  text: `SELECT p.id,
      (SELECT count(*) FROM policy_slots s WHERE s.policy_id = p.id AND s.deadline_at >= $3::int8)::int AS open,
      coalesce(w.spent, 0)::int AS spent, w.first + ${WINDOW} AS free_at,
      (SELECT count(*) FROM lanes l CROSS JOIN LATERAL (
        SELECT 1 FROM lane_queue q WHERE q.lane_id = l.id AND q.due_at <= $3::int8 LIMIT ${MOST_WAITING}) q WHERE l.policy_id = p.id)::int AS waiting
    FROM policies p LEFT JOIN LATERAL (
      SELECT sum(s.starts) AS spent, min(s.at) AS first FROM policy_starts s WHERE s.policy_id = p.id AND p.rate IS NOT NULL AND s.at > $3::int8 - ${WINDOW}) w ON true
    WHERE p.workspace_id = $1 AND p.id = ANY($2::uuid[])`,
};
const webhooksSql: Sql = {
  name: 'policy-webhooks',
  text: `SELECT id, key, name FROM webhooks WHERE workspace_id = $1 AND policy_id = $2 AND deleted_at IS NULL ORDER BY name, id LIMIT ${MOST_REFERENCES}`,
};
const movedSql: Sql = {
  name: 'policy-webhooks-all',
  text: 'SELECT id FROM webhooks WHERE workspace_id = $1 AND policy_id = $2 ORDER BY id FOR UPDATE',
};
const lockSql: Sql = {
  name: 'policy-lock',
  text: 'SELECT id FROM policies WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE',
};

/** Makes a policy; null when the workspace has its most. */
export async function createPolicy(
  on: Connection,
  workspaceId: string,
  given: PolicyLimits & { name: string },
  now: number,
): Promise<PolicyView | null> {
  const values = [workspaceId, newId(now), given.name, given.concurrency, given.rate, given.per, now];
  const [row] = await on.run<Row>(createSql, values);
  return row ? view(row) : null;
}

/** Policies by id, `limit` after `after`. */
export const listPolicies = async (on: Connection, workspaceId: string, after: string | null, limit: number) =>
  (await on.run<Row>(listSql, [workspaceId, after, limit])).map(view);

/** A policy that isn't deleted; null when there is none. */
export async function getPolicy(on: Connection, workspaceId: string, id: string): Promise<PolicyView | null> {
  const [row] = await on.run<Row>(getSql, [workspaceId, id]);
  return row ? view(row) : null;
}

/** Changes a policy; its owner follows within a second. Null when there is none. */
export async function changePolicy(
  on: Connection,
  workspaceId: string,
  id: string,
  to: PolicyLimits & { name: string },
  now: number,
): Promise<PolicyView | null> {
  const [row] = await on.run<Row>(changeSql, [workspaceId, id, to.name, to.concurrency, to.rate, to.per, now]);
  return row ? view(row) : null;
}

/** How it goes under policies just now, by id. */
export async function usesOf(
  on: Connection,
  workspaceId: string,
  ids: readonly string[],
  now: number,
): Promise<Map<string, PolicyUse>> {
  type UseRow = { id: string; open: number; spent: number; free_at: number | null; waiting: number };
  const rows = await on.run<UseRow>(useSql, [workspaceId, [...ids], now]);
  return new Map(
    rows.map(({ id, open, spent, free_at, waiting }) => [
      id,
      { open, spent, freeAt: free_at, waiting: Math.min(waiting, MOST_WAITING) },
    ]),
  );
}

/** The webhooks that are under a policy. */
export const webhooksUnder = (on: Connection, workspaceId: string, id: string) =>
  on.run<{ id: string; key: string; name: string }>(webhooksSql, [workspaceId, id]);

/**
 * Deletes a policy: its webhooks are under `replacement` from now on (null: under none). What is queued stays under the
 * deleted one's limits until it is sent. False when there is no such policy.
 */
export function deletePolicy(
  database: Database,
  workspaceId: string,
  id: string,
  replacement: string | null,
  now: number,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    if ((await tx.run(lockSql, [workspaceId, id])).length === 0) return false;
    for (const webhook of await tx.run<{ id: string }>(movedSql, [workspaceId, id]))
      await laneFor(tx, workspaceId, webhook.id, replacement, now);
    await tx.run(deleteSql, [workspaceId, id, now]);
    await bumpDefinitions(tx);
    return true;
  });
}
