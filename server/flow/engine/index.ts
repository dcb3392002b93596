import { isDataError } from '../../platform/database/index.ts';
import { newId, PARTITIONS } from '../../platform/ids.ts';
import { Outage } from '../../platform/outage.ts';
import { startRuns } from '../scenarios/index.ts';
import { StaleDefinitions } from './apply.ts';
import { chores } from './chores.ts';
import { Definitions } from './definitions.ts';
import { Floors } from './floors.ts';
import { KnownProfiles } from './known-profiles.ts';
import { bulkLimit } from './limits.ts';
import type { EngineParts } from './parts.ts';
import { lookAhead } from './read.ts';
import { turn } from './turn.ts';

export type { DryStep } from './dry-run.ts';
export { forgetProfiles } from './forget.ts';
export { type Rehearsal, rehearse, type ShownCall } from './rehearse.ts';

// Turns that follow one another at once would each carry little; this much is gathered between their beginnings.
const GATHER_MS = 20;
// The net below the signals.
const POLL_MS = 500;
const TIMERS_MS = 100;
// While nothing happens it is looked without a turn; one is taken all the same now and then, for the floors of the queues.
const QUIET_MS = 5_000;
// After our own trouble (database away): doubled up to the second.
const BACKOFF_MS = { first: 50, most: 1_000 };

/** How long there is nothing to do for a turn (ms), as far as the tables tell; 0: something waits. */
async function restOf({ database, clock }: EngineParts, askedAt: number): Promise<number> {
  const { facts, due, now } = await lookAhead(database);
  clock.observe(now, askedAt);
  return facts ? 0 : Math.max(0, Math.min(POLL_MS, due === null ? POLL_MS : due - now));
}

/** Starts the engine: turns, one after the other, until stopped. `stop` lets the turn under way end. */
export async function startEngine(parts: EngineParts): Promise<{ stop(): Promise<void> }> {
  const { database, clock, log, signals } = parts;
  const definitions = new Definitions();
  const floors = new Floors();
  const known = new KnownProfiles();
  const outage = new Outage(log);
  let wake: () => void = () => {};
  let woken = false;
  let stopped = false;
  const off = signals.on('inbox', () => {
    woken = true;
    wake();
  });
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (stopped) wake();
    });

  const run = async () => {
    let isolate = false;
    let backoff = BACKOFF_MS.first;
    let rotation = 0;
    let timersAt = 0;
    let bulk = 1;
    let quietUntil = 0;
    while (!stopped) {
      const began = performance.now();
      const called = woken;
      woken = false;
      try {
        if (began < quietUntil && !called) {
          const rest = await restOf(parts, began);
          if (rest > 0) {
            backoff = BACKOFF_MS.first;
            outage.worked();
            if (!woken) await sleep(Math.max(1, Math.min(rest, quietUntil - performance.now())));
            continue;
          }
        }
        const timers = began >= timersAt;
        if (timers) timersAt = began + TIMERS_MS;
        const engines = Math.max(1, parts.processes.alive('engine'));
        const share = Math.ceil(PARTITIONS / engines);
        // With several engines each turn begins elsewhere, so that no two partitions are kept apart for ever.
        rotation = engines === 1 ? 0 : (rotation + 37) % PARTITIONS;
        const result = await turn({
          database,
          definitions,
          floors,
          known,
          fresh: parts.fresh !== undefined,
          share,
          rotation,
          timers,
          bulk,
          isolate,
          newId,
          observe: (now) => clock.observe(now, began),
        });
        if (result.bulkWorkspaces > 0) bulk = bulkLimit(bulk, performance.now() - began, result.bulkWorkspaces);
        isolate = false;
        backoff = BACKOFF_MS.first;
        outage.worked();
        for (const fact of result.setAside) {
          log.warn(
            { fact: fact.id, profile: fact.profileId, workspace: fact.workspaceId },
            'a fact failed three times and was set aside',
          );
        }
        // In this order: a turn that applies facts one by one may change a profile after it queued for it.
        parts.fresh?.put(result.fresh, performance.now());
        parts.fresh?.changed(result.changed);
        if (result.queued) signals.raise('lane_queue');
        if (result.halted) signals.raise('scenarios');
        quietUntil = timers && result.facts + result.timers === 0 ? began + QUIET_MS : 0;
        if (result.facts + result.timers > 0) {
          const rest = GATHER_MS - (performance.now() - began);
          if (rest > 1) await new Promise((resolve) => setTimeout(resolve, rest));
          if (result.more || woken || engines > 1) continue;
        }
        if (!woken) await sleep(Math.max(1, Math.min(POLL_MS, timersAt - performance.now())));
      } catch (error) {
        definitions.forget();
        if (error instanceof StaleDefinitions) continue;
        if (isDataError(error) && !isolate) {
          isolate = true;
          continue;
        }
        isolate = false;
        outage.failed(error, 'a turn of the engine');
        await sleep(backoff);
        backoff = Math.min(BACKOFF_MS.most, backoff * 2);
      }
    }
  };
  const done = run();
  const stopChores = chores(parts);
  const runs = startRuns(parts);
  return {
    async stop() {
      stopped = true;
      off();
      wake();
      await Promise.all([done, stopChores(), runs.stop()]);
    },
  };
}
