import { Float, float, type Numeric, toDouble, type Value } from '../../core/index.ts';
import { asNumber } from '../types.ts';
import { method, type Table } from './method.ts';

type Plain = Exclude<Numeric, { text: string }>;

/** Attributes of numbers, which are no methods. */
export function numberAttribute(of: Value, name: string): Value {
  const number = asNumber(of);
  if (number === null) return undefined;
  const whole = isWhole(number);
  switch (name) {
    case 'real':
      return number;
    case 'imag':
      return whole ? 0 : new Float(0);
    case 'numerator':
      return whole ? number : undefined;
    case 'denominator':
      return whole ? 1 : undefined;
    default:
      return undefined;
  }
}

function isWhole(number: Plain): boolean {
  return typeof number === 'bigint' || (typeof number === 'number' && Number.isInteger(number));
}

export const integerMethods: Table<Plain> = new Map([
  method<Plain>('bit_length', [], (number) => {
    const size = BigInt(toDouble(number) < 0 ? -BigInt(String(number)) : BigInt(String(number)));
    return size === 0n ? 0 : size.toString(2).length;
  }),
  method<Plain>('conjugate', [], (number) => number),
]);

export const floatMethods: Table<Plain> = new Map([
  method<Plain>('is_integer', [], (number) => Number.isInteger(toDouble(number))),
  method<Plain>('conjugate', [], (number) => float(toDouble(number))),
]);
