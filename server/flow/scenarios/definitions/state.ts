import { endNotice, raiseNotice } from '../../../notices/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import type { Signals } from '../../../platform/signals.ts';
import { bumpDefinitions } from '../../../schema/index.ts';
import {
  COLUMNS,
  type Halt,
  lockScenario,
  missing,
  ok,
  type Result,
  refuse,
  type Scenario,
  type ScenarioRow,
  type ScenarioState,
  toScenario,
} from './scenario.ts';
import { settleScenario, type Target } from './settle.ts';

const setState: Sql = {
  name: 'scenario-state',
  text: `UPDATE scenarios SET state = $3, settling = true, halted = NULL, clearing = false, updated_at = $4
    WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};

// The turn that lets profiles in by a run looks at the run; see engine/load.ts.
const stopRuns: Sql = {
  name: 'scenario-stop-runs',
  text: `UPDATE campaign_runs SET state = 'stopped', settling = true, reason = $3
    WHERE workspace_id = $1 AND scenario_id = $2 AND state <> 'stopped'
      AND (state <> 'done' OR $4 AND EXISTS (SELECT 1 FROM lane_queue q WHERE q.run_id = campaign_runs.id))`,
};

const setHalted: Sql = {
  name: 'scenario-halt',
  text: `UPDATE scenarios SET state = 'paused', settling = true, clearing = false, halted = $3, updated_at = $4
    WHERE workspace_id = $1 AND id = $2`,
};
const setClearing: Sql = {
  name: 'scenario-clear',
  text: `UPDATE scenarios SET settling = true, clearing = true, halted = NULL, updated_at = $3
    WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};
const PATIENCE_MS = 3_000;

/** Needed to change a state and to tell those who wait for work. */
export interface StateDependencies {
  database: Database;
  clock: Clock;
  signals: Signals;
}

/** Holds queued deliveries and timers; profiles don't enter, and what is being sent ends. */
export function pauseScenario(on: StateDependencies, workspaceId: string, id: string): Promise<Result<Scenario>> {
  return change(on, workspaceId, id, 'paused', ['active']);
}

/** Releases what was held: deliveries are due now, timers when they were, at the earliest now. */
export function resumeScenario(on: StateDependencies, workspaceId: string, id: string): Promise<Result<Scenario>> {
  return change(on, workspaceId, id, 'active', ['paused']);
}

/** Ends a scenario for good: cancels queued deliveries and wakes timers, at which the engine ends the enrollments. */
export function archiveScenario(on: StateDependencies, workspaceId: string, id: string): Promise<Result<Scenario>> {
  return change(on, workspaceId, id, 'archived', ['active', 'paused']);
}

const DONE: Record<string, string> = { paused: 'paused', active: 'resumed', archived: 'archived' };

// The state commits first, alone; then the queues follow in chunks. A process that dies between leaves `settling` set,
// and settleScenarios goes on. Asking for the state that it has already settles it once more and changes nothing else.
async function change(
  on: StateDependencies,
  workspaceId: string,
  id: string,
  to: ScenarioState,
  from: ScenarioState[],
): Promise<Result<Scenario>> {
  const result = await on.database.transaction(async (tx): Promise<Result<Scenario>> => {
    const [row] = await tx.run<ScenarioRow>(lockScenario, [workspaceId, id]);
    if (!row) return missing();
    if (row.state === to) return ok(toScenario(row));
    if (!from.includes(row.state)) {
      const message = `The scenario "${row.name}" is ${row.state === 'draft' ? 'a draft' : row.state} and can't be ${DONE[to]}.`;
      return refuse({ kind: 'conflict', message });
    }
    const [changed] = await tx.run<ScenarioRow>(setState, [workspaceId, id, to, on.clock.now()]);
    if (to === 'archived') await tx.run(stopRuns, [workspaceId, id, 'The scenario was archived.', false]);
    await endNotice(tx, { workspaceId, kind: 'scenario_halted', subject: id }, on.clock.now());
    await bumpDefinitions(tx);
    return ok(toScenario(changed!));
  });
  if (!result.ok) return result;
  const { state, halted } = result.value;
  await settle(on, workspaceId, id, { state, halted: halted !== null, clearing: false });
  return result;
}

// A million deliveries take a minute: nobody waits for more than the first of them, the engine goes on (see startRuns).
async function settle(on: StateDependencies, workspaceId: string, id: string, target: Target): Promise<void> {
  await settleScenario(on.database, on.clock, workspaceId, id, target, performance.now() + PATIENCE_MS);
  for (const name of ['inbox', 'lane_queue', 'scenarios']) on.signals.raise(name);
}

/**
 * Stops a scenario because of a response: it is paused, and its waiting deliveries become `halted` until it is resumed
 * (released) or cleared. In the caller's transaction; the caller then raises the signal `scenarios`, and until the engine
 * has gone through the queue the pre-send commit keeps everything back. One that is halted already keeps its first reason.
 *
 * @param why a sentence, such as "Stopped by the answer 410 of the webhook CRM", and the delivery
 * @returns whether the scenario is halted now; false for a draft, an archived one, and none
 */
export async function haltScenario(
  tx: Connection,
  clock: Pick<Clock, 'now'>,
  workspaceId: string,
  id: string,
  why: { message: string; delivery: string | null },
): Promise<boolean> {
  const [row] = await tx.run<ScenarioRow>(lockScenario, [workspaceId, id]);
  if (row?.state !== 'active' && row?.state !== 'paused') return false;
  if (row.halted !== null) return true;
  const now = clock.now();
  await tx.run(setHalted, [workspaceId, id, JSON.stringify({ ...why, at: now } satisfies Halt), now]);
  const message = `The scenario "${row.name}" was stopped by an answer and waits for you. ${why.message}`;
  await raiseNotice(tx, { workspaceId, kind: 'scenario_halted', subject: id, message }, now);
  await bumpDefinitions(tx);
  return true;
}

/**
 * Cancels what waits in a paused or halted scenario: deliveries end as cancelled, runs of a campaign stop. It stays paused,
 * and is halted no more.
 */
export async function clearScenario(on: StateDependencies, workspaceId: string, id: string): Promise<Result<Scenario>> {
  const result = await on.database.transaction(async (tx): Promise<Result<Scenario>> => {
    const [row] = await tx.run<ScenarioRow>(lockScenario, [workspaceId, id]);
    if (!row) return missing();
    if (row.state !== 'paused') {
      const message = `The scenario "${row.name}" isn't paused. Pause it first: then what waits can be cancelled.`;
      return refuse({ kind: 'conflict', message });
    }
    const [changed] = await tx.run<ScenarioRow>(setClearing, [workspaceId, id, on.clock.now()]);
    await endNotice(tx, { workspaceId, kind: 'scenario_halted', subject: id }, on.clock.now());
    await tx.run(stopRuns, [workspaceId, id, 'What waited in the scenario was cancelled.', true]);
    await bumpDefinitions(tx);
    return ok(toScenario(changed!));
  });
  if (result.ok) await settle(on, workspaceId, id, { state: 'paused', halted: false, clearing: true });
  return result;
}
