import type { Connection, Sql } from '../../platform/database/index.ts';
import { floorId, parse } from '../../platform/ids.ts';
import { DELIVERY } from '../../schema/index.ts';
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
  /** The key that a request carries: the delivery, or the batch's deliveries, that it was made for, and its resends. */
  idempotencyKey?: string;
  from?: number;
  to?: number;
}

// Only the primary key (workspace, id) and the profile have an index: every further one would cost each delivery. The
// other filters look through windows of the primary key, newest first, until the page is full or the time is over; then
// the page is short, and its cursor says where to go on. What still waits is found through the queue, which is small.
// Windows grow while they are quick, so that an answer takes well under 100 ms however much there is; not far, for the
// next one may have to come from a cold disk (16,000 rows of one took up to two seconds there).
const WINDOW = { least: 1_000, most: 4_000 };
const BUDGET_MS = 50;
/** Counting stops here: at the newest so many, or at those looked at when the time is over. */
export const MOST_COUNTED = 100_000;

const NEWEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
export const OLDEST = '00000000-0000-0000-0000-000000000000';

const edge: Sql = {
  name: 'delivery-window',
  text: `SELECT id FROM deliveries WHERE workspace_id = $1 AND id < $2::uuid AND id >= $3::uuid ORDER BY id DESC OFFSET $4 LIMIT 1`,
};
const ofKey: Sql = {
  name: 'delivery-of-key',
  // A key is made of the delivery's id, or of the id of the batch's request.
  text: `SELECT d.id, d.profile_id FROM (SELECT $2::uuid AS id UNION ALL SELECT unnest(r.members) FROM (
      SELECT x.members FROM requests x WHERE x.workspace_id = $1 AND x.id = $2 AND x.idempotency_key = $3::text LIMIT 1) r) m
    CROSS JOIN LATERAL (SELECT y.id, y.profile_id FROM deliveries y WHERE y.workspace_id = $1 AND y.id = m.id LIMIT 1) d`,
};
// The queue is asked about what hasn't ended, alone.
export const WHERE = `LEFT JOIN LATERAL (SELECT w.state, w.tries, w.request_id, w.due_at FROM lane_queue w
      WHERE d.ended_at IS NULL AND w.lane_id = d.lane_id AND w.delivery_id = d.id LIMIT 1) q ON true
    WHERE d.workspace_id = $1 AND d.id < $2::uuid AND d.id >= $3::uuid AND ($12::bool OR d.ended_at IS NOT NULL)
      AND ($4::int2[] IS NULL OR coalesce(q.state, d.state) = ANY($4::int2[]))
      AND ($5::uuid IS NULL OR d.webhook_id = $5::uuid) AND ($6::uuid IS NULL OR d.scenario_id = $6::uuid OR d.run_id = $6::uuid)
      AND ($7::text IS NULL OR d.step = $7::text) AND ($8::text IS NULL OR d.reason::json->>'code' = $8::text)
      AND ($9::uuid[] IS NULL OR d.id = ANY($9::uuid[]) OR (d.resend_of IS NOT NULL AND EXISTS (SELECT 1 FROM requests r
        WHERE r.workspace_id = d.workspace_id AND r.id = coalesce(q.request_id, d.request_id) AND r.idempotency_key = $10::text)))`;
export const FROM = {
  window: 'deliveries d',
  // Through the index of the profile: without an order or a limit in it there is no other quick way.
  profiles: `(SELECT x.* FROM unnest($13::uuid[]) p(id) CROSS JOIN LATERAL (
      SELECT y.* FROM deliveries y WHERE y.profile_id = p.id AND y.workspace_id = $1 AND y.id < $2::uuid AND y.id >= $3::uuid OFFSET 0) x) d`,
};
export type Way = keyof typeof FROM;
// Through the queue: its rows tell state, webhook and scenario.
const QUEUED = `lanes l CROSS JOIN LATERAL (
      SELECT w.delivery_id, w.state FROM lane_queue w WHERE w.lane_id = l.id AND w.delivery_id < $2::uuid AND w.delivery_id >= $3::uuid AND w.state = ANY($4::int2[])
        AND ($6::uuid IS NULL OR w.scenario_id = $6::uuid) ORDER BY w.delivery_id DESC LIMIT $7) w
    WHERE l.workspace_id = $1 AND ($5::uuid IS NULL OR l.webhook_id = $5::uuid)`;
const listQueued: Sql = {
  name: 'delivery-list-live',
  text: `SELECT ${COLUMNS} FROM (SELECT w.delivery_id FROM ${QUEUED} ORDER BY w.delivery_id DESC LIMIT $7) w
    CROSS JOIN LATERAL (SELECT y.* FROM deliveries y WHERE y.workspace_id = $1 AND y.id = w.delivery_id LIMIT 1) d
    LEFT JOIN LATERAL (SELECT x.state, x.tries, x.request_id, x.due_at FROM lane_queue x
      WHERE d.ended_at IS NULL AND x.lane_id = d.lane_id AND x.delivery_id = d.id LIMIT 1) q ON true ORDER BY d.id DESC`,
};
const countQueued: Sql = {
  name: 'delivery-count-live',
  text: `SELECT w.state, count(*) AS n FROM (SELECT w.state FROM ${QUEUED} ORDER BY w.delivery_id DESC LIMIT $7) w GROUP BY w.state`,
};
const list = (way: Way): Sql => ({
  name: `delivery-list-${way}`,
  text: `SELECT ${COLUMNS} FROM ${FROM[way]} ${WHERE} ORDER BY d.id DESC LIMIT $11`,
});
const count = (way: Way): Sql => ({
  name: `delivery-count-${way}`,
  text: `SELECT c.state, count(*) AS n FROM (
      SELECT coalesce(q.state, d.state) AS state FROM ${FROM[way]} ${WHERE} ORDER BY d.id DESC LIMIT $11) c GROUP BY c.state`,
});
const LIST = { window: list('window'), profiles: list('profiles'), queue: listQueued };
const COUNT = { window: count('window'), profiles: count('profiles'), queue: countQueued };
// What is in the queue; everything else has ended.
const LIVE: ReadonlySet<number> = new Set([DELIVERY.queued, DELIVERY.sending, DELIVERY.retrying, DELIVERY.halted]);

export interface Query {
  on: Connection;
  workspaceId: string;
  before: string;
  floor: string;
  /** The statement's parameters from the fourth to the tenth. */
  wanted: unknown[];
  profiles: string[] | null;
  /** Whether what still waits is wanted too, or alone. */
  live: boolean | 'alone';
}

/** The statement's parameters for a filter; null when nothing can meet it. */
export async function queryOf(on: Connection, workspaceId: string, given: DeliveryFilter): Promise<Query | null> {
  const { states, idempotencyKey: key, from, to } = given;
  let profiles = given.profileIds ? [...given.profileIds] : null;
  let roots: string[] | null = null;
  let floor = from === undefined ? OLDEST : floorId(from);
  if (key !== undefined) {
    const root = parse('delivery', key);
    const rows = root === null ? [] : await on.run<{ id: string; profile_id: string }>(ofKey, [workspaceId, root, key]);
    const meant = rows.filter((row) => !profiles || profiles.includes(row.profile_id));
    if (meant.length === 0) return null;
    profiles = [...new Set(meant.map((row) => row.profile_id))];
    roots = meant.map(({ id }) => id);
    // Resends come later than what they repeat.
    const oldest = roots.reduce((one, other) => (one < other ? one : other));
    if (oldest > floor) floor = oldest;
  }
  return {
    on,
    workspaceId,
    before: to === undefined ? NEWEST : floorId(to),
    floor,
    wanted: [
      states ? [...states] : null,
      given.webhookId ?? null,
      given.runId ?? given.scenarioId ?? null, // a run is of one scenario
      given.step ?? null,
      given.reason ?? null,
      roots,
      key ?? null,
    ],
    profiles,
    live: liveOf(given),
  };
}

/** Only what the queue's rows tell can be asked of it alone. */
function liveOf({ states, step, reason }: DeliveryFilter): Query['live'] {
  if (!states) return true;
  const live = states.filter((state) => LIVE.has(state)).length;
  return live === 0 ? false : live === states.length && step === undefined && reason === undefined ? 'alone' : true;
}

/**
 * Asks window by window, newest first; `take` says how many more are wanted. Gives the id above which everything was
 * looked at, null when that is all.
 */
async function scan<Found>(
  query: Query,
  sql: Record<Way | 'queue', Sql>,
  most: number,
  take: (rows: Found[]) => number,
): Promise<string | null> {
  const { on, workspaceId, floor, wanted, profiles, live } = query;
  const ask = (way: Way, before: string, low: string, limit: number) => {
    const values = [workspaceId, before, low, ...wanted, limit, live !== false];
    return on.run<Found>(sql[way], way === 'profiles' ? [...values, profiles] : values);
  };
  if (profiles) {
    take(await ask('profiles', query.before, floor, most));
    return null;
  }
  if (live === 'alone') {
    take(await on.run<Found>(sql.queue, [workspaceId, query.before, floor, ...wanted.slice(0, 3), most]));
    return null;
  }
  const end = performance.now() + BUDGET_MS;
  let before = query.before;
  let left = most;
  for (let window = WINDOW.least; ; ) {
    const began = performance.now();
    const [row] = await on.run<{ id: string }>(edge, [workspaceId, before, floor, window - 1]);
    left = take(await ask('window', before, row?.id ?? floor, left));
    if (!row) return null;
    before = row.id;
    const now = performance.now();
    if (left <= 0 || now > end) return before;
    // The next one may take about what is left of the time.
    const fitting = (window * (end - now)) / Math.max(0.1, now - began);
    window = Math.round(Math.min(WINDOW.most, window * 4, Math.max(WINDOW.least, fitting)));
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
