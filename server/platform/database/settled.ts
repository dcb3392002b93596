/** Where transactions stand: every one below `xmin` has ended; `xid` is this one's own, newer than all that had begun to write. */
export const SQL_SNAPSHOT = `pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin, pg_current_xact_id()::text::bigint AS xid`;

/** What SQL_SNAPSHOT reads. */
export interface Snapshot {
  xmin: number;
  xid: number;
}

const SAMPLE_MS = 250;
// A transaction that writes for longer than so many samples keeps floors where they are; it doesn't cost memory.
const MOST = 2_400;

/**
 * A bound below which nothing new can appear, for a value that rises (a sequence, the clock) and that writers take
 * before they commit. A value counts as settled when every transaction that wrote while it was seen has ended, and a
 * while has passed besides: a writer may hold a value before its transaction has a number. Readers of a queue begin at
 * the settled value, so that rows which are dead, but can't be vacuumed under a long-open snapshot, aren't walked again
 * and again. Measured with a snapshot held open: waiting a minute in place of asking for the transactions doubled
 * PostgreSQL's time an event (565 µs for 265).
 */
export class Settled {
  readonly #leastMs: number;
  #marks: { at: number; value: number; xid: number }[] = [];
  #settled = 0;

  /** `leastMs`: the longest that a writer may hold a value before its transaction writes. */
  constructor(leastMs: number) {
    this.#leastMs = leastMs;
  }

  /**
   * Takes the newest `value`, the snapshot of the statement that reads the queue, and a monotonic time `at` (ms).
   * Returns the settled value; 0 until there is one, and after a jump back, so that reads begin without a floor again.
   */
  observe(value: number, { xmin, xid }: Snapshot, at: number): number {
    const last = this.#marks.at(-1);
    if (value < this.#settled || (last && value < last.value - 1_000)) {
      this.#marks = [];
      this.#settled = 0;
    }
    if (this.#marks.length < MOST && (!this.#marks.length || at - this.#marks.at(-1)!.at >= SAMPLE_MS))
      this.#marks.push({ at, value, xid });
    while (this.#marks[0] && at - this.#marks[0].at >= this.#leastMs && this.#marks[0].xid <= xmin)
      this.#settled = this.#marks.shift()!.value;
    return this.#settled;
  }
}
