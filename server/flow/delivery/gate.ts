import { CLASS } from '../../schema/index.ts';
import type { Item } from './item.ts';
import type { Lane } from './lanes.ts';
import type { Limiter, Ticket } from './limiter.ts';
import type { OwnPolicy, Policies } from './policies.ts';

/** What lets one request under a policy go: its slot and its start. */
export interface Pass {
  limiter: Limiter;
  ticket: Ticket;
  /** When it was given, ms. */
  at: number;
}

/** Something that waits for its policy. */
interface Waiting<T> {
  item: Item;
  entry: T;
  since: number;
}

// Requests of a policy are made ready so far ahead; what is ready for longer was rendered from what may have changed.
const AHEAD_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/**
 * Where requests wait that are ready to go but under a throughput policy: live before bulk, in turn. Those under no
 * policy go through at once.
 */
export class Gate<T> {
  readonly #policies: Policies;
  readonly #now: () => number;
  readonly #go: (entries: { entry: T; pass: Pass | null }[]) => void;
  readonly #letGo: (entry: T) => void;
  readonly #queues = new Map<string, [Waiting<T>[], Waiting<T>[]]>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** `go` takes what may be sent, `letGo` what waited too long or is another's now; it is read again when its time comes. */
  constructor(parts: {
    policies: Policies;
    now: () => number;
    go: (entries: { entry: T; pass: Pass | null }[]) => void;
    letGo: (entry: T) => void;
  }) {
    this.#policies = parts.policies;
    this.#now = parts.now;
    this.#go = parts.go;
    this.#letGo = parts.letGo;
  }

  /** How many more items of a lane's policy are worth reading now. */
  room(lane: Lane): number {
    if (lane.policyId === null) return Number.POSITIVE_INFINITY;
    const policy = this.#policies.get(lane.policyId);
    if (!policy) return 0;
    const room = policy.limiter.room(this.#now(), AHEAD_MS) - policy.waiting;
    // A few at a time aren't worth a read while others are ready.
    return room * 2 < policy.waiting ? 0 : room;
  }

  /** When a policy that has no room may have some again, in ms from now; null when only an end will make room. */
  restOf(lane: Lane): number | null {
    const policy = lane.policyId === null ? undefined : this.#policies.get(lane.policyId);
    if (!policy) return null;
    const next = nextOf(policy, this.#now());
    return next === null ? null : Math.max(1, next - AHEAD_MS - this.#now());
  }

  /** An item was read: it counts against its policy's room until it has a pass, or is let go. */
  took(item: Item): void {
    const policy = this.#of(item);
    if (policy) policy.waiting++;
  }

  /** An item that has no pass is let go. */
  left(item: Item): void {
    const policy = this.#of(item);
    if (policy && policy.waiting > 0) policy.waiting--;
  }

  /** Brings what is ready. */
  add(entries: readonly { item: Item; entry: T }[]): void {
    const free: { entry: T; pass: null }[] = [];
    const policies = new Set<string>();
    for (const { item, entry } of entries) {
      if (item.policyId === null) {
        free.push({ entry, pass: null });
        continue;
      }
      const queues = this.#queues.get(item.policyId) ?? [[], []];
      this.#queues.set(item.policyId, queues);
      queues[item.class === CLASS.live ? 0 : 1].push({ item, entry, since: this.#now() });
      policies.add(item.policyId);
    }
    if (free.length > 0) this.#go(free);
    for (const id of policies) this.pump(id);
  }

  /** Lets through what a policy allows now, and comes back when it allows more. */
  pump(policyId: string): void {
    const queues = this.#queues.get(policyId);
    const policy = this.#policies.get(policyId);
    if (!queues) return;
    if (!policy) {
      this.#queues.delete(policyId);
      for (const { entry } of queues.flat()) this.#letGo(entry);
      return;
    }
    const now = this.#now();
    const passed: { entry: T; pass: Pass }[] = [];
    for (;;) {
      const queue = queues.find((one) => one.length > 0);
      if (!queue) break;
      const ticket = policy.limiter.take(now);
      if (!ticket) break;
      const { entry } = queue.shift()!;
      if (policy.waiting > 0) policy.waiting--;
      passed.push({ entry, pass: { limiter: policy.limiter, ticket, at: now } });
    }
    for (const queue of queues)
      while (queue[0] && now - queue[0].since > LONGEST_WAIT_MS) {
        const { item, entry } = queue.shift()!;
        this.left(item);
        this.#letGo(entry);
      }
    if (queues[0].length + queues[1].length === 0) this.#queues.delete(policyId);
    else this.#arm(policy, now);
    if (passed.length > 0) this.#go(passed);
  }

  /** Lets go of everything that waits. */
  empty(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    const all = [...this.#queues.values()].flat(2);
    this.#queues.clear();
    for (const { item, entry } of all) {
      this.left(item);
      this.#letGo(entry);
    }
  }

  #of(item: Item): OwnPolicy | undefined {
    return item.policyId === null ? undefined : this.#policies.get(item.policyId);
  }

  #arm(policy: OwnPolicy, now: number): void {
    if (this.#timers.has(policy.id)) return;
    const next = nextOf(policy, now);
    const wait = Math.min(LONGEST_WAIT_MS, Math.max(1, (next ?? now + LONGEST_WAIT_MS) - now));
    const timer = setTimeout(() => {
      this.#timers.delete(policy.id);
      this.pump(policy.id);
    }, wait);
    timer.unref();
    this.#timers.set(policy.id, timer);
  }
}

function nextOf({ limiter }: OwnPolicy, now: number): number | null {
  const times = [limiter.nextAt(now), limiter.nextSlotAt(now)].filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}
