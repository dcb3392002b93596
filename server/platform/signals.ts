/** Carries the name of a signal to where other listeners are. */
export type Carrier = (name: string) => void;

/**
 * Wake-ups between stages. In one thread a commit raises a signal and the next stage runs at once; a carrier takes the
 * same name to another thread (see `startThread`) or to the other processes (see `startBus`). A lost signal costs at most
 * one polling interval, never work.
 */
export class Signals {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #carriers = new Set<Carrier>();

  /** Calls `listener` whenever `name` is raised. Returns a function that ends it. */
  on(name: string, listener: () => void): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener));
    return () => set.delete(listener);
  }

  /** Has `carrier` called with every name that is raised here. Returns a function that ends it. */
  carry(carrier: Carrier): () => void {
    this.#carriers.add(carrier);
    return () => this.#carriers.delete(carrier);
  }

  /** Wakes the listeners of `name` here, and those elsewhere by every carrier but `from`, by which it came. */
  raise(name: string, from?: Carrier): void {
    for (const listener of this.#listeners.get(name) ?? []) listener();
    for (const carrier of this.#carriers) if (carrier !== from) carrier(name);
  }
}
