import type { Connection, Sql } from '../../../platform/database/index.ts';
import { countDeliveries, type DeliveryFilter, MOST_COUNTED, OLDEST } from '../list.ts';
import { COLUMNS, type DeliveryView, type Row, toView } from '../read.ts';
import { lookAt, type Refusal, type ResendMode, refusalOfJob } from './look.ts';
import { selectOldest } from './select.ts';

const MADE = `(SELECT m.delivery_id FROM resend_made m WHERE m.workspace_id = $1 AND m.job_id = $2 AND ($3::uuid IS NULL OR m.delivery_id < $3::uuid)
    ORDER BY m.delivery_id DESC LIMIT $4) m
  CROSS JOIN LATERAL (SELECT x.* FROM deliveries x WHERE x.workspace_id = $1 AND x.id = m.delivery_id LIMIT 1) d
  LEFT JOIN LATERAL (SELECT w.state, w.tries, w.request_id, w.due_at FROM lane_queue w
    WHERE d.ended_at IS NULL AND w.lane_id = d.lane_id AND w.delivery_id = d.id LIMIT 1) q ON true`;
const list: Sql = { name: 'resend-made-list', text: `SELECT ${COLUMNS} FROM ${MADE} ORDER BY d.id DESC` };
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

/** What a job made, newest first, behind `before`. */
export async function listResent(
  on: Connection,
  workspaceId: string,
  jobId: string,
  before: string | null,
  limit: number,
): Promise<DeliveryView[]> {
  return (await on.run<Row>(list, [workspaceId, jobId, before, limit])).map(toView);
}

/** What became of the newest MOST_COUNTED that a job made, by state. */
export async function countResent(on: Connection, workspaceId: string, jobId: string): Promise<Map<number, number>> {
  const values = [workspaceId, jobId, null, MOST_COUNTED];
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
