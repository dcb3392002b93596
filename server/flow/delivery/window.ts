import type { Item } from './item.ts';

/**
 * What is held in memory, bounded in total and by origin. The fuller it is, the less one origin may hold, so that some
 * slow ones can't take all of it: a quarter of what the others leave free, but at least LEAST, for which the total
 * bound gives way (by at most LEAST an origin).
 */
export class Window {
  readonly held = new Map<string, Item>();
  /** Members of batches, which take one place each. */
  readonly #riding = new Set<string>();
  /** What its origin has answered, so that only we hold it still. */
  readonly #answered = new Set<string>();
  readonly #byOrigin = new Map<string, number>();
  readonly #byLane = new Map<string, number>();
  readonly #size: number;
  readonly #perOrigin: number;

  constructor(size = 1_024, perOrigin = 128) {
    this.#size = size;
    this.#perOrigin = perOrigin;
  }

  get room(): number {
    return Math.max(0, this.#size - this.#places);
  }

  /** How many more of this origin may be held. A few at a time aren't worth a read while there are many. */
  roomFor(origin: string): number {
    const own = this.#byOrigin.get(origin) ?? 0;
    const cap = this.#cap(origin);
    return cap - own >= cap / 4 ? cap - own : 0;
  }

  /** Whether one more of this origin fits. */
  fits(origin: string): boolean {
    return (this.#byOrigin.get(origin) ?? 0) < this.#cap(origin);
  }

  /** Takes an item, of a batch with its members. */
  take(item: Item): void {
    this.held.set(item.deliveryId, item);
    add(this.#byLane, item.laneId, 1);
    add(this.#byOrigin, item.origin, 1);
    for (const member of item.members ?? []) {
      this.held.set(member.deliveryId, member);
      this.#riding.add(member.deliveryId);
    }
  }

  /** Its origin has answered: until the outcome is committed, the item counts against the total alone. */
  answered(item: Item): void {
    if (this.held.get(item.deliveryId) !== item || this.#answered.has(item.deliveryId)) return;
    this.#answered.add(item.deliveryId);
    add(this.#byOrigin, item.origin, -1);
  }

  /** Lets an item go: a batch with the members that it has still, a member by itself. */
  drop(item: Item): void {
    if (this.held.get(item.deliveryId) !== item) return;
    this.held.delete(item.deliveryId);
    if (this.#riding.delete(item.deliveryId)) return;
    add(this.#byLane, item.laneId, -1);
    if (!this.#answered.delete(item.deliveryId)) add(this.#byOrigin, item.origin, -1);
    for (const member of item.members ?? []) this.drop(member);
  }

  /** How many are held in batches. */
  get riding(): number {
    return this.#riding.size;
  }

  /** How many of a lane are held. */
  holds(laneId: string): number {
    return this.#byLane.get(laneId) ?? 0;
  }

  get #places(): number {
    return this.held.size - this.#riding.size;
  }

  #cap(origin: string): number {
    const own = this.#byOrigin.get(origin) ?? 0;
    return Math.max(LEAST, Math.min(this.#perOrigin, Math.floor((this.#size - this.#places + own) / 4)));
  }
}

/** What every origin may hold, however full it is. */
const LEAST = 4;

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
