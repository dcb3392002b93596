import type { Connection, Sql } from '../../platform/database/index.ts';
import type { TrailEntry } from './state.ts';

/** An enrollment as people see it: where it is, and the way it came. Times in ms since the epoch. */
export interface EnrollmentView {
  id: string;
  profileId: string;
  scenarioId: string;
  scenarioName: string;
  version: number;
  /** A number of ENROLLMENT. */
  state: number;
  step: string | null;
  eventId: string | null;
  startedAt: number;
  endedAt: number | null;
  reason: string | null;
  runId: string | null;
  trail: TrailEntry[];
  responses: Record<string, { delivery: string; attempt: string | null; status: number | null }>;
}

const COLUMNS = `e.id, e.profile_id, e.scenario_id, s.name AS scenario_name, e.version, e.state, e.step, e.event_id,
  e.started_at, e.ended_at, e.reason, e.run_id, e.data`;
const FROM = 'enrollments e LEFT JOIN scenarios s ON (s.workspace_id, s.id) = (e.workspace_id, e.scenario_id)';
const byId: Sql = {
  name: 'enrollment-get',
  text: `SELECT ${COLUMNS} FROM ${FROM} WHERE e.workspace_id = $1 AND e.id = $2`,
};
const ofProfiles: Sql = {
  name: 'enrollment-list',
  text: `SELECT ${COLUMNS} FROM ${FROM} WHERE e.workspace_id = $1 AND e.profile_id = ANY($2::uuid[])
    AND ($3::uuid IS NULL OR e.scenario_id = $3) AND ($4::uuid IS NULL OR e.id < $4) ORDER BY e.id DESC LIMIT $5`,
};

// By the key, newest first, no further than the floor: an index of its own every enrollment would pay for.
const MOST_READ = 5_000;
const floorOf: Sql = {
  name: 'enrollment-floor',
  text: `SELECT id FROM enrollments WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2)
    ORDER BY id DESC OFFSET ${MOST_READ - 1} LIMIT 1`,
};
const ofScenario: Sql = {
  name: 'enrollment-list-scenario',
  text: `SELECT ${COLUMNS} FROM ${FROM} WHERE e.workspace_id = $1 AND ($2::uuid IS NULL OR e.id < $2)
    AND ($3::uuid IS NULL OR e.id >= $3) AND e.scenario_id = $4 AND ($5::int2 IS NULL OR e.state = $5)
    AND ($6::text IS NULL OR e.step = $6) AND ($7::text IS NULL OR position($7 in e.data) > 0)
    ORDER BY e.id DESC LIMIT $8`,
};

/** The enrollment, or null when the workspace has none with this id. */
export async function getEnrollment(on: Connection, workspaceId: string, id: string): Promise<EnrollmentView | null> {
  const [row] = await on.run<Row>(byId, [workspaceId, id]);
  return row ? toView(row) : null;
}

/** One page of the enrollments of a profile (and of those merged into it), newest first; of one scenario if given. */
export async function listEnrollments(
  on: Connection,
  workspaceId: string,
  profileIds: readonly string[],
  options: { scenarioId: string | null; before: string | null; limit: number },
): Promise<EnrollmentView[]> {
  const rows = await on.run<Row>(ofProfiles, [
    workspaceId,
    profileIds,
    options.scenarioId,
    options.before,
    options.limit,
  ]);
  return rows.map(toView);
}

/**
 * One page of the enrollments in a scenario, newest first; those that stand at a step (`at`), or have passed it
 * (`passed`). Reads at most 5,000: a page may be short. `next`: where to go on, null at the end.
 */
export async function listEnrolled(
  on: Connection,
  workspaceId: string,
  scenarioId: string,
  options: { state: number | null; at: string | null; passed: string | null; before: string | null; limit: number },
): Promise<{ items: EnrollmentView[]; next: string | null }> {
  const { state, at, passed, before, limit } = options;
  const [floor] = await on.run<{ id: string }>(floorOf, [workspaceId, before]);
  // As the trail is written: its entries begin with their step.
  const within = passed === null ? null : `{"step":${JSON.stringify(passed)},`;
  const values = [workspaceId, before, floor?.id ?? null, scenarioId, state, at, within, limit + 1];
  const rows = await on.run<Row>(ofScenario, values);
  const shown = rows.slice(0, limit);
  return { items: shown.map(toView), next: rows.length > limit ? shown.at(-1)!.id : (floor?.id ?? null) };
}

interface Row {
  id: string;
  profile_id: string;
  scenario_id: string;
  scenario_name: string | null;
  version: number;
  state: number;
  step: string | null;
  event_id: string | null;
  started_at: number;
  ended_at: number | null;
  reason: string | null;
  run_id: string | null;
  data: string;
}

function toView(row: Row): EnrollmentView {
  const data = JSON.parse(row.data) as Partial<Pick<EnrollmentView, 'trail' | 'responses'>>;
  return {
    id: row.id,
    profileId: row.profile_id,
    scenarioId: row.scenario_id,
    scenarioName: row.scenario_name ?? '',
    version: row.version,
    state: row.state,
    step: row.step,
    eventId: row.event_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    reason: row.reason,
    runId: row.run_id,
    trail: data.trail ?? [],
    responses: data.responses ?? {},
  };
}
