import type { Clock } from '../../../platform/clock.ts';
import type { Database, Sql } from '../../../platform/database/index.ts';
import type { Signals } from '../../../platform/signals.ts';
import { bumpDefinitions } from '../../../schema/index.ts';
import {
  COLUMNS,
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
import { settleScenario } from './settle.ts';

const setState: Sql = {
  name: 'scenario-state',
  text: `UPDATE scenarios SET state = $3, settling = true, updated_at = $4
    WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};

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
    await bumpDefinitions(tx);
    return ok(toScenario(changed!));
  });
  if (!result.ok) return result;
  await settleScenario(on.database, on.clock, workspaceId, id, to);
  on.signals.raise('inbox');
  on.signals.raise('lane_queue');
  return result;
}
