import type { Connection, Database } from '../platform/database/index.ts';
import { floorId } from '../platform/ids.ts';
import { DAY_TABLES } from './days.ts';
import { type DayTable, dayTables, dropDay } from './detach.ts';
import { pinnedDays } from './pinned.ts';

/** How long each table's days are kept: which setting of a workspace says so. */
const KEPT: Record<(typeof DAY_TABLES)[number], string> = {
  requests: 'keep_requests_days',
  attempts: 'keep_requests_days',
  deliveries: 'keep_deliveries_days',
  enrollments: 'keep_deliveries_days',
  events: 'keep_events_days',
};
const DAY = 86_400_000;
// An arbitrary constant: the advisory lock that makes one process at a time drop days.
const LOCK = 7_264_092;
// One statement of the trimming: short enough to be stopped at any time.
const CHUNK = 5_000;

/** What was done. `dropped`: names of tables. `busy`: of those that something held; they are tried again. */
export interface Forgotten {
  dropped: string[];
  busy: string[];
  /** Rows of workspaces that keep less than others. */
  trimmed: number;
}

/**
 * Forgets what is past its retention at `now` (ms): drops the days that no workspace keeps any more and of which nothing
 * is pending, and from the others deletes what belongs to workspaces that keep less. One process at a time does it;
 * null for the others. What a killed one left half done is finished first. Statistics are counters, and stay.
 */
export async function forgetOldDays(database: Database, now: number): Promise<Forgotten | null> {
  const client = await database.connect();
  const on: Connection = {
    run: async <Row>({ text }: { text: string }, values?: unknown[]) =>
      (await client.query(text, values)).rows as Row[],
  };
  try {
    // It reads whole tables on purpose, and nobody waits for it.
    await client.query('SET statement_timeout = 0; SET enable_seqscan = on; SET plan_cache_mode = auto');
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [LOCK]);
    return rows[0]?.mine ? await forget(on, now) : null;
  } finally {
    await client.end().catch(() => {});
  }
}

async function forget(on: Connection, now: number): Promise<Forgotten> {
  const done: Forgotten = { dropped: [], busy: [], trimmed: 0 };
  const today = Math.floor(now / DAY);
  const drop = async (one: DayTable): Promise<boolean> => {
    const gone = await dropDay(on, one);
    (gone ? done.dropped : done.busy).push(one.name);
    return gone;
  };
  const all = await dayTables(on);
  // New days are attached in the transaction that makes them: what stands alone was taken off.
  for (const one of all) if (one.state !== 'attached' && one.day < today - 1) await drop(one);
  await forgetFailed(on, now);
  done.trimmed += await forgetResends(on, now);
  for (const table of DAY_TABLES) {
    const keeps = await on.run<{ id: string; days: number }>({
      name: '',
      text: `SELECT id, ${KEPT[table]} AS days FROM workspaces ORDER BY days`,
    });
    const longest = keeps.at(-1)?.days;
    const shortest = keeps[0]?.days;
    if (longest === undefined || shortest === undefined) continue;
    const old = all.filter((one) => one.table === table && one.state === 'attached' && one.day < today - shortest);
    if (old.length === 0) continue;
    const pinned = await pinnedDays(on, table, floorId((today - shortest) * DAY));
    for (const one of old.filter(({ day }) => !pinned.has(day))) {
      // PostgreSQL takes one table at a time from a parent.
      if (one.day < today - longest) {
        if (!(await drop(one))) break;
      } else {
        for (const { id } of keeps.filter(({ days }) => one.day < today - days))
          done.trimmed += await trim(on, one.name, id);
      }
    }
  }
  return done;
}

/** Deletes what a workspace has in a day, a few thousand rows a statement. */
async function trim(on: Connection, name: string, workspaceId: string): Promise<number> {
  const text = `WITH gone AS (DELETE FROM ${name} WHERE workspace_id = $1 AND ctid = ANY(ARRAY(
      SELECT ctid FROM ${name} WHERE workspace_id = $1 LIMIT ${CHUNK})) RETURNING 1) SELECT count(*) AS n FROM gone`;
  for (let total = 0; ; ) {
    const [row] = await on.run<{ n: number }>({ name: '', text }, [workspaceId]);
    total += row!.n;
    if (row!.n < CHUNK) return total;
  }
}

// A fact that was set aside would otherwise keep its day for ever.
async function forgetFailed(on: Connection, now: number): Promise<void> {
  const text = `DELETE FROM failed_facts f USING workspaces w
    WHERE w.id = f.workspace_id AND f.failed_at < $1::bigint - w.keep_events_days * ${DAY}::bigint`;
  await on.run({ name: '', text }, [now]);
}

// A job and what it made go with the deliveries that it was about. Its rows go first, so that a killed pass leaves the job
// to be met again.
async function forgetResends(on: Connection, now: number): Promise<number> {
  const jobs = await on.run<{ workspace_id: string; id: string }>(
    {
      name: '',
      text: `SELECT j.workspace_id, j.id FROM resend_jobs j JOIN workspaces w ON w.id = j.workspace_id
        WHERE j.state NOT IN ('running', 'stopping') AND j.ended_at < $1::bigint - w.keep_deliveries_days * ${DAY}::bigint`,
    },
    [now],
  );
  const made = `WITH gone AS (DELETE FROM resend_made WHERE (workspace_id, job_id, original) IN (
      SELECT workspace_id, job_id, original FROM resend_made WHERE workspace_id = $1 AND job_id = $2 LIMIT ${CHUNK}) RETURNING 1)
    SELECT count(*) AS n FROM gone`;
  let total = 0;
  for (const { workspace_id: workspaceId, id } of jobs) {
    for (let n = CHUNK; n === CHUNK; total += n)
      n = Number((await on.run<{ n: number }>({ name: '', text: made }, [workspaceId, id]))[0]!.n);
    await on.run({ name: '', text: 'DELETE FROM resend_jobs WHERE workspace_id = $1 AND id = $2' }, [workspaceId, id]);
  }
  return total;
}
