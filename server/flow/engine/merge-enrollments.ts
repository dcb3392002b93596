import { type Connection, type Sql, uuidArray } from '../../platform/database/index.ts';
import { DELIVERY, ENROLLMENT } from '../../schema/index.ts';
import { cancelTaken, type EnrollmentState, type EntryState, type Taken } from '../scenarios/index.ts';
import { type EnrollmentRow, enrollmentFromRow } from './load.ts';
import { writeEnrollments, writeEntries } from './write.ts';

const q = (name: string, text: string): Sql => ({ name: `merge-${name}`, text });

const entriesSql = q(
  'entries',
  'DELETE FROM scenario_profiles WHERE workspace_id = $1 AND profile_id = ANY($2::uuid[]) RETURNING *',
);
const openSql = q(
  'open',
  `SELECT * FROM enrollments WHERE workspace_id = $1 AND profile_id = ANY($2::uuid[]) AND state = ${ENROLLMENT.active} ORDER BY id`,
);
const waitingSql = q(
  'waiting',
  `SELECT id, partition, lane_id FROM deliveries WHERE workspace_id = $1 AND profile_id = ANY($2::uuid[]) AND enrollment_id = ANY($3::uuid[])
     AND ended_at IS NULL`,
);
// What is being sent ends by itself. LIMIT: see load.ts.
const unqueueSql = q(
  'unqueue',
  `DELETE FROM lane_queue l USING (SELECT * FROM unnest($1::uuid[], $2::uuid[]) LIMIT $3) u(lane_id, id)
   WHERE l.lane_id = u.lane_id AND l.delivery_id = u.id AND l.state IN (${DELIVERY.queued}, ${DELIVERY.retrying}, ${DELIVERY.halted})
   RETURNING l.delivery_id AS id, l.partition, l.tries, l.request_id`,
);
/**
 * Brings the enrollments of two profiles together: of two open ones in one scenario the older stays, and what the younger
 * has queued is cancelled; what is remembered of both in a scenario is added up.
 */
export async function mergeEnrollments(
  tx: Connection,
  workspaceId: string,
  winnerId: string,
  loserId: string,
  now: number,
): Promise<void> {
  const both = uuidArray([winnerId, loserId]);
  const open = (await tx.run<EnrollmentRow>(openSql, [workspaceId, both])).map(enrollmentFromRow);
  const theirs = new Set(open.filter((e) => e.profileId === loserId).map((e) => e.scenarioId));
  const kept = new Set<string>();
  const ended = open.filter((e) => {
    // Only where the merge brought two together: a scenario that lets a profile in twice keeps what it has.
    if (!theirs.has(e.scenarioId) || !open.some((o) => o.profileId === winnerId && o.scenarioId === e.scenarioId))
      return false;
    if (kept.has(e.scenarioId)) return true;
    kept.add(e.scenarioId);
    return false;
  });
  await writeEnrollments(
    tx,
    ended.map((e) => ({ ...e, state: ENROLLMENT.ended, step: null, endedAt: now, reason: 'merged' })),
  );
  await cancelDeliveries(tx, ended, now);
  type Row = {
    scenario_id: string;
    entered: number;
    open: number;
    last_entered_at: number;
    reached: string[];
    last_run_id: string | null;
  };
  const sums = new Map<string, EntryState>();
  for (const row of await tx.run<Row>(entriesSql, [workspaceId, both])) {
    const sum = sums.get(row.scenario_id);
    const gone = sum ? 0 : ended.filter((e) => e.scenarioId === row.scenario_id).length;
    sums.set(row.scenario_id, {
      workspaceId,
      profileId: winnerId,
      scenarioId: row.scenario_id,
      entered: row.entered + (sum?.entered ?? 0),
      open: Math.max(0, row.open + (sum?.open ?? 0) - gone),
      lastEnteredAt: Math.max(row.last_entered_at, sum?.lastEnteredAt ?? 0),
      reached: [...new Set([...row.reached, ...(sum?.reached ?? [])])],
      // Of two runs the later: the earlier one has ended (one run of a scenario at a time).
      lastRunId:
        [row.last_run_id, sum?.lastRunId ?? null]
          .filter((id) => id !== null)
          .sort()
          .at(-1) ?? null,
    });
  }
  await writeEntries(tx, [...sums.values()]);
}

/** Cancels what ended enrollments have queued. Nobody hears of it: there is no enrollment left to move. */
async function cancelDeliveries(tx: Connection, ended: readonly EnrollmentState[], now: number): Promise<void> {
  const [first] = ended;
  if (!first) return;
  type Row = { id: string; partition: number; lane_id: string };
  const waiting = await tx.run<Row>(waitingSql, [
    first.workspaceId,
    uuidArray(ended.map((e) => e.profileId)),
    uuidArray(ended.map((e) => e.id)),
  ]);
  if (waiting.length === 0) return;
  const taken = await tx.run<Taken>(unqueueSql, [
    uuidArray(waiting.map((row) => row.lane_id)),
    uuidArray(waiting.map((row) => row.id)),
    waiting.length,
  ]);
  const message = 'The profile was merged with one that was further on in the same scenario.';
  await cancelTaken(tx, first.workspaceId, taken, { code: 'merged', message }, now);
}
