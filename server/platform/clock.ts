/**
 * Time in Handoff is the database's clock plus an offset kept in one row (0 outside tests), in milliseconds since the
 * epoch. Every process keeps its distance from that clock here; whoever reads the database's time passes it to
 * `observe`. Between observations time goes on with the monotonic clock, so a change of the machine's wall clock
 * moves nothing.
 */
export class Clock {
  #base = Date.now();
  #mark = performance.now();

  /** Now, in whole milliseconds since the epoch. */
  now(): number {
    return Math.floor(this.#base + (performance.now() - this.#mark));
  }

  /** Takes `databaseNow` (ms since the epoch, offset included) as the truth from here on. */
  observe(databaseNow: number): void {
    this.#base = databaseNow;
    this.#mark = performance.now();
  }
}

/** SQL expression for the database's time in ms, offset included. The only place where SQL asks for the time. */
export const SQL_NOW = '(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint + offset_ms FROM clock)';
