import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import { countDeliveries, type DeliveryFilter, OLDEST } from '../list.ts';
import type { ResendMode } from './look.ts';

export type ResendState = 'running' | 'stopping' | 'stopped' | 'done' | 'failed';

/** A job that sends many deliveries again. Times in ms. */
export interface ResendJob {
  id: string;
  filter: DeliveryFilter;
  mode: ResendMode;
  perSecond: number;
  state: ResendState;
  /** How many met the filter when the job was made; `expectedMore`: at least. */
  expected: number;
  expectedMore: boolean;
  /** Found so far: made, or skipped for a reason. */
  found: number;
  made: number;
  skipped: { code: string; message: string; count: number }[];
  /** Of those made: taken back when the job was stopped, before they had left. */
  cancelled: number;
  madeBy: string;
  /** Why it failed. */
  trouble: string | null;
  createdAt: number;
  endedAt: number | null;
}

/** What is asked of a job. */
export interface ResendOrder {
  filter: DeliveryFilter;
  mode: ResendMode;
  perSecond: number;
  madeBy: string;
}

/** Skipped deliveries by the reason's code: how many, and its sentence. */
export type Skipped = Record<string, [number, string]>;

/** An open job as a step takes it. */
export interface OpenJob {
  workspaceId: string;
  id: string;
  state: 'running' | 'stopping';
  filter: string;
  mode: ResendMode;
  perSecond: number;
  cursor: string;
  before: string;
  skipped: string;
  nextAt: number;
}

/** Jobs of one workspace that may be under way at a time. */
export const MOST_OPEN = 10;
const MOST_EXPECTED = 1_000_000;

const COLUMNS = `id, filter, mode, per_second AS "perSecond", state, expected, expected_more AS "expectedMore", found, made, skipped, cancelled,
  made_by AS "madeBy", trouble, created_at AS "createdAt", ended_at AS "endedAt"`;
const open: Sql = {
  name: 'resend-job-open',
  text: `SELECT count(*)::int AS n FROM resend_jobs WHERE workspace_id = $1 AND state IN ('running', 'stopping')`,
};
const insert: Sql = {
  name: 'resend-job-insert',
  text: `INSERT INTO resend_jobs (workspace_id, id, filter, mode, per_second, state, cursor, before, expected, expected_more, next_at, made_by, created_at)
    VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, $8, $9, $10, $11, $10) RETURNING ${COLUMNS}`,
};
const one: Sql = {
  name: 'resend-job-get',
  text: `SELECT ${COLUMNS} FROM resend_jobs WHERE workspace_id = $1 AND id = $2`,
};
const list: Sql = {
  name: 'resend-job-list',
  text: `SELECT ${COLUMNS} FROM resend_jobs WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2::uuid) ORDER BY id DESC LIMIT $3`,
};
const stop: Sql = {
  name: 'resend-job-stop',
  text: `UPDATE resend_jobs SET state = 'stopping', cursor = $3, next_at = 0 WHERE workspace_id = $1 AND id = $2 AND state = 'running'`,
};

type Row = Omit<ResendJob, 'filter' | 'skipped'> & { filter: string; skipped: string };

function toJob({ filter, skipped, ...row }: Row): ResendJob {
  const reasons = Object.entries(JSON.parse(skipped) as Skipped);
  return {
    ...row,
    filter: JSON.parse(filter) as DeliveryFilter,
    skipped: reasons
      .map(([code, [count, message]]) => ({ code, message, count }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
  };
}

/**
 * Makes a job over what meets the filter now; what is queued later isn't touched. Null: the workspace has its most under
 * way. The caller raises the signal `resends`.
 */
export async function createResendJob(
  database: Database,
  clock: Clock,
  workspaceId: string,
  { filter, mode, perSecond, madeBy }: ResendOrder,
): Promise<ResendJob | null> {
  const { byState, more } = await countDeliveries(database, workspaceId, filter, MOST_EXPECTED);
  const expected = [...byState.values()].reduce((sum, n) => sum + n, 0);
  const now = clock.now();
  const id = newId(now);
  return database.transaction(async (tx) => {
    const [row] = await tx.run<{ n: number }>(open, [workspaceId]);
    if (row!.n >= MOST_OPEN) return null;
    const [made] = await tx.run<Row>(insert, [
      workspaceId,
      id,
      JSON.stringify(filter),
      mode,
      perSecond,
      OLDEST,
      id,
      expected,
      more,
      now,
      madeBy,
    ]);
    return toJob(made!);
  });
}

/** The job, or null when the workspace has none with this id. */
export async function getResendJob(on: Connection, workspaceId: string, id: string): Promise<ResendJob | null> {
  const [row] = await on.run<Row>(one, [workspaceId, id]);
  return row ? toJob(row) : null;
}

/** Jobs, newest first, behind `before`. */
export async function listResendJobs(
  on: Connection,
  workspaceId: string,
  before: string | null,
  limit: number,
): Promise<ResendJob[]> {
  return (await on.run<Row>(list, [workspaceId, before, limit])).map(toJob);
}

/**
 * Stops a job: it makes no more, and what it made and what hasn't left is cancelled (see stopping.ts). A job that has
 * ended stays as it is. The caller raises the signal `resends`.
 */
export async function stopResendJob(on: Connection, workspaceId: string, id: string): Promise<void> {
  await on.run(stop, [workspaceId, id, OLDEST]);
}
