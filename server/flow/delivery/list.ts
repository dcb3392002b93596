import type { Connection, Sql } from '../../platform/database/index.ts';
import { floorId, parse } from '../../platform/ids.ts';
import { COLUMNS, type DeliveryView, type Row, toView } from './read.ts';

/** Which deliveries are meant; all that is given must hold. Times in ms; states are numbers of DELIVERY. */
export interface DeliveryFilter {
  states?: readonly number[];
  webhookId?: string;
  scenarioId?: string;
  /** A run of a campaign. */
  runId?: string;
  step?: string;
  /** A reason's code. */
  reason?: string;
  profileIds?: readonly string[];
  /** The key that a request carries: the delivery that it was made for, and its resends. */
  idempotencyKey?: string;
  from?: number;
  to?: number;
}

// Only the primary key (workspace, id) and the profile have an index: every further one would cost each delivery. The
// other filters look through windows of the primary key, newest first, until the page is full or the time is over; then
// the page is short, and its cursor says where to go on. Measured on 200,000 rows of one day: a window takes 6 to 12 ms
// whatever is asked for, and a filter that nothing meets has gone through all of them after 65 to 120 ms.
export const WINDOW = 20_000;
const BUDGET_MS = 1_000;
/** Counting stops here: at the newest so many. Measured: 100,000 of one day in 65 ms. */
export const MOST_COUNTED = 100_000;

const NEWEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Before every id. */
export const OLDEST = '00000000-0000-0000-0000-000000000000';

const edge: Sql = {
  name: 'delivery-window',
  text: `SELECT id FROM deliveries WHERE workspace_id = $1 AND id < $2::uuid AND id >= $3::uuid ORDER BY id DESC OFFSET ${WINDOW - 1} LIMIT 1`,
};
const ofKey: Sql = {
  name: 'delivery-of-key',
  text: 'SELECT profile_id FROM deliveries WHERE workspace_id = $1 AND id = $2',
};
// The queue is asked about what hasn't ended, alone.
export const WHERE = `LEFT JOIN LATERAL (SELECT w.state, w.tries, w.request_id, w.due_at FROM lane_queue w
      WHERE d.ended_at IS NULL AND w.lane_id = d.lane_id AND w.delivery_id = d.id LIMIT 1) q ON true
    WHERE d.workspace_id = $1 AND d.id < $2::uuid AND d.id >= $3::uuid
      AND ($4::int2[] IS NULL OR coalesce(q.state, d.state) = ANY($4::int2[]))
      AND ($5::uuid IS NULL OR d.webhook_id = $5::uuid) AND ($6::uuid IS NULL OR d.scenario_id = $6::uuid OR d.run_id = $6::uuid)
      AND ($7::text IS NULL OR d.step = $7::text) AND ($8::text IS NULL OR d.reason::json->>'code' = $8::text)
      AND ($9::uuid IS NULL OR d.id = $9::uuid OR (d.resend_of IS NOT NULL AND EXISTS (SELECT 1 FROM requests r
        WHERE r.workspace_id = d.workspace_id AND r.id = coalesce(q.request_id, d.request_id) AND r.idempotency_key = $10::text)))`;
export const FROM = {
  window: 'deliveries d',
  // Through the index of the profile: without an order or a limit in it there is no other quick way.
  profiles: `(SELECT x.* FROM unnest($12::uuid[]) p(id) CROSS JOIN LATERAL (
      SELECT y.* FROM deliveries y WHERE y.profile_id = p.id AND y.workspace_id = $1 AND y.id < $2::uuid AND y.id >= $3::uuid OFFSET 0) x) d`,
};
export type Way = keyof typeof FROM;
const list = (way: Way): Sql => ({
  name: `delivery-list-${way}`,
  text: `SELECT ${COLUMNS} FROM ${FROM[way]} ${WHERE} ORDER BY d.id DESC LIMIT $11`,
});
const count = (way: Way): Sql => ({
  name: `delivery-count-${way}`,
  text: `SELECT c.state, count(*) AS n FROM (
      SELECT coalesce(q.state, d.state) AS state FROM ${FROM[way]} ${WHERE} ORDER BY d.id DESC LIMIT $11) c GROUP BY c.state`,
});
const LIST = { window: list('window'), profiles: list('profiles') };
const COUNT = { window: count('window'), profiles: count('profiles') };

/** A filter as the statements take it. */
export interface Query {
  on: Connection;
  workspaceId: string;
  before: string;
  floor: string;
  /** The statement's parameters from the fourth to the tenth. */
  wanted: unknown[];
  profiles: string[] | null;
}

/** The query of a filter; null when nothing can meet it. */
export async function queryOf(on: Connection, workspaceId: string, given: DeliveryFilter): Promise<Query | null> {
  const { states, idempotencyKey: key, from, to } = given;
  let profiles = given.profileIds ? [...given.profileIds] : null;
  const root = key === undefined ? null : parse('delivery', key);
  if (key !== undefined) {
    const [row] = root === null ? [] : await on.run<{ profile_id: string }>(ofKey, [workspaceId, root]);
    if (!row || (profiles && !profiles.includes(row.profile_id))) return null;
    profiles = [row.profile_id];
  }
  return {
    on,
    workspaceId,
    before: to === undefined ? NEWEST : floorId(to),
    floor: from === undefined ? OLDEST : floorId(from),
    wanted: [
      states ? [...states] : null,
      given.webhookId ?? null,
      given.runId ?? given.scenarioId ?? null, // a run is of one scenario
      given.step ?? null,
      given.reason ?? null,
      root,
      key ?? null,
    ],
    profiles,
  };
}

/**
 * Asks window by window, newest first; `take` says how many more are wanted. Gives the id above which everything was
 * looked at, null when that is all.
 */
async function scan<Found>(
  query: Query,
  sql: Record<Way, Sql>,
  most: number,
  take: (rows: Found[]) => number,
): Promise<string | null> {
  const { on, workspaceId, floor, wanted, profiles } = query;
  if (profiles) {
    take(await on.run<Found>(sql.profiles, [workspaceId, query.before, floor, ...wanted, most, profiles]));
    return null;
  }
  const end = performance.now() + BUDGET_MS;
  let before = query.before;
  let left = most;
  for (;;) {
    const [row] = await on.run<{ id: string }>(edge, [workspaceId, before, floor]);
    left = take(await on.run<Found>(sql.window, [workspaceId, before, row?.id ?? floor, ...wanted, left]));
    if (!row) return null;
    before = row.id;
    if (left <= 0 || performance.now() > end) return before;
  }
}

/**
 * One page of deliveries, newest first, beginning behind `before`. `next` is where the next page begins, null at the
 * end; a page may be short, even empty, and not the last.
 */
export async function listDeliveries(
  on: Connection,
  workspaceId: string,
  filter: DeliveryFilter & { before?: string; limit: number },
): Promise<{ items: DeliveryView[]; next: string | null }> {
  const { before, limit } = filter;
  const query = await queryOf(on, workspaceId, filter);
  if (!query) return { items: [], next: null };
  if (before !== undefined && before < query.before) query.before = before;
  const rows: Row[] = [];
  const most = limit + 1;
  const end = await scan<Row>(query, LIST, most, (found) => {
    rows.push(...found);
    return most - rows.length;
  });
  const items = rows.slice(0, limit).map(toView);
  return { items, next: rows.length > limit ? items.at(-1)!.id : end };
}

/** How many of the newest deliveries are in which state, `most` at most. `more`: there may be more than were counted. */
export async function countDeliveries(
  on: Connection,
  workspaceId: string,
  filter: DeliveryFilter,
  most = MOST_COUNTED,
): Promise<{ byState: Map<number, number>; more: boolean }> {
  const byState = new Map<number, number>();
  const query = await queryOf(on, workspaceId, filter);
  if (!query) return { byState, more: false };
  let left = most;
  const end = await scan<{ state: number; n: number }>(query, COUNT, most, (found) => {
    for (const { state, n } of found) {
      byState.set(state, (byState.get(state) ?? 0) + n);
      left -= n;
    }
    return left;
  });
  return { byState, more: end !== null || left <= 0 };
}
