import { noteOnce } from '../../../notices/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import { type Connection, type Database, isDataError, type Sql, uuidArray } from '../../../platform/database/index.ts';
import { messageOf } from '../../../platform/errors.ts';
import { newId } from '../../../platform/ids.ts';
import type { Log } from '../../../platform/log.ts';
import { CLASS } from '../../../schema/index.ts';
import type { DeliveryFilter } from '../list.ts';
import { type Copy, copyDeliveries } from './copy.ts';
import type { OpenJob, Skipped } from './job.ts';
import { lookAt, type Refusal, refusalOfJob } from './look.ts';
import { selectOldest } from './select.ts';
import { cancelSome } from './stopping.ts';

export interface StepParts {
  database: Database;
  clock: Clock;
  log: Log;
}

/** What a step found: nothing to do, a job that waits for its rate, or work (`queued`: with new deliveries). */
export type Stepped = { kind: 'none' | 'waits' } | { kind: 'worked'; queued: boolean };

// Deliveries leave at the job's rate; they are queued up to this much ahead, and at most so many a step.
const AHEAD_MS = 500;
const MOST_A_STEP = 500;

// The row's lock is what makes one process at a time work on a job; when that one dies, its transaction goes with it.
const claim: Sql = {
  name: 'resend-job-claim',
  text: `SELECT workspace_id AS "workspaceId", id, state, filter, mode, per_second AS "perSecond", cursor, before, skipped, next_at AS "nextAt"
    FROM resend_jobs WHERE state IN ('running', 'stopping') AND next_at <= $1 ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
};
const anyOpen: Sql = {
  name: 'resend-job-any',
  text: `SELECT 1 FROM resend_jobs WHERE state IN ('running', 'stopping') LIMIT 1`,
};
const put: Sql = {
  name: 'resend-made-put',
  text: `INSERT INTO resend_made (workspace_id, job_id, original, delivery_id)
    SELECT $1::uuid, $2::uuid, u.original, u.id FROM unnest($3::uuid[], $4::uuid[]) u(original, id) ON CONFLICT DO NOTHING RETURNING delivery_id`,
};
const advance: Sql = {
  name: 'resend-job-advance',
  text: `UPDATE resend_jobs SET cursor = coalesce($3::uuid, cursor), found = found + $4, made = made + $5, skipped = $6, next_at = $7,
      state = CASE WHEN $3::uuid IS NULL THEN 'done' ELSE state END, ended_at = CASE WHEN $3::uuid IS NULL THEN $8::int8 END
    WHERE workspace_id = $1 AND id = $2`,
};
const fail: Sql = {
  name: 'resend-job-fail',
  text: `UPDATE resend_jobs SET state = 'failed', trouble = $3, ended_at = $4 WHERE workspace_id = $1 AND id = $2 AND state IN ('running', 'stopping')`,
};

/**
 * Brings the job that is due longest one step forward, in one transaction: the cursor moves together with the deliveries
 * that were made, so that whichever process is killed whenever, each original is met once. A job whose data the database
 * refuses fails, visibly; everything else is thrown, and the step may be repeated.
 */
export async function step({ database, clock, log }: StepParts): Promise<Stepped> {
  // Looked at first: nearly always there is no job, and a transaction is four statements.
  if ((await database.run(anyOpen)).length === 0) return { kind: 'none' };
  let job: OpenJob | undefined;
  try {
    return await database.transaction(async (tx): Promise<Stepped> => {
      [job] = await tx.run<OpenJob>(claim, [clock.now() + AHEAD_MS]);
      if (!job) return { kind: 'waits' };
      if (job.state === 'stopping') {
        await cancelSome(tx, clock, job);
        return { kind: 'worked', queued: false };
      }
      return { kind: 'worked', queued: await resendSome(tx, clock, job) };
    });
  } catch (error) {
    // A missing day (SQLSTATE 23514) is made within the hour; repeating helps.
    if (!job || !isDataError(error) || (error as { code: string }).code === '23514') throw error;
    log.error({ error: messageOf(error), job: job.id }, 'a resend job failed: the database refused what it made');
    const trouble = 'The database refused what the job made. The log says why; make a new job over what is left.';
    const { workspaceId, id } = job;
    await database.transaction(async (tx) => {
      await tx.run(fail, [workspaceId, id, trouble, clock.now()]);
      const message = `A resend job stopped by itself. ${trouble}`;
      await noteOnce(tx, { workspaceId, kind: 'resend_failed', subject: id, message }, clock.now());
    });
    return { kind: 'worked', queued: false };
  }
}

async function resendSome(tx: Connection, clock: Clock, job: OpenJob): Promise<boolean> {
  const { workspaceId, mode, perSecond } = job;
  const most = Math.min(MOST_A_STEP, Math.max(1, Math.ceil((perSecond * AHEAD_MS) / 1000)));
  const filter = JSON.parse(job.filter) as DeliveryFilter;
  const { ids, next } = await selectOldest(tx, workspaceId, filter, { from: job.cursor, before: job.before, most });
  const looked = await lookAt(tx, workspaceId, ids);
  const skipped = JSON.parse(job.skipped) as Skipped;
  const skip = ({ code, message }: Refusal) => {
    skipped[code] = [(skipped[code]?.[0] ?? 0) + 1, message];
  };
  const wanted = looked.filter((one) => {
    const reason = refusalOfJob(one, mode);
    if (reason) skip(reason);
    return reason === null;
  });
  const now = clock.now();
  const fresh = wanted.map((one) => ({ one, id: newId(now) }));
  const taken =
    fresh.length === 0
      ? []
      : await tx.run<{ delivery_id: string }>(put, [
          workspaceId,
          job.id,
          uuidArray(fresh.map(({ one }) => one.original)),
          uuidArray(fresh.map(({ id }) => id)),
        ]);
  const ours = new Set(taken.map((row) => row.delivery_id));
  const start = Math.max(job.nextAt, now);
  const copies: Copy[] = [];
  for (const { one, id } of fresh) {
    if (!ours.has(id)) skip(REPEATED);
    else
      copies.push({
        of: one.id,
        id,
        request: mode === 'same_bytes' ? { of: one.requestId!, id: newId(now) } : null,
        dueAt: start + Math.floor((copies.length * 1000) / perSecond),
      });
  }
  await copyDeliveries(tx, workspaceId, copies, CLASS.bulk, now);
  const nextAt = copies.length === 0 ? job.nextAt : start + Math.ceil((copies.length * 1000) / perSecond);
  const values = [next, looked.length, copies.length, JSON.stringify(skipped), nextAt, now];
  await tx.run(advance, [workspaceId, job.id, ...values]);
  return copies.length > 0;
}

const REPEATED: Refusal = { code: 'repeated', message: 'This job sends the same request again already.' };
