/** Arithmetic that languages have alike: whole numbers stay whole and exact, anything else counts as doubles. */
import { type Float, float, integer, type Numeric, toDouble } from './numbers.ts';
import { LanguageError } from './source.ts';

/** Most bits of a whole number: beyond it, counting takes long. */
export const MOST_BITS = 20_000;
const MOST = 1n << BigInt(MOST_BITS);

/** Whether a number is a whole one that was not made as a float. */
export function isWhole(value: Numeric): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

/** A whole number that isn't too long. Throws LanguageError. */
export function bounded(value: bigint): number | bigint {
  if (value > MOST || -value > MOST) throw new LanguageError('The number becomes too big.');
  return integer(value);
}

const DOUBLES = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
};
const WHOLES = {
  '+': (a: bigint, b: bigint) => a + b,
  '-': (a: bigint, b: bigint) => a - b,
  '*': (a: bigint, b: bigint) => a * b,
};

/** Sum, difference or product. Throws LanguageError for whole numbers that become too long. */
export function combine(operator: '+' | '-' | '*', a: number | bigint | Float, b: number | bigint | Float): Numeric {
  if (!isWhole(a) || !isWhole(b)) return float(DOUBLES[operator](toDouble(a), toDouble(b)));
  if (typeof a === 'number' && typeof b === 'number') {
    const made = DOUBLES[operator](a, b);
    if (Number.isSafeInteger(made)) return made === 0 ? 0 : made; // never -0
  }
  return bounded(WHOLES[operator](BigInt(a), BigInt(b)));
}

/** Quotient and rest of a division by what isn't 0: rounded down, as Python and Ruby do it, or towards 0, as Java does. */
export function divide(a: bigint, b: bigint, round: 'down' | 'to zero'): { quotient: bigint; rest: bigint } {
  const quotient = a / b;
  const rest = a % b;
  if (round === 'to zero' || rest === 0n || rest < 0n === b < 0n) return { quotient, rest };
  return { quotient: quotient - 1n, rest: rest + b };
}
