/** What an attempt says about its origin: it answered, or it can't be had at the moment. */
export type Reach = 'answered' | 'unavailable';

/** A breaker of one origin, as this process sees it. */
interface Breaker {
  /** Attempts in a row that didn't reach it. */
  failures: number;
  /** When each request that is open was begun, ms. */
  open: Map<string, number>;
  lastAnswer: number;
  broken: { probeAt: number; backoffMs: number } | null;
  paused: boolean;
  /** The probe that this process may send, or has sent. */
  probe: { deliveryId: string | null } | null;
}

/** An origin that was found broken or whole again; the caller makes it known. */
export interface BreakerChange {
  key: string;
  change: 'opened' | 'closed' | 'still';
  reason: string | null;
  backoffMs: number;
}

// So many in a row that nobody answered, and the origin isn't called any more.
const FAILURES = 5;
// So many open for so long without an answer: it hangs, whatever the time-outs are.
const HANGING = { requests: 5, ms: 8_000 };
/** The first pause, and the longest; each probe in vain doubles it. */
export const BACKOFF_MS = { first: 5_000, most: 60_000 } as const;
const MOST_KNOWN = 20_000;

/**
 * Breakers of origins: which may be called. Pure: knows no clock and no database. Fails open: an origin that nothing is
 * known of is called; what is broken is learned within a few attempts.
 */
export class Breakers {
  readonly #known = new Map<string, Breaker>();

  /** Whether lanes of the origin may be read: freely, not at all, or for one probe. */
  allows(key: string): 'freely' | 'not' | 'probe' {
    const one = this.#known.get(key);
    if (!one || (one.broken === null && !one.paused)) return 'freely';
    return !one.paused && one.probe?.deliveryId === null ? 'probe' : 'not';
  }

  /** Whether a request that is ready may go: it was read before its origin broke, or is the probe. */
  mayGo(key: string, deliveryId: string): boolean {
    const one = this.#known.get(key);
    return !one || (one.broken === null && !one.paused) || (!one.paused && one.probe?.deliveryId === deliveryId);
  }

  /** Keys of broken origins that are due to be probed, and that this process doesn't probe yet. */
  due(now: number): string[] {
    return [...this.#known].flatMap(([key, { broken, paused, probe }]) =>
      broken && !paused && probe === null && broken.probeAt <= now ? [key] : [],
    );
  }

  /** This process won the probe of an origin: the next item of it goes. */
  grant(key: string): void {
    const one = this.#known.get(key);
    if (one?.broken) one.probe = { deliveryId: null };
  }

  /** An item was taken; when its origin is broken it is the probe. */
  took(key: string, deliveryId: string): void {
    const one = this.#known.get(key);
    if (one?.probe?.deliveryId === null) one.probe.deliveryId = deliveryId;
  }

  /** An item was let go unsent. True when it was the probe, which is then free again. */
  left(key: string, deliveryId: string): boolean {
    const one = this.#known.get(key);
    if (one?.probe?.deliveryId !== deliveryId) return false;
    one.probe = null;
    return true;
  }

  begin(key: string, deliveryId: string, now: number): void {
    this.#of(key, now).open.set(deliveryId, now);
  }

  /** An attempt has ended; `reach` null says nothing about the origin (our own trouble). */
  end(key: string, deliveryId: string, reach: Reach | null, reason: string | null, now: number): BreakerChange | null {
    const one = this.#of(key, now);
    one.open.delete(deliveryId);
    const wasProbe = one.probe?.deliveryId === deliveryId;
    if (wasProbe) one.probe = null;
    if (reach === null) return wasProbe && one.broken ? this.#again(key, one, 0, now, reason) : null;
    if (reach === 'answered') {
      one.failures = 0;
      one.lastAnswer = now;
      if (!one.broken) return null;
      one.broken = null;
      return { key, change: 'closed', reason: null, backoffMs: 0 };
    }
    one.failures++;
    if (one.broken) {
      if (!wasProbe) return null;
      return this.#again(key, one, Math.min(BACKOFF_MS.most, one.broken.backoffMs * 2), now, reason);
    }
    return one.failures >= FAILURES ? this.#break(key, one, reason, now) : null;
  }

  /** Origins that hang: many are open for long, and none was answered since. Call each second. */
  look(now: number): BreakerChange[] {
    const changes: BreakerChange[] = [];
    for (const [key, one] of this.#known) {
      if (one.broken || one.open.size < HANGING.requests) continue;
      const since = Math.min(...one.open.values());
      if (now - since < HANGING.ms || one.lastAnswer >= since) continue;
      changes.push(this.#break(key, one, `Nothing was answered for ${HANGING.ms / 1_000} seconds`, now));
    }
    return changes;
  }

  /** What all processes know, as of a moment: origins that are broken or paused; those missing are whole. */
  learn(
    rows: readonly { key: string; broken: boolean; paused: boolean; probeAt: number; backoffMs: number }[],
  ): boolean {
    const there = new Map(rows.map((row) => [row.key, row]));
    let better = false;
    for (const [key, one] of this.#known) {
      const row = there.get(key);
      better ||= (one.broken !== null && !row?.broken) || (one.paused && !row?.paused);
      if (one.broken && !row?.broken) {
        one.failures = 0;
        one.probe = null;
      }
      one.broken = row?.broken ? { probeAt: row.probeAt, backoffMs: row.backoffMs } : null;
      one.paused = row?.paused ?? false;
      if (!row && one.open.size === 0 && this.#known.size > MOST_KNOWN) this.#known.delete(key);
    }
    for (const row of rows) {
      if (this.#known.has(row.key)) continue;
      const one = this.#of(row.key, 0);
      one.broken = row.broken ? { probeAt: row.probeAt, backoffMs: row.backoffMs } : null;
      one.paused = row.paused;
    }
    return better;
  }

  #break(key: string, one: Breaker, reason: string | null, now: number): BreakerChange {
    one.broken = { probeAt: now + BACKOFF_MS.first, backoffMs: BACKOFF_MS.first };
    one.probe = null;
    return { key, change: 'opened', reason, backoffMs: BACKOFF_MS.first };
  }

  #again(key: string, one: Breaker, backoffMs: number, now: number, reason: string | null): BreakerChange {
    one.broken = { probeAt: now + backoffMs, backoffMs: backoffMs || one.broken!.backoffMs };
    return { key, change: 'still', reason, backoffMs };
  }

  #of(key: string, now: number): Breaker {
    let one = this.#known.get(key);
    if (!one) {
      one = { failures: 0, open: new Map(), lastAnswer: now, broken: null, paused: false, probe: null };
      this.#known.set(key, one);
    }
    return one;
  }
}
