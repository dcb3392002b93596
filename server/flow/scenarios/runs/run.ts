import { type Connection, type Sql, uuidArray } from '../../../platform/database/index.ts';

export type RunStateName = 'waiting' | 'queuing' | 'paused' | 'done' | 'stopped';

/** One run of a campaign. Times in ms since the epoch. */
export interface Run {
  id: string;
  scenarioId: string;
  /** The scenario's version that profiles enter; null until it begins. */
  version: number | null;
  state: RunStateName;
  byCalendar: boolean;
  /** Why it stopped, when no person did it. */
  reason: string | null;
  startsAt: number;
  /** How many profiles there were when it began; null when that is unknown yet, or took too long to count. */
  total: number | null;
  lookedAt: number;
  matched: number;
  createdAt: number;
  beganAt: number | null;
  /** When the last profile was queued. */
  queuedAt: number | null;
}

/** What became of those who matched. `keptOut`: who may not enter (again). */
export interface RunCounts {
  entered: number;
  keptOut: number;
  queued: number;
  delivered: number;
  failed: number;
  skipped: number;
  cancelled: number;
}

export interface RunRow {
  id: string;
  scenario_id: string;
  version: number | null;
  state: RunStateName;
  by_calendar: boolean;
  reason: string | null;
  starts_at: number;
  total: number | null;
  looked_at: number;
  matched: number;
  created_at: number;
  began_at: number | null;
  queued_at: number | null;
}

export const RUN_COLUMNS =
  'id, scenario_id, version, state, by_calendar, reason, starts_at, total, looked_at, matched, created_at, began_at, queued_at';

const get: Sql = {
  name: 'run-get',
  text: `SELECT ${RUN_COLUMNS} FROM campaign_runs WHERE workspace_id = $1 AND id = $2`,
};
const page: Sql = {
  name: 'run-list',
  text: `SELECT ${RUN_COLUMNS} FROM campaign_runs WHERE workspace_id = $1 AND scenario_id = $2 AND ($3::uuid IS NULL OR id < $3)
    ORDER BY id DESC LIMIT $4`,
};
const calendar: Sql = {
  name: 'run-calendar',
  text: 'SELECT next_at, expression, time_zone FROM campaign_calendars WHERE workspace_id = $1 AND scenario_id = $2',
};
// Both in one statement: one snapshot, so that a gathering in between counts nothing twice.
const counts: Sql = {
  name: 'run-counts',
  text: `SELECT id, name, sum(n)::bigint AS count FROM (
      SELECT u.id, c.name, c.count AS n FROM unnest($2::uuid[]) u(id) CROSS JOIN LATERAL (
        SELECT name, count FROM counters WHERE workspace_id = $1 AND scenario_id = u.id OFFSET 0) c
      UNION ALL SELECT scenario_id, name, delta FROM counter_deltas WHERE workspace_id = $1 AND scenario_id = ANY($2::uuid[])) every
    GROUP BY 1, 2`,
};

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    scenarioId: row.scenario_id,
    version: row.version,
    state: row.state,
    byCalendar: row.by_calendar,
    reason: row.reason,
    startsAt: row.starts_at,
    total: row.total,
    lookedAt: row.looked_at,
    matched: row.matched,
    createdAt: row.created_at,
    beganAt: row.began_at,
    queuedAt: row.queued_at,
  };
}

/** The run, or null when the workspace has none with this id. */
export async function getRun(on: Connection, workspaceId: string, id: string): Promise<Run | null> {
  const [row] = await on.run<RunRow>(get, [workspaceId, id]);
  return row ? toRun(row) : null;
}

/** One page of a scenario's runs, newest first. `before`: the id that the last page ended with. */
export async function listRuns(
  on: Connection,
  workspaceId: string,
  scenarioId: string,
  options: { before: string | null; limit: number },
): Promise<Run[]> {
  const rows = await on.run<RunRow>(page, [workspaceId, scenarioId, options.before, options.limit]);
  return rows.map(toRun);
}

/** When the calendar starts a scenario the next time (`at`, ms), and by what; null without a calendar. */
export async function nextByCalendar(
  on: Connection,
  workspaceId: string,
  scenarioId: string,
): Promise<{ at: number; expression: string; timeZone: string } | null> {
  type Row = { next_at: number; expression: string; time_zone: string };
  const [row] = await on.run<Row>(calendar, [workspaceId, scenarioId]);
  return row ? { at: row.next_at, expression: row.expression, timeZone: row.time_zone } : null;
}

/** What became of those who matched, by run. */
export async function countRuns(
  on: Connection,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, RunCounts>> {
  const none = () => ({ entered: 0, keptOut: 0, queued: 0, delivered: 0, failed: 0, skipped: 0, cancelled: 0 });
  const found = new Map<string, RunCounts>(ids.map((id) => [id, none()]));
  if (ids.length === 0) return found;
  type Row = { id: string; name: string; count: number };
  for (const { id, name, count } of await on.run<Row>(counts, [workspaceId, uuidArray(ids)])) {
    const key = name === 'kept_out' ? 'keptOut' : name;
    const of = found.get(id)!;
    if (Object.hasOwn(of, key)) of[key as keyof RunCounts] += count;
  }
  return found;
}
