import { Tool, type Value } from '../../core/index.ts';
import { textOf } from '../print.ts';
import type { Run } from '../run.ts';

/** An entry of a map, as `entrySet()` gives them. */
export class Entry extends Tool {
  readonly key: Value;
  readonly value: Value;
  readonly #budget: Run['budget'];

  constructor(key: Value, value: Value, budget: Run['budget']) {
    super();
    this.key = key;
    this.value = value;
    this.#budget = budget;
  }

  override get(name: string): Value {
    if (name === 'key' || name === 'getKey') return this.key;
    return name === 'value' || name === 'getValue' ? this.value : undefined;
  }

  toString(): string {
    return `${textOf(this.key, this.#budget)}=${textOf(this.value, this.#budget)}`;
  }

  override plain(): Value {
    return new Map([[this.key, this.value]]);
  }
}

/** An iterator over a list. */
export class Entries extends Tool {
  readonly #items: readonly Value[];
  #at = 0;

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  override get(name: string): Value {
    if (name === 'hasNext') return this.#at < this.#items.length;
    return name === 'next' ? this.#items[this.#at++] : undefined;
  }

  /** The items that it has not given yet; it is at its end then. */
  rest(): readonly Value[] {
    const left = this.#items.slice(this.#at);
    this.#at = this.#items.length;
    return left;
  }

  toString(): string {
    return 'iterator';
  }
}
