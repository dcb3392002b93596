import { type Connection, type Database, int8Array, type Sql, uuidArray } from '../../platform/database/index.ts';
import { type Limit, WINDOW_MS } from './limiter.ts';

/** A lane as it stands in the database, with the policy that it is under. */
export interface LaneRow {
  id: string;
  workspace_id: string;
  webhook_id: string;
  owner: string | null;
  token: number;
  policy_id: string | null;
  policy_owner: string | null;
  policy_token: number | null;
  concurrency: number | null;
  rate: number | null;
  per: keyof typeof WINDOW_MS | null;
}

const allSql: Sql = {
  name: 'lanes-all',
  text: `SELECT l.id, l.workspace_id, l.webhook_id, l.owner, l.token, l.policy_id, p.owner AS policy_owner, p.token AS policy_token,
      p.concurrency, p.rate, p.per
    FROM lanes l LEFT JOIN policies p ON (p.workspace_id, p.id) = (l.workspace_id, l.policy_id) ORDER BY l.id`,
};
const claimSql: Sql = {
  name: 'lanes-claim',
  text: `UPDATE lanes l SET owner = $1, token = l.token + 1 FROM (
      SELECT x.id FROM lanes x JOIN unnest($2::uuid[], $3::int8[]) u(id, token) ON (x.id, x.token) = (u.id, u.token)
      WHERE x.policy_id IS NULL ORDER BY x.id FOR UPDATE OF x SKIP LOCKED) c
    WHERE l.id = c.id RETURNING l.id, l.token`,
};
// The lanes of a policy change hands with it, so whoever proves a lane's token proves the policy's as well.
const claimPoliciesSql: Sql = {
  name: 'policies-claim',
  text: `UPDATE policies p SET owner = $1, token = p.token + 1 FROM (
      SELECT x.workspace_id, x.id FROM policies x JOIN unnest($2::uuid[], $3::uuid[], $4::int8[]) u(workspace_id, id, token)
        ON (x.workspace_id, x.id, x.token) = (u.workspace_id, u.id, u.token) ORDER BY x.id FOR UPDATE OF x SKIP LOCKED) c
    WHERE (p.workspace_id, p.id) = (c.workspace_id, c.id) RETURNING p.id`,
};
const lanesOfSql: Sql = {
  name: 'policies-lanes',
  text: `UPDATE lanes l SET owner = $1, token = l.token + 1 FROM (
      SELECT x.id FROM lanes x WHERE x.policy_id = ANY($2::uuid[]) ORDER BY x.id FOR UPDATE) c
    WHERE l.id = c.id RETURNING l.id, l.token`,
};
// A lane that was made, or lost, after its policy was claimed.
const joinSql: Sql = {
  name: 'lanes-join',
  text: `UPDATE lanes l SET owner = $1, token = l.token + 1 FROM (
      SELECT x.id FROM lanes x JOIN unnest($2::uuid[], $3::int8[], $4::int8[]) u(id, token, policy_token) ON (x.id, x.token) = (u.id, u.token)
        JOIN policies p ON (p.workspace_id, p.id, p.token) = (x.workspace_id, x.policy_id, u.policy_token)
      WHERE p.owner = $1 ORDER BY x.id FOR UPDATE OF x FOR SHARE OF p) c
    WHERE l.id = c.id RETURNING l.id, l.token`,
};
const releaseSql: Sql = {
  name: 'lanes-release',
  text: 'UPDATE lanes l SET owner = NULL FROM unnest($2::uuid[], $3::int8[]) u(id, token) WHERE l.id = u.id AND l.token = u.token AND l.owner = $1',
};
const releasePoliciesSql: Sql = {
  name: 'policies-release',
  text: `UPDATE policies p SET owner = NULL FROM unnest($2::uuid[], $3::uuid[], $4::int8[]) u(workspace_id, id, token)
    WHERE (p.workspace_id, p.id, p.token) = (u.workspace_id, u.id, u.token) AND p.owner = $1`,
};

type Claimed = { id: string; token: number };

/** Every lane with its policy, by id of the lane. */
export const allLanes = (on: Connection) => on.run<LaneRow>(allSql);

/** Claims lanes that are under no policy, unless someone was faster. Gives those that are ours now, with their tokens. */
export const claimLanes = (on: Connection, me: string, rows: readonly LaneRow[]) =>
  on.run<Claimed>(claimSql, [me, uuidArray(rows.map((row) => row.id)), int8Array(rows.map((row) => row.token))]);

/** Claims policies with all of their lanes, in one transaction. `rows`: one lane of each. */
export function claimPolicies(on: Database, me: string, rows: readonly LaneRow[]): Promise<Claimed[]> {
  return on.transaction(async (tx) => {
    const claimed = await tx.run<{ id: string }>(claimPoliciesSql, [
      me,
      uuidArray(rows.map((row) => row.workspace_id)),
      uuidArray(rows.map((row) => row.policy_id)),
      int8Array(rows.map((row) => row.policy_token)),
    ]);
    return claimed.length === 0 ? [] : tx.run<Claimed>(lanesOfSql, [me, uuidArray(claimed.map((row) => row.id))]);
  });
}

/** Takes lanes whose policy is ours already. */
export const joinLanes = (on: Connection, me: string, rows: readonly LaneRow[]) =>
  on.run<Claimed>(joinSql, [
    me,
    uuidArray(rows.map((row) => row.id)),
    int8Array(rows.map((row) => row.token)),
    int8Array(rows.map((row) => row.policy_token)),
  ]);

/** Gives lanes, and policies, back, so that others may claim them at once. */
export async function releaseLanes(
  on: Connection,
  me: string,
  lanes: readonly { id: string; token: number }[],
  policies: readonly { workspaceId: string; id: string; token: number }[],
): Promise<void> {
  await on.run(releaseSql, [me, uuidArray(lanes.map((lane) => lane.id)), int8Array(lanes.map((lane) => lane.token))]);
  if (policies.length === 0) return;
  await on.run(releasePoliciesSql, [
    me,
    uuidArray(policies.map((policy) => policy.workspaceId)),
    uuidArray(policies.map((policy) => policy.id)),
    int8Array(policies.map((policy) => policy.token)),
  ]);
}

/** The limit of a row's policy. */
export const limitOf = ({ concurrency, rate, per }: LaneRow): Limit => ({
  concurrency,
  rate,
  windowMs: per === null ? WINDOW_MS.second : WINDOW_MS[per],
});
