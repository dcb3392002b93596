import type { Connection, Sql } from '../../platform/database/index.ts';
import { floorId } from '../../platform/ids.ts';
import { FACT } from '../../schema/index.ts';

/** Something that a profile did. Times in ms. */
export interface Happened {
  id: string;
  profileId: string;
  /** A number of FACT. */
  kind: number;
  name: string | null;
  receivedAt: number;
}

/** Where a list goes on: below this time and id. */
export interface Place {
  at: number;
  id: string;
}

// Events of all workspaces lie in the order in which they were received; windows of them are looked through, newest
// first, until the page is full or the time is over. Then the page is short, and its place says where to go on.
const WINDOW = 5_000;
const BUDGET_MS = 1_000;
// An id was made soon before its event was received: it bounds which days are read.
const ID_MS = 3_600_000;
const COLUMNS = 'id, profile_id AS "profileId", kind, name, received_at AS "receivedAt"';

const window: Sql = {
  name: 'events-window',
  text: `WITH w AS MATERIALIZED (SELECT workspace_id, ${COLUMNS} FROM events
      WHERE received_at <= $2::int8 AND received_at >= $3::int8 AND id <= $4::uuid AND id >= $5::uuid
        AND (received_at < $2::int8 OR id < $6::uuid)
      ORDER BY received_at DESC, id DESC LIMIT ${WINDOW})
    (SELECT false AS edge, id, "profileId", kind, name, "receivedAt" FROM w
      WHERE workspace_id = $1 AND kind <= ${FACT.alias} AND ($7::text IS NULL OR name = $7::text)
      ORDER BY "receivedAt" DESC, id DESC LIMIT $8)
    UNION ALL
    (SELECT true, id, "profileId", kind, name, "receivedAt" FROM w WHERE (SELECT count(*) FROM w) = ${WINDOW}
      ORDER BY "receivedAt", id LIMIT 1)`,
};
const count: Sql = {
  name: 'events-count',
  text: `SELECT count(*) AS looked, count(*) FILTER (WHERE e.workspace_id = $1 AND e.kind <= ${FACT.alias}) AS n
    FROM (SELECT workspace_id, kind FROM events WHERE received_at >= $2::int8 AND id >= $3::uuid ORDER BY received_at DESC LIMIT $4) e`,
};
const NEWEST: Place = { at: 9_000_000_000_000, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** Events of a workspace, newest first: at most `limit`, and where to go on; null when that is all. */
export async function listHappened(
  on: Connection,
  workspaceId: string,
  wanted: { name?: string | undefined; from?: number | undefined; before: Place | null; limit: number },
): Promise<{ items: Happened[]; next: Place | null }> {
  const { from = 0, limit } = wanted;
  const end = performance.now() + BUDGET_MS;
  const items: Happened[] = [];
  let place = wanted.before ?? NEWEST;
  for (;;) {
    type Row = Happened & { edge: boolean };
    const rows = await on.run<Row>(window, [
      workspaceId,
      place.at,
      from,
      floorId(place.at + ID_MS),
      floorId(Math.max(0, from - ID_MS)),
      place.id,
      wanted.name ?? null,
      limit + 1 - items.length,
    ]);
    const edge = rows.find((row) => row.edge);
    items.push(...rows.filter((row) => !row.edge));
    if (items.length > limit) {
      const last = items[limit - 1]!;
      return { items: items.slice(0, limit), next: { at: last.receivedAt, id: last.id } };
    }
    if (!edge) return { items, next: null };
    place = { at: edge.receivedAt, id: edge.id };
    if (performance.now() > end) return { items, next: place };
  }
}

/** How many events there were since a time; `more`: counting stopped, and there are at least so many. */
export async function countHappened(
  on: Connection,
  workspaceId: string,
  since: number,
  most: number,
): Promise<{ count: number; more: boolean }> {
  const [row] = await on.run<{ looked: number; n: number }>(count, [workspaceId, since, floorId(since - ID_MS), most]);
  return { count: row?.n ?? 0, more: (row?.looked ?? 0) >= most };
}
