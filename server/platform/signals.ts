/**
 * Wake-ups between stages. In one process a commit raises a signal and the next stage runs at once; between processes
 * the signal bus (see `listen`) carries the same names. A lost signal costs at most one polling interval, never work.
 */
export class Signals {
  readonly #listeners = new Map<string, Set<() => void>>();
  /** Called with every name raised here; set by the bus that carries it to other processes. */
  forward: ((name: string) => void) | null = null;

  /** Calls `listener` whenever `name` is raised. Returns a function that ends it. */
  on(name: string, listener: () => void): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set.add(listener));
    return () => set.delete(listener);
  }

  /** Wakes the listeners of `name` here and, through the bus, in other processes. */
  raise(name: string): void {
    this.deliver(name);
    this.forward?.(name);
  }

  /** Wakes the listeners of `name` in this process alone. */
  deliver(name: string): void {
    for (const listener of this.#listeners.get(name) ?? []) listener();
  }
}
