import { type Budget, Tool, type Value } from '../core/index.ts';

/** `(1..5)`: whole numbers from the first to the last, both included; never made into a list before somebody goes through. */
export class Range extends Tool {
  readonly first: number;
  readonly last: number;
  constructor(first: number, last: number) {
    super();
    this.first = first;
    this.last = last;
  }
  get size(): number {
    return Math.max(0, this.last - this.first + 1);
  }
  override get(name: string): Value {
    if (name === 'size') return this.size;
    if (name === 'first') return this.first;
    return name === 'last' ? this.last : undefined;
  }
  /** The numbers from the index `from` to before `to`, charged before they are made. */
  items(budget: Budget, from = 0, to = this.size): number[] {
    const start = Math.max(0, from);
    const count = Math.max(0, Math.min(to, this.size) - start);
    budget.items(count);
    budget.steps(count);
    return Array.from({ length: count }, (_, i) => this.first + start + i);
  }
  override toString(): string {
    return `${this.first}..${this.last}`;
  }
}
