import type { Clock } from '../../../platform/clock.ts';
import type { Database, Sql } from '../../../platform/database/index.ts';
import { messageOf } from '../../../platform/errors.ts';
import type { Log } from '../../../platform/log.ts';
import type { Signals } from '../../../platform/signals.ts';
import { settleScenarios } from '../definitions/settle.ts';
import { beginRuns } from './begin.ts';
import { fireCalendars, syncCalendars } from './calendars.ts';
import { RunQueue, type Step } from './queue.ts';
import { settleRuns } from './settle.ts';

// Whether there is anything to do, in one statement for each of the two loops: nearly always there isn't.
const unsettled: Sql = {
  name: 'run-any-unsettled',
  text: 'SELECT EXISTS (SELECT 1 FROM scenarios WHERE settling) OR EXISTS (SELECT 1 FROM campaign_runs WHERE settling) AS busy',
};
const ahead: Sql = {
  name: 'run-any-ahead',
  text: `SELECT version, EXISTS (SELECT 1 FROM campaign_calendars WHERE next_at <= $1)
      OR EXISTS (SELECT 1 FROM campaign_runs WHERE state = 'queuing' OR state = 'waiting' AND starts_at <= $1) AS busy
    FROM definitions`,
};
const queuing: Sql = {
  name: 'runs-queuing',
  text: `SELECT workspace_id, id FROM campaign_runs WHERE state = 'queuing' ORDER BY starts_at LIMIT 100`,
};

// How long is waited before it is looked again: when there is nothing to do, while something is being sent that a changed
// state is about, after our own trouble, and after a step of a run.
const IDLE_MS = 1_000;
const SETTLING_MS = 300;
const TROUBLE_MS = 2_000;
const WAIT_MS: Record<Step, number> = { more: 0, full: 50, later: 300, over: IDLE_MS };

export interface RunsParts {
  database: Database;
  clock: Clock;
  log: Log;
  signals: Signals;
}

/**
 * Starts what campaigns need: calendars, runs that begin, chunks of those that queue, queues that follow a changed state.
 * Every engine process does it; rows are locked for the time of a step, so each step is done once, and what a process that
 * dies leaves is taken up by another. `stop` lets the step under way end.
 */
export function startRuns(parts: RunsParts): { stop(): Promise<void> } {
  const { database, clock, log, signals } = parts;
  const queue = new RunQueue(database, clock);
  let stopped = false;
  let synced = -1;

  // Apart from the others: a queue of a million takes a minute to follow a change.
  const settle = async () => {
    const [found] = await database.run<{ busy: boolean }>(unsettled);
    if (!found?.busy) return IDLE_MS;
    const scenarios = await settleScenarios(database, clock);
    const runs = await settleRuns(database, clock);
    if (scenarios + runs.looked > 0) for (const name of ['lane_queue', 'inbox']) signals.raise(name);
    return runs.open > 0 ? SETTLING_MS : IDLE_MS;
  };
  const start = async (version: number) => {
    if (version !== synced) {
      await syncCalendars(database, clock);
      synced = version;
    }
    await fireCalendars(database, clock);
    await beginRuns(database, clock);
  };
  // One chunk each, in turn, so that no workspace waits for another's million.
  const advance = async () => {
    let rest = IDLE_MS;
    for (const run of await database.run<{ workspace_id: string; id: string }>(queuing)) {
      if (stopped) break;
      const wait = await queue.step(run.workspace_id, run.id).then(
        (step) => {
          if (step === 'more' || step === 'over') signals.raise('inbox');
          return WAIT_MS[step];
        },
        (error: unknown) => {
          log.error({ run: run.id, error: messageOf(error) }, 'a run of a campaign could not go on and is tried again');
          return TROUBLE_MS;
        },
      );
      rest = Math.min(rest, wait);
    }
    return rest;
  };

  const wakes = new Set<() => void>();
  let changes = 0;
  const off = signals.on('scenarios', () => {
    changes++;
    for (const wake of wakes) wake();
  });
  /** Repeats some work; what it returns is how long to wait then, ms, unless something changes before. */
  const repeat = async (work: () => Promise<number>) => {
    while (!stopped) {
      const seen = changes;
      const rest = await work().catch((error: unknown) => {
        log.error({ error: messageOf(error) }, 'campaigns could not go on and are tried again');
        return TROUBLE_MS;
      });
      if (stopped || changes !== seen || rest === 0) continue;
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          wakes.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, rest);
        wakes.add(wake);
      });
    }
  };
  const begin = async () => {
    const [found] = await database.run<{ version: number; busy: boolean }>(ahead, [clock.now()]);
    if (!found || (found.version === synced && !found.busy)) return IDLE_MS;
    await start(found.version);
    return advance();
  };
  const done = [repeat(settle), repeat(begin)];
  return {
    async stop() {
      stopped = true;
      off();
      for (const wake of wakes) wake();
      await Promise.all(done);
    },
  };
}
