import { messageOf } from '../../../platform/errors.ts';
import { startLoop } from '../../../platform/loop.ts';
import type { Signals } from '../../../platform/signals.ts';
import { type StepParts, step } from './step.ts';

// While no job is open one look a second is enough: who makes one raises a signal.
const LOOK_MS = 1_000;
const WAIT_MS = 100;
const TROUBLE_MS = 1_000;

/**
 * Works on resend jobs until stopped, a step at a time. Every delivery process does: which of them takes the next step of
 * a job is decided by the lock on its row.
 */
export function startResending(parts: StepParts & { signals: Signals }): { stop(): Promise<void> } {
  const { signals, log } = parts;
  return startLoop({
    signals,
    on: ['resends'],
    work: async () => {
      const stepped = await step(parts);
      if (stepped.kind !== 'worked') return stepped.kind === 'waits' ? WAIT_MS : LOOK_MS;
      signals.raise(stepped.queued ? 'lane_queue' : 'inbox');
      return 0;
    },
    failed: (error) => {
      log.warn({ error: messageOf(error) }, 'a step of a resend job failed and is repeated');
      return TROUBLE_MS;
    },
  });
}
