import type { Connection, Sql } from '../../../platform/database/index.ts';
import { countDeliveries, type DeliveryFilter, OLDEST } from '../list.ts';
import { COLUMNS, type DeliveryView, type Row, toView } from '../read.ts';
import { lookAt, type Refusal, type ResendMode, refusalOfJob } from './look.ts';
import { selectOldest } from './select.ts';

/** What became of a job's deliveries is looked up for so many at once: two look-ups each. */
export const MOST_LOOKED = 10_000;

const MADE = `(SELECT m.delivery_id FROM resend_made m WHERE m.workspace_id = $1 AND m.job_id = $2 AND ($3::uuid IS NULL OR m.delivery_id < $3::uuid)
    ORDER BY m.delivery_id DESC LIMIT $4) m
  CROSS JOIN LATERAL (SELECT x.* FROM deliveries x WHERE x.workspace_id = $1 AND x.id = m.delivery_id LIMIT 1) d
  LEFT JOIN LATERAL (SELECT w.state, w.tries, w.request_id, w.due_at FROM lane_queue w
    WHERE d.ended_at IS NULL AND w.lane_id = d.lane_id AND w.delivery_id = d.id LIMIT 1) q ON true`;
const list: Sql = {
  name: 'resend-made-list',
  text: `SELECT ${COLUMNS} FROM ${MADE} WHERE $5::int2 IS NULL OR coalesce(q.state, d.state) = $5::int2 ORDER BY d.id DESC LIMIT $6`,
};
const edge: Sql = {
  name: 'resend-made-edge',
  text: `SELECT delivery_id AS id FROM resend_made WHERE workspace_id = $1 AND job_id = $2 AND ($3::uuid IS NULL OR delivery_id < $3::uuid)
    ORDER BY delivery_id DESC OFFSET ${MOST_LOOKED - 1} LIMIT 1`,
};
const counts: Sql = {
  name: 'resend-made-counts',
  text: `SELECT coalesce(q.state, d.state) AS state, count(*)::int AS n FROM ${MADE} GROUP BY 1`,
};
const byId: Sql = {
  name: 'resend-sample',
  text: `SELECT ${COLUMNS} FROM unnest($2::uuid[]) WITH ORDINALITY u(id, n)
    CROSS JOIN LATERAL (SELECT x.* FROM deliveries x WHERE x.workspace_id = $1 AND x.id = u.id LIMIT 1) d
    LEFT JOIN LATERAL (SELECT w.state, w.tries, w.request_id, w.due_at FROM lane_queue w
      WHERE d.ended_at IS NULL AND w.lane_id = d.lane_id AND w.delivery_id = d.id LIMIT 1) q ON true ORDER BY u.n`,
};

/**
 * What a job made, newest first, behind `before`; of one state, if given (a number of DELIVERY). `next` is where the next
 * page begins, null at the end; a page of one state looks through MOST_LOOKED, and may be short and not the last.
 */
export async function listResent(
  on: Connection,
  workspaceId: string,
  jobId: string,
  { before, limit, state }: { before: string | null; limit: number; state: number | null },
): Promise<{ items: DeliveryView[]; next: string | null }> {
  const window = state === null ? limit + 1 : MOST_LOOKED;
  const [end] = state === null ? [] : await on.run<{ id: string }>(edge, [workspaceId, jobId, before]);
  const rows = await on.run<Row>(list, [workspaceId, jobId, before, window, state, limit + 1]);
  const items = rows.slice(0, limit).map(toView);
  return { items, next: rows.length > limit ? items.at(-1)!.id : (end?.id ?? null) };
}

/** What became of the newest MOST_LOOKED that a job made, by state. */
export async function countResent(on: Connection, workspaceId: string, jobId: string): Promise<Map<number, number>> {
  const values = [workspaceId, jobId, null, MOST_LOOKED];
  const rows = await on.run<{ state: number; n: number }>(counts, values);
  return new Map(rows.map(({ state, n }) => [state, n]));
}

/** What a job would find. */
export interface ResendPreview {
  byState: Map<number, number>;
  /** There may be more than were counted. */
  more: boolean;
  /** The first that it would come to, and why it would leave them out. */
  sample: { delivery: DeliveryView; skipped: Refusal | null }[];
}

const SAMPLE = 10;
// The oldest are looked for through so many windows at most; a sample may then be short.
const WINDOWS = 20;
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Counts what meets a filter, and shows the first ten. */
export async function previewResend(
  on: Connection,
  workspaceId: string,
  filter: DeliveryFilter,
  mode: ResendMode,
): Promise<ResendPreview> {
  const { byState, more } = await countDeliveries(on, workspaceId, filter);
  const ids: string[] = [];
  let from: string | null = OLDEST;
  for (let i = 0; i < WINDOWS && from !== null && ids.length < SAMPLE; i++) {
    const page = await selectOldest(on, workspaceId, filter, { from, before: LAST, most: SAMPLE - ids.length });
    ids.push(...page.ids);
    from = page.next;
  }
  if (ids.length === 0) return { byState, more, sample: [] };
  const looked = new Map((await lookAt(on, workspaceId, ids)).map((one) => [one.id, one]));
  const views = (await on.run<Row>(byId, [workspaceId, ids])).map(toView);
  const sample = views.map((delivery) => {
    const one = looked.get(delivery.id);
    return { delivery, skipped: one ? refusalOfJob(one, mode) : null };
  });
  return { byState, more, sample };
}
