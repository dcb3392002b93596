import type { Connection, Sql } from '../../../platform/database/index.ts';

// Both in one statement: one snapshot, so that a gathering in between counts nothing twice.
const read: Sql = {
  name: 'statistics-read',
  text: `SELECT step, name, sum(n)::bigint AS count FROM (
      SELECT step, name, count AS n FROM counters WHERE workspace_id = $1 AND scenario_id = $2
      UNION ALL SELECT step, name, delta FROM counter_deltas WHERE workspace_id = $1 AND scenario_id = $2) AS every
    GROUP BY step, name`,
};
// Sorted upserts and SKIP LOCKED: two processes that gather at once neither wait in a circle nor count twice.
const compact: Sql = {
  name: 'statistics-compact',
  text: `WITH gone AS (
      DELETE FROM counter_deltas WHERE id IN (
        SELECT id FROM counter_deltas ORDER BY id LIMIT 50000 FOR UPDATE SKIP LOCKED)
      RETURNING workspace_id, scenario_id, step, name, delta),
    written AS (
      INSERT INTO counters (workspace_id, scenario_id, step, name, count)
      SELECT workspace_id, scenario_id, step, name, sum(delta) FROM gone
      GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      ON CONFLICT (workspace_id, scenario_id, step, name) DO UPDATE SET count = counters.count + excluded.count)
    SELECT count(*) AS count FROM gone`,
};

/** What one step has done. `pending`: queued, and not ended yet. */
export interface StepStatistics {
  step: string;
  reached: number;
  profiles: number;
  queued: number;
  accepted: number;
  pending: number;
  failed: number;
  skipped: number;
  cancelled: number;
  failedBy: Record<string, number>;
  skippedBy: Record<string, number>;
}

export interface ScenarioStatistics {
  entered: number;
  profiles: number;
  ended: number;
  steps: StepStatistics[];
}

/** The numbers of a scenario and its steps; steps by id, those of older versions included. */
export async function readStatistics(
  on: Connection,
  workspaceId: string,
  scenarioId: string,
): Promise<ScenarioStatistics> {
  const rows = await on.run<{ step: string; name: string; count: number }>(read, [workspaceId, scenarioId]);
  const steps = new Map<string, Map<string, number>>();
  for (const row of rows) steps.set(row.step, (steps.get(row.step) ?? new Map()).set(row.name, row.count));
  const whole = steps.get('');
  steps.delete('');
  return {
    entered: whole?.get('entered') ?? 0,
    profiles: whole?.get('profiles') ?? 0,
    ended: whole?.get('ended') ?? 0,
    steps: [...steps].sort(([a], [b]) => (a < b ? -1 : 1)).map(([step, counts]) => present(step, counts)),
  };
}

/** Gathers at most 50,000 deltas into the counters. Returns how many there were. */
export async function compactCounters(on: Connection): Promise<number> {
  const [row] = await on.run<{ count: number }>(compact);
  return row?.count ?? 0;
}

function present(step: string, counts: ReadonlyMap<string, number>): StepStatistics {
  const n = (name: string) => counts.get(name) ?? 0;
  const by = (prefix: string) =>
    Object.fromEntries([...counts].filter(([k]) => k.startsWith(prefix)).map(([k, v]) => [k.slice(prefix.length), v]));
  const ended = n('delivered') + n('failed') + n('skipped') + n('cancelled');
  return {
    step,
    reached: n('reached'),
    profiles: n('profiles'),
    queued: n('queued'),
    accepted: n('delivered'),
    pending: Math.max(0, n('queued') - ended),
    failed: n('failed'),
    skipped: n('skipped'),
    cancelled: n('cancelled'),
    failedBy: by('failed:'),
    skippedBy: by('skipped:'),
  };
}
