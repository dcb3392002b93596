export interface FlushOptions<T> {
  /** Most entries of one flush. */
  most: number;
  /** How many flushes may be under way. */
  atOnce: number;
  /** Whom an entry is about, when that is certain; null when its commit has to find out. */
  ownerOf(entry: T): string | null;
  /** Commits entries and settles each of them; never throws. */
  commit(entries: T[]): Promise<void>;
}

/**
 * What waits to be committed, in the order in which it came. What arrives while a flush is under way shares the next one,
 * and that needn't wait for the first where it is about others: so entries about one person are committed in their order.
 * An entry whose person isn't certain goes in a flush beside which there is no other.
 */
export class Flushes<T> {
  /** How many entries wait, those under way aside. */
  get size(): number {
    return this.#waiting.length;
  }

  #waiting: T[] = [];
  #underWay = 0;
  /** Whom the flushes under way are about; null when that isn't certain. */
  #busy: Set<string> | null = new Set();
  #planned = false;
  readonly #options: FlushOptions<T>;

  constructor(options: FlushOptions<T>) {
    this.#options = options;
  }

  add(entries: readonly T[]): void {
    for (const entry of entries) this.#waiting.push(entry);
    if (this.#planned) return;
    this.#planned = true;
    // What arrives in the same round of the event loop shares the commit.
    setImmediate(() => {
      this.#planned = false;
      this.#next();
    });
  }

  #next(): void {
    while (this.#waiting.length > 0 && this.#underWay < this.#options.atOnce) {
      const { batch, owners } = this.#take();
      if (batch.length === 0) return;
      void this.#flush(batch, owners);
    }
  }

  /** The next entries that may go now, and whom they are about; null when that isn't certain. */
  #take(): { batch: T[]; owners: Set<string> | null } {
    const { most, ownerOf } = this.#options;
    const busy = this.#busy;
    if (busy === null) return { batch: [], owners: null };
    const batch: T[] = [];
    const owners = new Set<string>();
    const kept: T[] = [];
    const before = new Set<string>();
    let i = 0;
    for (; i < this.#waiting.length && batch.length < most; i++) {
      const entry = this.#waiting[i]!;
      const owner = ownerOf(entry);
      // It could be about anyone, also about those that wait before it.
      if (owner === null) break;
      if (busy.has(owner) || before.has(owner)) {
        before.add(owner);
        kept.push(entry);
      } else {
        batch.push(entry);
        owners.add(owner);
      }
    }
    if (batch.length === 0 && kept.length === 0 && this.#underWay === 0) {
      this.#busy = null;
      return { batch: this.#waiting.splice(0, most), owners: null };
    }
    this.#waiting = [...kept, ...this.#waiting.slice(i)];
    for (const owner of owners) busy.add(owner);
    return { batch, owners };
  }

  async #flush(batch: T[], owners: Set<string> | null): Promise<void> {
    this.#underWay++;
    try {
      await this.#options.commit(batch);
    } finally {
      this.#underWay--;
      if (owners === null) this.#busy = new Set();
      else for (const owner of owners) this.#busy?.delete(owner);
      this.#next();
    }
  }
}
