import { messageOf } from '../../platform/errors.ts';
import { forgetOldDays } from '../../schema/index.ts';
import { compactCounters } from '../scenarios/index.ts';
import type { EngineParts } from './parts.ts';

/** Work that comes round: its interval in ms (real time). Each is safe to run in several processes at once. */
const CHORES: { name: string; every: number; run: (parts: EngineParts) => Promise<unknown> }[] = [
  { name: 'gather counts', every: 10_000, run: ({ database }) => compactCounters(database) },
  { name: 'forget old days', every: 600_000, run: forget },
];

/** Starts the chores. Returns a function that stops them and waits for those under way. */
export function chores(parts: EngineParts): () => Promise<void> {
  const running = new Set<Promise<void>>();
  const timers = CHORES.map((chore) => {
    let busy = false;
    return setInterval(() => {
      if (busy) return;
      busy = true;
      const work = chore
        .run(parts)
        // Fails open: a chore that fails is tried again at its next time; nothing depends on it at once.
        .catch((error: unknown) => parts.log.warn({ chore: chore.name, error: messageOf(error) }, 'a chore failed'))
        .then(() => {
          busy = false;
          running.delete(work);
        });
      running.add(work);
    }, chore.every);
  });
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(running);
  };
}

async function forget({ database, clock, log }: EngineParts): Promise<void> {
  const done = await forgetOldDays(database, clock.now());
  if (done && done.dropped.length + done.trimmed > 0)
    log.info({ tables: done.dropped, rows: done.trimmed }, 'what is past its retention was forgotten');
  if (done && done.busy.length > 0)
    log.warn({ tables: done.busy }, 'days past their retention are held by a long transaction; tried again');
}
