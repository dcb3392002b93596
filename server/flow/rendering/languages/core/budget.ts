import { performance } from 'node:perf_hooks';

/** What one run of a template may use. */
export interface Limits {
  /** Characters of strings made on the way; an item of a list counts 8, an entry of a map 32. */
  allocation: number;
  /** Characters of the output. */
  output: number;
  steps: number;
  /** Levels: calls in calls, blocks in blocks, lists in lists. */
  depth: number;
  /** Milliseconds, twice: by the clock, then of the processor. */
  time: number;
}

export const LIMITS: Limits = { allocation: 4_000_000, output: 1_200_000, steps: 200_000, depth: 100, time: 200 };
const STEPS_PER_LOOK = 64;
const CHARACTERS_A_STEP = 256;
/** What an item of a list and an entry of a map count, in characters. */
const ITEM = 8;
const ENTRY = 32;

/** A template went over its budget. */
export class BudgetError extends Error {}

/**
 * What one run may still use; every evaluation charges it before it makes anything. Fails closed: the template ends,
 * because its output can't be trusted to be whole.
 */
export class Budget {
  readonly #limits: Limits;
  readonly #end: number;
  #processorEnd = 0;
  #allocated = 0;
  #output = 0;
  #steps = 0;
  #depth = 0;

  constructor(limits: Limits = LIMITS) {
    this.#limits = limits;
    this.#end = performance.now() + limits.time;
  }

  /** Before so many characters are made. */
  use(amount: number): void {
    if (!(amount > 0)) return;
    this.#allocated += amount;
    if (this.#allocated > this.#limits.allocation) {
      throw new BudgetError('The template makes too many characters or items on the way.');
    }
  }

  /** Before a list of so many items is made, or gets as many more. */
  items(count: number): void {
    this.use(count * ITEM);
  }

  /** Before a map gets so many entries. */
  entries(count: number): void {
    this.use(count * ENTRY);
  }

  /** Before so many characters are put out. */
  put(amount: number): void {
    this.#output += amount;
    if (this.#output > this.#limits.output) {
      throw new BudgetError(`The template puts out more than ${this.#limits.output} characters.`);
    }
  }

  /** At each statement, call, turn of a loop, and item looked at. */
  step(): void {
    if (++this.#steps % STEPS_PER_LOOK === 0) this.check();
    if (this.#steps > this.#limits.steps) {
      throw new BudgetError(`The template takes more than ${this.#limits.steps} steps.`);
    }
  }

  /** So many steps at once, before a built-in function goes through so many items. */
  steps(count: number): void {
    if (!(count > 0)) return;
    this.#steps += count - 1;
    this.check();
    this.step();
  }

  /** Before a built-in function goes through a text: of a long one, so many characters count as a step. */
  through(text: { readonly length: number }): void {
    if (text.length >= CHARACTERS_A_STEP) this.steps(Math.floor(text.length / CHARACTERS_A_STEP));
  }

  /** A busy machine uses up time by the clock; only time of the processor beyond that is the template's own. */
  check(): void {
    if (performance.now() <= this.#end) return;
    const used = process.threadCpuUsage().user / 1000;
    if (this.#processorEnd === 0) this.#processorEnd = used + this.#limits.time;
    else if (used > this.#processorEnd) throw new BudgetError('The template runs for too long.');
  }

  enter(): void {
    if (++this.#depth > this.#limits.depth) {
      throw new BudgetError(`The template nests more than ${this.#limits.depth} levels deep.`);
    }
  }

  leave(): void {
    this.#depth--;
  }
}
