import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/index.ts';
import { messageOf } from '../../platform/errors.ts';
import type { Log } from '../../platform/log.ts';
import { ATTEMPT } from '../../schema/index.ts';
import { type BreakerChange, Breakers, type Reach } from './breaker.ts';
import type { Item } from './item.ts';
import type { Lane } from './lanes.ts';
import { breakerKey, brokenOrigins, claimProbe, tellOrigin } from './origins.ts';
import type { Outcome } from './outcome.ts';
import type { Policies } from './policies.ts';

// What a gateway says in the place of an origin that can't be had.
const AWAY = new Set([502, 503, 504]);

/** Which origins may be called: this process' breakers, held together with those of the others by the database. */
export class Reachability {
  readonly #breakers = new Breakers();
  readonly #parts: { database: Database; clock: Clock; log: Log; policies: Policies; better: () => void };

  /** `better` is called when an origin may be called again. */
  constructor(parts: { database: Database; clock: Clock; log: Log; policies: Policies; better: () => void }) {
    this.#parts = parts;
  }

  /** Looks at what the others found, at what hangs, and asks for probes that are due. Call about each second. */
  async look(lanes: readonly Lane[]): Promise<void> {
    const { database, clock, better } = this.#parts;
    const broken = await brokenOrigins(database);
    if (this.#breakers.learn(broken)) better();
    for (const change of this.#breakers.look(clock.now())) this.#tell(change);
    const own = Map.groupBy(
      lanes.filter((lane) => lane.origin !== null && !lane.draining),
      keyOf,
    );
    for (const key of this.#breakers.due(clock.now())) {
      if (!own.get(key)?.some((lane) => !this.#probing(lane.policyId))) continue;
      if (!(await claimProbe(database, key, clock.now()))) continue;
      this.#breakers.grant(key);
      better();
    }
  }

  /** How many items of a lane may be read: any number, one as a probe, or none. */
  room(lane: Lane): number {
    const allows = this.#breakers.allows(keyOf(lane));
    if (allows === 'freely') return Number.POSITIVE_INFINITY;
    return allows === 'probe' && !this.#probing(lane.policyId) ? 1 : 0;
  }

  took(item: Item): void {
    const key = keyOf(item);
    if (this.#breakers.allows(key) !== 'probe') return;
    this.#breakers.took(key, item.deliveryId);
    this.#mark(item.policyId, true);
  }

  /** Whether a request that is ready may still go. */
  mayGo(item: Item): boolean {
    return this.#breakers.mayGo(keyOf(item), item.deliveryId);
  }

  /** An item was let go unsent, or has ended without an attempt. */
  left(item: Item): void {
    if (this.#breakers.left(keyOf(item), item.deliveryId)) {
      this.#mark(item.policyId, false);
      this.#tell({ key: keyOf(item), change: 'still', reason: null, backoffMs: 0 });
    }
  }

  begin(item: Item): void {
    this.#breakers.begin(keyOf(item), item.deliveryId, this.#parts.clock.now());
  }

  /** An attempt of the item has ended. */
  end(item: Item, outcome: Outcome): void {
    const key = keyOf(item);
    const { now, reach, reason } = { now: this.#parts.clock.now(), ...reachOf(outcome) };
    const isProbe = this.#breakers.allows(key) !== 'freely' && this.#breakers.mayGo(key, item.deliveryId);
    const change = this.#breakers.end(key, item.deliveryId, reach, reason, now);
    if (isProbe) this.#mark(item.policyId, false);
    if (change) this.#tell(change);
    if (change?.change === 'closed') this.#parts.better();
  }

  #probing(policyId: string | null): boolean {
    return policyId !== null && (this.#parts.policies.get(policyId)?.probing ?? false);
  }

  #mark(policyId: string | null, probing: boolean): void {
    const policy = policyId === null ? undefined : this.#parts.policies.get(policyId);
    if (policy) policy.probing = probing;
  }

  // Fails open: what can't be told now is found out again by whoever calls the origin.
  #tell(change: BreakerChange): void {
    const { database, clock, log } = this.#parts;
    const [workspace, origin] = [change.key.slice(0, 36), change.key.slice(37)];
    if (change.change === 'opened')
      log.warn({ workspace, origin, reason: change.reason }, 'an origin is paused: it does not answer');
    if (change.change === 'closed') log.info({ workspace, origin }, 'an origin answers again');
    tellOrigin(database, change, clock.now()).catch((error: unknown) =>
      log.warn({ origin, error: messageOf(error) }, 'the state of an origin could not be written'),
    );
  }
}

const keyOf = (at: { workspaceId: string; origin: string | null }) =>
  breakerKey({ workspaceId: at.workspaceId, origin: at.origin ?? '' });

/** What an outcome says about the origin; nothing when it was our own trouble. */
function reachOf({ attempt }: Outcome): { reach: Reach | null; reason: string | null } {
  if (attempt === null || attempt.outcome === ATTEMPT.ours) return { reach: null, reason: null };
  if (attempt.status === null)
    return { reach: attempt.outcome === ATTEMPT.retryable ? 'unavailable' : null, reason: attempt.reason };
  return AWAY.has(attempt.status)
    ? { reach: 'unavailable', reason: attempt.reason }
    : { reach: 'answered', reason: null };
}
