/**
 * Gathers single items into batches: a batch goes when `delayMs` have passed since its first item or when it is full,
 * while no more than `concurrency` batches are under way. Under load batches grow by themselves. `flush` settles every
 * item itself and must not throw. What may gather is bounded by the window of deliveries held.
 */
export class Gather<T> {
  #items: T[] = [];
  #running = 0;
  #timer: NodeJS.Timeout | null = null;
  readonly #options: { max: number; delayMs: number; concurrency: number; flush(items: T[]): Promise<void> };

  constructor(options: { max: number; delayMs: number; concurrency: number; flush(items: T[]): Promise<void> }) {
    this.#options = options;
  }

  add(items: readonly T[]): void {
    this.#items.push(...items);
    this.#next();
  }

  #next(): void {
    const { max, concurrency, delayMs } = this.#options;
    if (this.#items.length === 0 || this.#running >= concurrency) return;
    if (this.#items.length >= max) this.#go();
    else
      this.#timer ??= setTimeout(() => {
        this.#timer = null;
        if (this.#items.length > 0 && this.#running < concurrency) this.#go();
      }, delayMs);
  }

  #go(): void {
    this.#running++;
    this.#options.flush(this.#items.splice(0, this.#options.max)).finally(() => {
      this.#running--;
      this.#next();
    });
    this.#next();
  }
}
