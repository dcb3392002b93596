import { performance } from 'node:perf_hooks';

/** Characters and list items that one template may make, in steps on the way and in what it prints. */
const MAX_MEMORY = 1_000_000;
const MAX_STEPS = 200_000;
const MAX_DEPTH = 60;
/** Milliseconds that one template may take, twice: by the clock, then of the processor. */
const MAX_TIME = 200;
const STEPS_PER_LOOK = 64;

/** A template went over its budget. */
export class BudgetError extends Error {}

/**
 * What one run of a template may use. Takes the place of both of liquidjs' limiters, which count neither captures nor
 * the output nor recursion. Fails closed: the template ends, because its output can't be trusted to be whole.
 */
export class Budget {
  readonly #end = performance.now() + MAX_TIME;
  #processorEnd = 0;
  #memory = 0;
  #steps = 0;
  #depth = 0;

  use(amount: number): void {
    if (!(amount > 0)) return;
    this.#memory += amount;
    if (this.#memory > MAX_MEMORY) throw new BudgetError('The template makes more than a million characters or items.');
  }

  step(): void {
    if (++this.#steps % STEPS_PER_LOOK === 0) this.check();
    if (this.#steps > MAX_STEPS) throw new BudgetError(`The template takes more than ${MAX_STEPS} steps.`);
  }

  /** A busy machine uses up time by the clock; only time of the processor beyond that is the template's own. */
  check(): void {
    if (performance.now() <= this.#end) return;
    const used = process.threadCpuUsage().user / 1000;
    if (this.#processorEnd === 0) this.#processorEnd = used + MAX_TIME;
    else if (used > this.#processorEnd) throw new BudgetError('The template runs for too long.');
  }

  enter(): void {
    if (++this.#depth > MAX_DEPTH) throw new BudgetError(`The template nests more than ${MAX_DEPTH} levels deep.`);
  }

  leave(): void {
    this.#depth--;
  }
}
