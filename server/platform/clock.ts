import type { Connection } from './database/index.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

/**
 * Time in Handoff is the database's clock plus an offset kept in one row (0 outside tests), in milliseconds since the
 * epoch. Every process keeps its distance from that clock here; whoever reads the database's time passes it to
 * `observe`. Between observations time goes on with the monotonic clock, so a change of the machine's wall clock
 * moves nothing.
 */
export class Clock {
  /** The database's time less the monotonic clock, as far as it is known. */
  #distance = Date.now() - performance.now();

  /** Now, in whole milliseconds since the epoch. */
  now(): number {
    return Math.floor(this.#distance + performance.now());
  }

  /**
   * Learns from the database's time (ms since the epoch, offset included), which was asked for at `askedAt` (of
   * performance.now()) and is here now. It was read somewhere in between, so it leaves a span for the truth, as long as
   * the answer took: an estimate within it stands, so that a slow answer moves nothing.
   */
  observe(databaseNow: number, askedAt: number): void {
    // The database's time is cut to whole milliseconds.
    const least = databaseNow - performance.now();
    const most = databaseNow + 1 - askedAt;
    this.#distance = Math.min(Math.max(this.#distance, least), most);
  }
}

/** SQL expression for the database's time in ms, offset included. The only place where SQL asks for the time. */
export const SQL_NOW = '(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint + offset_ms FROM clock)';

const ASK_MS = 1_000;

/**
 * Keeps a clock at the database's time where no other work reads it: asks each second, and returns when it is known.
 * Fails open: while the database doesn't answer, the monotonic clock goes on.
 */
export async function keepTime(on: Connection, clock: Clock, log: Log): Promise<{ stop(): void }> {
  const ask = async () => {
    const askedAt = performance.now();
    const [row] = await on.run<{ now: number }>({ name: 'clock-now', text: `SELECT ${SQL_NOW} AS now` });
    clock.observe(row!.now, askedAt);
  };
  await ask();
  const timer = setInterval(() => {
    ask().catch((error: unknown) => log.debug({ error: messageOf(error) }, 'the time could not be asked for'));
  }, ASK_MS);
  return { stop: () => clearInterval(timer) };
}
