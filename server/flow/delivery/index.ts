import { startNotices } from '../../notices/index.ts';
import { Settled } from '../../platform/database/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { startLoop } from '../../platform/loop.ts';
import type { Fresh } from './fresh.ts';
import type { DeliveryParts } from './parts.ts';
import { raiseFloors } from './queue.ts';
import { startResending } from './resending/runner.ts';
import { Worker } from './worker.ts';

export type { ContextRow } from './context.ts';
export type { Fresh } from './fresh.ts';
export type { DeliveryParts } from './parts.ts';
export { BUILT_IN_RETRY } from './retry.ts';

const POLL_MS = 500;
const BALANCE_MS = 1_000;
const STOP_MS = 10_000;
// Longest from reading the clock to writing a queue row: 5 s for a connection, 5 s a statement.
const SETTLED_MS = 10_000;

/**
 * Starts delivery: owns lanes, sends what is due in them. `fresh` takes what an engine in the same process has at hand.
 * `stop` lets what is open end (10 s), then gives lanes back.
 */
export async function startDelivery(parts: DeliveryParts): Promise<{ fresh: Fresh; stop(): Promise<void> }> {
  const { database, clock, log, signals, processes } = parts;
  let balanceAt = 0;
  let floorsAt = 0;
  let wake = () => {};
  const worker = new Worker(parts, () => wake());
  const settled = new Settled(SETTLED_MS);
  const offs = [
    signals.on('lanes', () => {
      balanceAt = 0;
    }),
    signals.on('lane_queue', () => worker.queued()),
  ];
  processes.onLost(() => {
    log.warn('this process could not renew its lease in time: it calls off what it has open');
    worker.lose();
  });

  /** Reads the lanes once; returns how long there is nothing more to read, ms. */
  const read = async (): Promise<number> => {
    const at = performance.now();
    if (at >= balanceAt && processes.valid()) {
      const gained = await worker.lanes.balance(
        database,
        () => clock.now(),
        (lane) => worker.window.holds(lane) === 0,
      );
      if (gained) floorsAt = 0;
      await worker.look();
      balanceAt = at + BALANCE_MS;
    }
    const taken = processes.valid() ? await worker.pull() : 0;
    const mark = performance.now();
    let rest = floorsAt - mark;
    if (rest <= 0 && processes.valid()) {
      floorsAt = mark + POLL_MS;
      const now = clock.now();
      const next = await raiseFloors(database, [...worker.lanes.mine.values()], settled, now, mark);
      rest = next === null ? POLL_MS : Math.min(POLL_MS, next - now);
    }
    // With room left and nothing more that is due, the next reason to read is a signal, a due time, or the poll.
    return taken === 0 || !worker.more ? Math.max(5, Math.min(POLL_MS, rest)) : 0;
  };
  const loop = startLoop({
    signals,
    on: ['lane_queue', 'lanes'],
    work: read,
    failed: (error) => {
      log.error({ error: messageOf(error) }, 'reading the lanes failed and is repeated');
      return POLL_MS;
    },
  });
  wake = () => loop.wake();
  const resending = startResending(parts);
  const notices = startNotices(parts);
  return {
    fresh: worker.fresh,
    async stop() {
      for (const off of offs) off();
      await Promise.all([loop.stop(), resending.stop(), notices.stop()]);
      await worker.drain(STOP_MS);
      await worker.lanes
        .release(database, [...worker.lanes.mine.values()])
        .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'lanes could not be given back'));
      await worker.close();
    },
  };
}
export { MOST_TRIED, tryEntries } from './batches/try.ts';
export { type ContextText, contextText } from './context-text.ts';
export { type Erased, eraseBodies } from './erase.ts';
export { type AttemptView, getRequest, listAttempts, listMembers, type RequestView } from './exchange.ts';
export { countDeliveries, type DeliveryFilter, listDeliveries, MOST_COUNTED } from './list.ts';
export { listOriginChanges, listOrigins, type OriginChangeView, type OriginView } from './origin-list.ts';
export { pauseOrigin } from './origins.ts';
export { type DeliveryView, getDelivery } from './read.ts';
export { resendBatch, resendDelivery } from './resend.ts';
export {
  createResendJob,
  getResendJob,
  listResendJobs,
  MOST_OPEN as MOST_OPEN_RESENDS,
  type ResendJob,
  stopResendJob,
} from './resending/job.ts';
export { countResent, listResent, MOST_LOOKED as MOST_RESENT_LOOKED, previewResend } from './resending/made.ts';
export { type Made, preview, renderTrial, sendTrial, type Trial, type TrialFor, type TrialRequest } from './trial.ts';
