import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import type { Signals } from '../../../platform/signals.ts';
import {
  lockScenario,
  missing,
  ok,
  type Result,
  readDefinition,
  refuse,
  type ScenarioRow,
} from '../definitions/scenario.ts';
import { RUN_COLUMNS, type Run, type RunRow, type RunStateName, toRun } from './run.ts';

const definition: Sql = {
  name: 'run-definition',
  text: 'SELECT definition FROM scenario_versions WHERE workspace_id = $1 AND scenario_id = $2 AND version = $3',
};
const open: Sql = {
  name: 'run-count-open',
  text: `SELECT count(*) AS n FROM campaign_runs WHERE workspace_id = $1 AND scenario_id = $2 AND state IN ('waiting', 'queuing', 'paused')`,
};
const insert: Sql = {
  name: 'run-insert',
  text: `INSERT INTO campaign_runs (workspace_id, id, scenario_id, state, by_calendar, starts_at, created_at)
    VALUES ($1, $2, $3, 'waiting', false, $4, $5) RETURNING ${RUN_COLUMNS}`,
};
// The strongest lock: turns of the engine hold the key's lock on runs that they let profiles in by, so a change waits for
// those under way, and every later turn sees it.
const lock: Sql = {
  name: 'run-lock',
  text: `SELECT ${RUN_COLUMNS}, until_id IS NOT NULL AS begun FROM campaign_runs WHERE workspace_id = $1 AND id = $2 FOR UPDATE`,
};
const setState: Sql = {
  name: 'run-state',
  text: `UPDATE campaign_runs SET state = $3, settling = true, reason = NULL WHERE workspace_id = $1 AND id = $2
    RETURNING ${RUN_COLUMNS}`,
};

/** Runs of one scenario that may be open at a time. */
const MOST_OPEN = 20;

/** Needed to change runs and to tell those who do the work. */
export interface RunDependencies {
  database: Database;
  clock: Clock;
  signals: Signals;
}

/**
 * Makes a run of a campaign, now or at a time (`at`, ms). Refused when the scenario isn't active, or no campaign, or has
 * 20 runs open.
 */
export async function startRun(
  on: RunDependencies,
  workspaceId: string,
  scenarioId: string,
  at: number | null,
): Promise<Result<Run>> {
  const result = await on.database.transaction(async (tx): Promise<Result<Run>> => {
    const [scenario] = await tx.run<ScenarioRow>(lockScenario, [workspaceId, scenarioId]);
    if (!scenario) return missing();
    const no = (message: string) => refuse({ kind: 'conflict', message });
    const { name, state } = scenario;
    if (state === 'draft') return no(`The scenario "${name}" is a draft. Publish it, then start it.`);
    if (state !== 'active')
      return no(
        `The scenario "${name}" is ${state} and can't be started.${state === 'paused' ? ' Resume it first.' : ''}`,
      );
    const [version] = await tx.run<{ definition: string }>(definition, [workspaceId, scenarioId, scenario.version]);
    if (readDefinition(version!.definition).trigger?.kind !== 'campaign')
      return no(
        `The scenario "${name}" is started by an event. Make it a campaign and publish it, to start it by hand.`,
      );
    const [count] = await tx.run<{ n: number }>(open, [workspaceId, scenarioId]);
    if (count!.n >= MOST_OPEN) return no(`The scenario "${name}" has ${count!.n} open runs. Stop one of them first.`);
    const now = on.clock.now();
    const [row] = await tx.run<RunRow>(insert, [workspaceId, newId(now), scenarioId, at ?? now, now]);
    return ok(toRun(row!));
  });
  if (result.ok) on.signals.raise('scenarios');
  return result;
}

/** Looks at no more profiles and holds what is queued; what is being sent ends. */
export function pauseRun(on: RunDependencies, workspaceId: string, id: string): Promise<Result<Run>> {
  return change(on, workspaceId, id, ['waiting', 'queuing', 'done'], () => 'paused');
}

/** Goes on where it was paused, and releases what was held. */
export function resumeRun(on: RunDependencies, workspaceId: string, id: string): Promise<Result<Run>> {
  return change(on, workspaceId, id, ['paused'], (row) =>
    row.queued_at !== null ? 'done' : row.begun ? 'queuing' : 'waiting',
  );
}

/** Ends it for good: nobody enters any more, queued deliveries are cancelled, who waits at a step ends there. */
export function stopRun(on: RunDependencies, workspaceId: string, id: string): Promise<Result<Run>> {
  return change(on, workspaceId, id, ['waiting', 'queuing', 'paused', 'done'], () => 'stopped');
}

const noRun = () => refuse({ kind: 'missing', message: 'There is no such run in this workspace.' });

// The state commits alone; the engine brings the queue in line (see settle.ts).
async function change(
  on: RunDependencies,
  workspaceId: string,
  id: string,
  from: RunStateName[],
  to: (row: RunRow & { begun: boolean }) => RunStateName,
): Promise<Result<Run>> {
  const result = await on.database.transaction(async (tx: Connection): Promise<Result<Run>> => {
    const [row] = await tx.run<RunRow & { begun: boolean }>(lock, [workspaceId, id]);
    if (!row) return noRun();
    const target = to(row);
    if (row.state === target) return ok(toRun(row));
    if (!from.includes(row.state)) {
      const message =
        row.state === 'stopped'
          ? 'The run was stopped, and that is for good. Start the scenario again for a new one.'
          : `The run is ${row.state}, so it can't be resumed.`;
      return refuse({ kind: 'conflict', message });
    }
    const [changed] = await tx.run<RunRow>(setState, [workspaceId, id, target]);
    return ok(toRun(changed!));
  });
  if (result.ok) on.signals.raise('scenarios');
  return result;
}
