import type { Connection, Sql } from '../../platform/database/index.ts';
import { type ProfileState, profileFromRow } from './state.ts';

const edge: Sql = {
  name: 'profile-count-edge',
  text: 'SELECT id FROM profiles WHERE workspace_id = $1 AND id > $2 AND id < $3 ORDER BY id OFFSET $4 LIMIT 1',
};
const rest: Sql = {
  name: 'profile-count-rest',
  text: 'SELECT count(*) AS n FROM profiles WHERE workspace_id = $1 AND id > $2 AND id < $3',
};
const page: Sql = {
  name: 'profile-count-page',
  text: `SELECT id, attributes, changes, created_at, updated_at FROM profiles
    WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`,
};

const FIRST = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const WINDOW = 100_000;
const PAGE = 1_000;
/** How long is counted, ms; then the answer is what was found so far. */
const BUDGET_MS = 2_000;

/** How many profiles there are with ids below `until`; null when two seconds were not enough to count them. */
export async function countProfiles(on: Connection, workspaceId: string, until = LAST): Promise<number | null> {
  const end = performance.now() + BUDGET_MS;
  let after = FIRST;
  for (let count = 0; performance.now() < end; count += WINDOW) {
    const [row] = await on.run<{ id: string }>(edge, [workspaceId, after, until, WINDOW - 1]);
    if (!row) {
      const [last] = await on.run<{ n: number }>(rest, [workspaceId, after, until]);
      return count + last!.n;
    }
    after = row.id;
  }
  return null;
}

/**
 * Counts the profiles for which `holds` is true, newest first, for two seconds at most. `complete`: all were looked at,
 * else `lookedAt` says how many.
 */
export async function countMatching(
  on: Connection,
  workspaceId: string,
  holds: (attributes: ProfileState['attributes']) => boolean,
): Promise<{ matched: number; lookedAt: number; complete: boolean }> {
  const end = performance.now() + BUDGET_MS;
  let [matched, lookedAt, before] = [0, 0, LAST];
  while (performance.now() < end) {
    type Row = Parameters<typeof profileFromRow>[1];
    const rows = await on.run<Row>(page, [workspaceId, before, PAGE]);
    for (const row of rows) if (holds(profileFromRow(workspaceId, row).attributes)) matched++;
    lookedAt += rows.length;
    if (rows.length < PAGE) return { matched, lookedAt, complete: true };
    before = rows.at(-1)!.id;
  }
  return { matched, lookedAt, complete: false };
}
