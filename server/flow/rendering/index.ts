/** Webhook versions and contexts → exact bytes, and responses → values, in locked-down processes. */
import type { WebhookDefinition } from '../../../shared/webhook.ts';
import type { Trouble } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import type { EntriesJob, EntriesResult, MapJob, MapResult } from '../responses/index.ts';
import type { MemberResult, Problem, RenderJob, RenderResult } from './job.ts';
import { Dispatcher } from './pool.ts';
import { BUSY, checkTask, entriesTask, mapTask, memberTask, renderTask, type Task } from './tasks.ts';

export type { EntriesJob, EntriesResult, Entry, MapJob, MapResult } from '../responses/index.ts';
export type { MemberResult, RenderedRequest, RenderFailure, RenderJob, RenderResult } from './job.ts';
export { failureText } from './job.ts';

/** Jobs a process gets at once, at most; and most jobs that may wait. */
const BATCH = 20;
const MAX_WAITING = 20_000;

export interface RenderPool {
  /** Results in the order of the jobs; never rejects because of a template. */
  render(jobs: RenderJob[]): Promise<RenderResult[]>;
  /** Parts of batches, one a profile, in the order of the jobs. */
  members(jobs: RenderJob[]): Promise<MemberResult[]>;
  /** What a batch's answer says of each of its members. */
  entries(job: EntriesJob): Promise<EntriesResult | Trouble>;
  /** Values that mapping rules find. */
  map(jobs: MapJob[]): Promise<MapResult[]>;
  /** Everything wrong with the templates and paths of a definition, or the trouble of ours that kept it from being checked. */
  check(definition: WebhookDefinition): Promise<Problem[] | Trouble>;
  /** Process ids of the renderer processes. */
  pids(): number[];
  /** Ends the processes; what waits gets trouble of class `ours`. */
  stop(): Promise<void>;
}

export interface RenderPoolOptions {
  size?: number;
  log: Log;
  /** Most milliseconds for a batch. */
  deadlineMs?: number;
  heapMb?: number;
  /** Processes start with the first work and end when there was none for so long (ms); without it they always run. */
  idleMs?: number;
}

/**
 * Starts the renderer processes. Measured with one process on a 2-core machine, in batches of 20, a JSON template of 12
 * fields over a profile of 31 attributes: 13,000 to 22,000 renders a second, 4 to 10 µs a render in the main process.
 */
export function createRenderPool({
  size = 2,
  log,
  deadlineMs = 1000,
  heapMb = 256,
  idleMs,
}: RenderPoolOptions): RenderPool {
  const dispatcher = new Dispatcher({ size, log, deadlineMs, heapMb, idleMs: idleMs ?? null });

  /** Hands out jobs in batches and resolves when all have a result. Over the bound of the queue they fail at once. */
  function all<Job, Result>(
    jobs: Job[],
    make: (jobs: Job[], slots: number[], done: (slot: number, result: Result) => void) => Task,
  ): Promise<Result[]> {
    return new Promise((resolve) => {
      const results = new Array<Result>(jobs.length);
      let open = jobs.length;
      if (open === 0) return resolve(results);
      const done = (slot: number, result: Result) => {
        results[slot] = result;
        if (--open === 0) resolve(results);
      };
      const tasks: Task[] = [];
      for (let from = 0; from < jobs.length; from += BATCH) {
        const batch = jobs.slice(from, from + BATCH);
        tasks.push(
          make(
            batch,
            batch.map((_, i) => from + i),
            done,
          ),
        );
      }
      if (dispatcher.waiting + jobs.length > MAX_WAITING) for (const task of tasks) task.fail(BUSY);
      else dispatcher.submit(tasks);
    });
  }

  return {
    render: (jobs) => all(jobs, renderTask),
    members: (jobs) => all(jobs, memberTask),
    entries: (job) => new Promise((resolve) => dispatcher.submit([entriesTask(job, resolve)])),
    map: (jobs) => all(jobs, mapTask),
    check: (definition) => new Promise((resolve) => dispatcher.submit([checkTask(definition, resolve)])),
    pids: () => dispatcher.pids(),
    stop: () => dispatcher.stop(),
  };
}
