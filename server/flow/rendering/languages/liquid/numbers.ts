/** Numbers as Ruby's Liquid counts: integers of any size, decimals exactly. */
import { ExactNumber } from '../../../../platform/json.ts';
import {
  counted,
  divide,
  Float,
  float,
  integer,
  isText,
  LanguageError,
  type Numeric,
  type Value,
} from '../core/index.ts';
import { strip } from './patterns.ts';

/** A decimal: digits × 10^-scale. */
export interface Decimal {
  digits: bigint;
  scale: number;
}
/** A number that is counted with: an integer, an exact decimal, or an infinity or NaN. */
export type Counted = bigint | Decimal | { odd: number };

const MOST_DIGITS = 4300;
/** Digits behind the point that a division gives beside those of its numbers. */
const PRECISION = 40;

function isDecimal(value: Counted): value is Decimal {
  return typeof value === 'object' && 'digits' in value;
}
function odd(value: Counted): number | null {
  return typeof value === 'object' && 'odd' in value ? value.odd : null;
}

/** The decimal that a text of a number means: `12.50`, `1e5`. */
function decimal(text: string): Decimal {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(
    text,
  )!;
  if (whole.length + fraction.length + Math.abs(Number(exponent)) > MOST_DIGITS) throw tooLong();
  const digits = BigInt(`${sign}${whole}${fraction}` || '0');
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

function tooLong(): LanguageError {
  return new LanguageError(`The number has more than ${MOST_DIGITS} digits.`);
}

/** What counts of a value: texts that begin with a whole number as it, or are a decimal; anything else as 0. */
export function toCounted(value: Value): Counted {
  if (isText(value)) {
    const text = String(value);
    const inner = text.length < 10_000 ? strip(text) : text.trim();
    if (/^-?\d+\.\d+$/.test(inner)) return decimal(inner);
    return toInteger(inner);
  }
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : decimal(String(value));
  if (value instanceof Float) return Number.isFinite(value.value) ? decimal(String(value.value)) : { odd: value.value };
  if (value instanceof ExactNumber) {
    const plain = counted(value);
    return plain instanceof Float && Number.isFinite(plain.value) ? decimal(value.text) : toCounted(plain);
  }
  return 0n;
}

/** The whole number that a text begins with, as Ruby's `to_i` reads it; else 0. */
export function toInteger(text: string): bigint {
  const found = /^[ \t\n\v\f\r]*([-+]?\d[\d_]*)/.exec(text.slice(0, MOST_DIGITS + 100));
  if (found === null) return 0n;
  const digits = found[1]!.split('__')[0]!.replaceAll('_', '');
  if (digits.length > MOST_DIGITS) throw tooLong();
  return BigInt(digits);
}

/** A whole number for an argument, as Ruby's `Integer()` reads it. Throws LanguageError for anything else. */
export function strictInteger(value: Value): number {
  const text = isText(value) ? strip(String(value)) : String(value ?? '');
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'bigint') return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  const whole = /^[-+]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*(?:_\d+)*)$/.test(text);
  if (!whole || value instanceof Float || typeof value === 'boolean') throw new LanguageError('invalid integer');
  const plain = text.replaceAll('_', '').replace(/^([-+]?)0[oO]?(?=[0-7]+$)/, '$10o');
  const [, sign, digits] = /^([-+]?)(.*)$/.exec(plain)!;
  return Number(digits) * (sign === '-' ? -1 : 1);
}

/** A whole number of an argument, cut off: what Ruby's `to_i` makes of it. */
export function looseInteger(value: Value): number {
  const number = toCounted(value);
  const cut = isDecimal(number) ? number.digits / 10n ** BigInt(number.scale) : odd(number) === null ? number : 0n;
  return Number(isText(value) ? toInteger(String(value)) : cut);
}

/** As a value of templates: decimals as floats. */
export function asValue(number: Counted): Numeric {
  if (typeof number === 'bigint') return integer(number);
  const special = odd(number);
  if (special !== null) return new Float(special);
  return float(toDouble(number));
}

function toDouble(number: Counted): number {
  if (typeof number === 'bigint') return Number(number);
  if (!isDecimal(number)) return number.odd;
  return Number(`${number.digits}e${-number.scale}`);
}

function aligned(a: Counted, b: Counted): { x: bigint; y: bigint; scale: number } {
  const left = typeof a === 'bigint' ? { digits: a, scale: 0 } : (a as Decimal);
  const right = typeof b === 'bigint' ? { digits: b, scale: 0 } : (b as Decimal);
  const scale = Math.max(left.scale, right.scale);
  return {
    x: left.digits * 10n ** BigInt(scale - left.scale),
    y: right.digits * 10n ** BigInt(scale - right.scale),
    scale,
  };
}

export type Operation = 'plus' | 'minus' | 'times' | 'divided_by' | 'modulo';

const DOUBLES: Record<Operation, (a: number, b: number) => number> = {
  plus: (a, b) => a + b,
  minus: (a, b) => a - b,
  times: (a, b) => a * b,
  divided_by: (a, b) => a / b,
  modulo: (a, b) => a % b,
};

/** Throws LanguageError for a division of an integer by 0, and numbers that get too long. */
export function calculate(operation: Operation, a: Counted, b: Counted): Counted {
  if (odd(a) !== null || odd(b) !== null) return { odd: DOUBLES[operation](toDouble(a), toDouble(b)) };
  const { x, y, scale } = aligned(a, b);
  const whole = typeof a === 'bigint' && typeof b === 'bigint';
  const result = compute(operation, x, y, scale, whole);
  const digits = typeof result === 'bigint' ? result : isDecimal(result) ? result.digits : 0n;
  if (digits > LONGEST || digits < -LONGEST) throw tooLong();
  return result;
}

const LONGEST = 10n ** BigInt(MOST_DIGITS);

function compute(operation: Operation, x: bigint, y: bigint, scale: number, whole: boolean): Counted {
  const made = (digits: bigint, at = scale): Counted => (whole ? digits : { digits, scale: at });
  switch (operation) {
    case 'plus':
      return made(x + y);
    case 'minus':
      return made(x - y);
    case 'times':
      return made(x * y, scale * 2);
    case 'modulo':
      if (y === 0n) throw new LanguageError('divided by 0');
      return made(divide(x, y, 'down').rest);
    default:
      if (y !== 0n)
        return whole ? divide(x, y, 'down').quotient : { digits: (x * 10n ** BigInt(PRECISION)) / y, scale: PRECISION };
      if (whole) throw new LanguageError('divided by 0');
      return { odd: x === 0n ? Number.NaN : x > 0n ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY };
  }
}

/** -1, 0 or 1. */
export function compareCounted(a: Counted, b: Counted): number {
  if (odd(a) !== null || odd(b) !== null) return Math.sign(toDouble(a) - toDouble(b));
  const { x, y } = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Rounded to places behind the point, halves away from 0. `how`: -1 rounds down, 1 up. Throws LanguageError for infinities. */
export function round(number: Counted, places: number, how: -1 | 0 | 1): Counted {
  const special = odd(number);
  if (special !== null) throw new LanguageError(`${Number.isNaN(special) ? 'NaN' : 'Infinity'} can't be rounded.`);
  const { digits, scale } = typeof number === 'bigint' ? { digits: number, scale: 0 } : (number as Decimal);
  if (places >= scale) return number;
  if (scale - places > MOST_DIGITS) return typeof number === 'bigint' ? 0n : { digits: 0n, scale: 0 };
  const unit = 10n ** BigInt(scale - places);
  const { quotient, rest } = divide(digits, unit, 'down');
  let cut = quotient;
  if (how === 1 && rest > 0n) cut++;
  if (how === 0 && (rest * 2n > unit || (rest * 2n === unit && digits > 0n))) cut++;
  const result: Decimal =
    places >= 0 ? { digits: cut, scale: places } : { digits: cut * 10n ** BigInt(-places), scale: 0 };
  return typeof number === 'bigint' ? result.digits : result;
}

/** Without what stands behind the point. */
export function wholePart(number: Counted): Counted {
  return isDecimal(number) ? number.digits / 10n ** BigInt(number.scale) : number;
}

/** Without its sign. */
export function magnitude(number: Counted): Counted {
  if (typeof number === 'bigint') return number < 0n ? -number : number;
  if (isDecimal(number)) return { digits: number.digits < 0n ? -number.digits : number.digits, scale: number.scale };
  return { odd: Math.abs(number.odd) };
}

/** A float as Ruby prints it: `5.0`, `1.0e+16`, `1.0e-05`, `Infinity`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return '-0.0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  // Sixteen digits before the point are written out where one of them or more stands behind it.
  if (value !== 0 && (power < -4 || power >= 16 || (power === 15 && Number.isInteger(value)))) {
    const mantissa = digits.includes('.') ? digits : `${digits}.0`;
    return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** A number as it prints; one of the context as it was written. */
export function numberText(value: Numeric): string {
  if (value instanceof Float) return floatText(value.value);
  if (typeof value === 'number' && !Number.isInteger(value)) return floatText(value);
  return String(value);
}
