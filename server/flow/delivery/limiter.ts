/** What a throughput policy allows: so many open at a time, and so many starts in any span of `windowMs`. */
export interface Limit {
  concurrency: number | null;
  rate: number | null;
  windowMs: number;
}

/**
 * Milliseconds of what a rate is per. A second is a little longer: whoever counts there counts arrivals, and requests that
 * left one by one arrive bunched where a network or a busy machine held them up. 1,000 showed up to 107 arrivals in a second
 * of 100 starts; longer spans don't notice.
 */
export const WINDOW_MS = { second: 1_040, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * The longest from a booking to the first byte, ms. Whoever is later doesn't send, and a successor counts each booked
 * start as if it had come at the very end of this.
 */
export const START_MS = 2_000;

// A rate is kept as so many buckets, the oldest counted as full. Below that many starts each is kept by itself.
const BUCKETS = 60;

/** One request that was let through: holds a slot until it is closed, and counts as a start from the beginning. */
export interface Ticket {
  started: boolean;
  open: boolean;
}

/** Starts that count until `last + windowMs`. */
interface Spent {
  last: number;
  starts: number;
}

/**
 * Decides which requests of a policy may go, so that no sliding window holds more starts than the rate, and never more
 * are open than the concurrency. Pure: knows no clock and no database; `now` is in ms. One process decides for a policy
 * at a time; what its predecessor had booked is loaded first.
 */
export class Limiter {
  #limit: Limit;
  #spent: Spent[] = [];
  #waitingToStart = 0;
  #open = 0;
  /** Slots of a predecessor's requests, by when they are certainly over. */
  #foreign: number[] = [];

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  /** A changed limit works at once; what was spent stays spent. */
  set limit(limit: Limit) {
    this.#limit = limit;
  }

  get limit(): Limit {
    return this.#limit;
  }

  /** What the database says was booked (at, starts) and may be open until (ms), of owners before this one. */
  load(starts: readonly { at: number; starts: number }[], openUntil: readonly number[]): void {
    for (const { at, starts: n } of starts) this.#spend(at + START_MS, n);
    this.#foreign.push(...openUntil);
  }

  /** A ticket for one request, or null when it must wait. */
  take(now: number): Ticket | null {
    if (this.#freeStarts(now) < 1 || this.#freeSlots(now) < 1) return null;
    this.#waitingToStart++;
    this.#open++;
    return { started: false, open: true };
  }

  /** The first byte is about to leave. */
  start(ticket: Ticket, now: number): void {
    if (ticket.started || !ticket.open) return;
    ticket.started = true;
    this.#waitingToStart--;
    if (this.#limit.rate !== null) this.#spend(now, 1);
  }

  /** It has ended; one that never started gives its start back. */
  close(ticket: Ticket): void {
    if (!ticket.open) return;
    ticket.open = false;
    this.#open--;
    if (!ticket.started) this.#waitingToStart--;
  }

  /** How many more are worth holding ready, besides those let through: what could go within `ahead` ms. */
  room(now: number, ahead: number): number {
    const { concurrency } = this.#limit;
    const slots =
      concurrency === null
        ? Number.POSITIVE_INFINITY
        : this.#freeSlots(now) + Math.min(Math.max(2 * concurrency, READY.least), READY.most);
    return Math.max(0, Math.min(slots, this.#freeStarts(now + ahead), MOST_AHEAD));
  }

  /** The time (ms) at which the next start is free again; null when one is now, or when none will be by waiting. */
  nextAt(now: number): number | null {
    if (this.#freeStarts(now) >= 1 || this.#limit.rate === null) return null;
    let free = this.#freeStarts(now);
    for (const spent of this.#spent) {
      if (spent.last + this.#limit.windowMs < now) continue;
      free += spent.starts;
      if (free >= 1) return spent.last + this.#limit.windowMs + 1;
    }
    return null;
  }

  /** The time (ms) at which the next slot of a predecessor is certainly over; null when there is none. */
  nextSlotAt(now: number): number | null {
    const left = this.#foreign.filter((until) => until >= now);
    return left.length === 0 ? null : Math.min(...left) + 1;
  }

  #spend(last: number, starts: number): void {
    const { rate, windowMs } = this.#limit;
    const width = rate !== null && rate >= BUCKETS ? windowMs / BUCKETS : 0;
    const end = width === 0 ? last : Math.ceil((last + 1) / width) * width - 1;
    const at = this.#spent.findLastIndex((spent) => spent.last <= end);
    const before = this.#spent[at];
    if (before && before.last === end) before.starts += starts;
    else this.#spent.splice(at + 1, 0, { last: end, starts });
  }

  #freeStarts(now: number): number {
    const { rate, windowMs } = this.#limit;
    if (rate === null) return Number.POSITIVE_INFINITY;
    // A start at t counts up to and including t + window: two starts exactly a window apart share none.
    let gone = 0;
    while (gone < this.#spent.length && this.#spent[gone]!.last + windowMs < now - MOST_LOOK_AHEAD) gone++;
    if (gone > 0) this.#spent.splice(0, gone);
    let used = this.#waitingToStart;
    for (const spent of this.#spent) if (spent.last + windowMs >= now) used += spent.starts;
    return rate - used;
  }

  #freeSlots(now: number): number {
    const { concurrency } = this.#limit;
    if (concurrency === null) return Number.POSITIVE_INFINITY;
    if (this.#foreign.length > 0) this.#foreign = this.#foreign.filter((until) => until >= now);
    return concurrency - this.#open - this.#foreign.length;
  }
}

// Held ready beyond the free slots, so that a slot which falls free is used at once: making a request ready takes longer
// than a quick receiver holds its slot.
const READY = { least: 8, most: 128 };
const MOST_AHEAD = 256;
// Callers look ahead; what is over then may still count now.
const MOST_LOOK_AHEAD = 1_000;
