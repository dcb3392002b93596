import {
  type Connection,
  int2Array,
  int8Array,
  Settled,
  type Snapshot,
  type Sql,
} from '../../platform/database/index.ts';
import type { QueuedFact } from '../inbox/index.ts';
import { LIMITS } from './limits.ts';
import type { DueTimer, HeldPartition } from './read.ts';

const sql: Sql = {
  name: 'turn-floors',
  text: `UPDATE partitions p SET floor_live = greatest(p.floor_live, u.live), floor_bulk = greatest(p.floor_bulk, u.bulk), floor_timers = greatest(p.floor_timers, u.timers)
    FROM unnest($1::int2[], $2::int8[], $3::int8[], $4::int8[]) u(id, live, bulk, timers) WHERE p.id = u.id`,
};

// Written when it is worth it: soon while much happens, since every read goes through what is dead above the floor.
const EVERY_MS = { busy: 1_000, quiet: 5_000 };
const BUSY = 500;
// A fact gets its number when its transaction has one (see inbox/put.ts; the rest is for a process of an older version beside
// this one); a timer's time is read a few statements of 5 s before.
const FACT_MS = 250;
const TIMER_MS = 15_000;

/**
 * Keeps the floors of partitions: numbers below which nothing is pending, so that reads begin behind rows that are dead
 * but can't be vacuumed while a long snapshot is open. A floor is the lower of the highest settled number (see Settled)
 * and the lowest that is still pending; moving a fact lowers it again (see moveFacts). Written every second at most, not
 * every turn, since each writing leaves a dead row of its own.
 */
export class Floors {
  readonly #monotonic: () => number;
  readonly #facts = new Settled(FACT_MS);
  readonly #timers = new Settled(TIMER_MS);
  #highest = 0;
  #written = 0;
  #last: number;

  /** `monotonic` in ms; it measures real time, also while the test clock jumps. */
  constructor(monotonic: () => number = () => performance.now()) {
    this.#monotonic = monotonic;
    this.#last = monotonic();
  }

  /** Takes what a turn read, before it is applied, and writes floors when it is time. `snapshot`: of the turn's lock. */
  async keep(
    tx: Connection,
    held: readonly HeldPartition[],
    snapshot: Snapshot,
    facts: { live: readonly QueuedFact[]; bulk: readonly QueuedFact[] },
    due: { timers: readonly DueTimer[]; now: number } | null,
  ): Promise<void> {
    const at = this.#monotonic();
    // What this turn read is newer than its snapshot: the marks are those of the turns before.
    const settled = this.#facts.observe(this.#highest, snapshot, at);
    for (const fact of facts.live) if (fact.seq > this.#highest) this.#highest = fact.seq;
    for (const fact of facts.bulk) if (fact.seq > this.#highest) this.#highest = fact.seq;
    if (due === null) return;
    const settledTime = this.#timers.observe(due.now, snapshot, at);
    const busy = settled - this.#written >= BUSY;
    if (at - this.#last < (busy ? EVERY_MS.busy : EVERY_MS.quiet)) return;
    this.#last = at;
    this.#written = settled;
    const live = lowest(facts.live);
    const bulk = lowest(facts.bulk);
    await tx.run(sql, [
      int2Array(held.map((p) => p.id)),
      // What was read is still pending as far as this statement knows; it is at most one turn behind.
      int8Array(held.map((p) => Math.min(settled, live.get(p.id) ?? settled))),
      int8Array(held.map((p) => Math.min(settled, bulk.get(p.id) ?? settled))),
      int8Array(
        held.map((p) =>
          due.timers.filter((t) => t.partition === p.id).length >= LIMITS.timers
            ? p.floor_timers
            : Math.min(settledTime, due.timers.find((timer) => timer.partition === p.id)?.due_at ?? settledTime),
        ),
      ),
    ]);
  }
}

function lowest(facts: readonly QueuedFact[]): Map<number, number> {
  const low = new Map<number, number>();
  for (const fact of facts) low.set(fact.partition, Math.min(fact.seq, low.get(fact.partition) ?? fact.seq));
  return low;
}
