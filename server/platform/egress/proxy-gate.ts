import { type Trouble, trouble } from '../errors.ts';

const WAIT_MS = { first: 1_000, most: 30_000 };
const MOST_ADDRESSES = 1_000;

/**
 * Keeps requests from a proxy that failed a moment ago: they wait, and nothing is opened or recorded for them. After 1
 * second it is tried again, after each further failure twice as much later, up to 30 seconds. A refusal of one address
 * closes that address alone.
 */
export class ProxyGate {
  readonly #closed = new Map<string, { until: number; wait: number; why: Trouble }>();

  /** Why nothing may be opened for an address (`host:port`) now; null: it may. */
  closed(authority: string): Trouble | null {
    for (const key of ['', authority]) {
      const entry = this.#closed.get(key);
      const left = entry ? entry.until - performance.now() : 0;
      if (entry && left > 0)
        return trouble('deferred', entry.why.code, `${entry.why.message}. Tried again in ${Math.ceil(left / 1000)} s`);
    }
    return null;
  }

  /** A failure: of the proxy itself (null), or its refusal of one address. */
  close(authority: string | null, why: Trouble): void {
    const key = authority ?? '';
    const entry = this.#closed.get(key);
    const now = performance.now();
    // Several that were under way together failed once.
    if (entry && entry.until > now) return;
    if (!entry && this.#closed.size >= MOST_ADDRESSES) this.#closed.clear();
    const wait = entry ? Math.min(WAIT_MS.most, entry.wait * 2) : WAIT_MS.first;
    this.#closed.set(key, { until: now + wait, wait, why });
  }

  /** It worked. */
  open(authority: string): void {
    this.#closed.delete('');
    this.#closed.delete(authority);
  }
}
