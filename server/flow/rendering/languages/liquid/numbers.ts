import { Big } from 'big.js';
import { ExactNumber } from '../../../../platform/json.ts';

/**
 * Lets exact numbers compute and compare as numbers while they print as written: liquidjs asks both sides of a
 * comparison for these methods, prints objects by their own toString, and counts with their valueOf.
 */
const comparing = {
  equals(this: ExactNumber, other: unknown): boolean {
    return Number(this) === (other instanceof ExactNumber ? Number(other) : other);
  },
  gt(this: ExactNumber, other: unknown): boolean {
    return Number(this) > Number(other);
  },
  geq(this: ExactNumber, other: unknown): boolean {
    return Number(this) >= Number(other);
  },
  lt(this: ExactNumber, other: unknown): boolean {
    return Number(this) < Number(other);
  },
  leq(this: ExactNumber, other: unknown): boolean {
    return Number(this) <= Number(other);
  },
};
for (const [name, value] of Object.entries(comparing)) {
  Object.defineProperty(ExactNumber.prototype, name, { value, enumerable: false, configurable: true });
}

/** A number for arithmetic: text that begins with a number counts as it, anything else as 0 (as Ruby's Liquid does). */
export function toNumber(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : 0;
  if (value instanceof ExactNumber) return Number(value);
  const found = typeof value === 'string' ? /^\s*[-+]?\d+(\.\d+)?([eE][-+]?\d+)?/.exec(value.slice(0, 400)) : null;
  return found === null ? 0 : Number(found[0]);
}

/** Exact decimal arithmetic, so that 0.1 and 0.2 make 0.3. */
export function calculate(method: 'plus' | 'minus' | 'times', left: unknown, right: unknown): number {
  const [a, b] = [toNumber(left), toNumber(right)];
  const plain = method === 'plus' ? a + b : method === 'minus' ? a - b : a * b;
  if (Number.isSafeInteger(plain) && Number.isInteger(a) && Number.isInteger(b)) return plain;
  return Number.isFinite(plain) && Math.abs(plain) < 1e100 ? new Big(a)[method](b).toNumber() : plain;
}
