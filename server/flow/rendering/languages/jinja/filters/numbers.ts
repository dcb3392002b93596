/** Filters of numbers. */
import { Float, float, integer, isText, LanguageError, toDouble, type Value } from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { calculate, negate } from '../arithmetic.ts';
import { fixed, roundFloat } from '../format/digits.ts';
import { truncated } from '../format/percent.ts';
import type { Run } from '../run.ts';
import { asIndex, asNumber, typeName } from '../types.ts';
import { Undefined } from '../values.ts';
import { filter, type Named } from './filter.ts';

const DIGITS: Record<number, RegExp> = {};
const MOST_DIGITS = 4300;
const DECIMAL = /^[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/i;

/** A text as a float, as Python reads it; null when it is none. */
function readFloat(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed.length > 400) return null;
  if (DECIMAL.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  const special = /^([-+]?)(?:inf(?:inity)?|(nan))$/i.exec(trimmed);
  if (special === null) return null;
  return special[2] === undefined ? (special[1] === '-' ? -Infinity : Infinity) : Number.NaN;
}

/** A text as an integer in a base (0: by its prefix), as Python reads it; null when it is none. */
function readInteger(text: string, base: number): number | bigint | null {
  const found = /^([-+]?)(0[box])?(_?\w+)$/i.exec(text.trim());
  if (found === null || found[0].length > MOST_DIGITS) return null;
  const prefix = { b: 2, o: 8, x: 16 }[found[2]?.[1]?.toLowerCase() ?? ''];
  const radix = base === 0 ? (prefix ?? 10) : base;
  // Of another base than its own, a prefix is digits like others.
  const digits = (prefix === radix ? '' : (found[2] ?? '')) + found[3]!;
  const last = '0123456789abcdefghijklmnopqrstuvwxyz'[radix - 1];
  const range = radix <= 10 ? `0-${last}` : `0-9a-${last}`;
  DIGITS[radix] ??= new RegExp(`^[${range}]+(?:_[${range}]+)*$`, 'i');
  if (!DIGITS[radix].test(digits.replace(/^_/, prefix === undefined ? '_' : ''))) return null;
  let value = 0n;
  const big = BigInt(radix);
  const clean = digits.replaceAll('_', '').toLowerCase();
  if (radix === 10) value = BigInt(clean);
  else for (const char of clean) value = value * big + BigInt(Number.parseInt(char, 36));
  return integer(found[1] === '-' ? -value : value);
}

/** `|int`: what can't be read is the default. */
function toInt(value: Value, [otherwise, base]: Value[]): Value {
  const radix = asIndex(base, 'The base');
  if (radix !== 0 && (radix < 2 || radix > 36)) return otherwise;
  if (isText(value)) {
    const text = String(value);
    const whole = readInteger(text, radix);
    if (whole !== null) return whole;
    const number = readFloat(text);
    return number === null || !Number.isFinite(number) ? otherwise : truncated(float(number));
  }
  const number = asNumber(value);
  if (value instanceof Undefined) throw value.fail();
  if (number === null || !Number.isFinite(toDouble(number))) return otherwise;
  return truncated(number);
}

function toFloat(value: Value, [otherwise]: Value[]): Value {
  if (value instanceof Undefined) throw value.fail();
  if (isText(value)) {
    const read = readFloat(String(value));
    return read === null ? otherwise : float(read);
  }
  const number = asNumber(value);
  return number === null ? otherwise : float(toDouble(number));
}

function round(value: Value, [precision, method]: Value[], run: Run): Value {
  const places = asIndex(precision, 'The precision');
  const number = asNumber(value);
  if (number === null) {
    if (value instanceof Undefined) throw value.fail();
    throw new LanguageError(`A ${typeName(value)} can't be rounded.`, 'Add |float before |round.');
  }
  if (method === 'common' || String(method) === 'common') {
    if (typeof number === 'bigint' || (typeof number === 'number' && Number.isInteger(number))) {
      return places >= 0 ? number : integer(BigInt(roundWhole(String(number), places)));
    }
    return float(roundFloat(toDouble(number), places));
  }
  const whole = { ceil: Math.ceil, floor: Math.floor }[String(method)];
  if (whole === undefined) throw new LanguageError('The method of rounding is "common", "ceil" or "floor".');
  const factor = calculate('**', 10, places, run.budget);
  const scaled = toDouble(asNumber(calculate('*', number, factor, run.budget))!);
  return calculate('/', BigInt(whole(scaled)), factor, run.budget);
}

/** An integer rounded before the point, halves to even. */
function roundWhole(text: string, places: number): string {
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  const keep = digits.length + places;
  if (keep < 0) return '0';
  const head = BigInt(digits.slice(0, keep) || '0');
  const rest = digits.slice(keep);
  const half = `5${'0'.repeat(rest.length - 1)}`;
  const up = rest > half || (rest === half && head % 2n === 1n);
  return `${negative ? '-' : ''}${up ? head + 1n : head}${'0'.repeat(-places)}`;
}

function numberOf(value: Value): number | null {
  const number = asNumber(value);
  return number === null ? null : toDouble(number);
}

const UNITS = 'kMGTPEZY';

function fileSize(value: Value, binary: boolean): string {
  const read = isText(value) ? readFloat(String(value)) : numberOf(value);
  if (read === null) throw new LanguageError('filesizeformat needs a number.');
  const base = binary ? 1024 : 1000;
  if (read === 1) return '1 Byte';
  if (read < base) return `${Math.trunc(read)} Bytes`;
  let unit = base;
  for (const letter of UNITS) {
    unit *= base;
    if (read < unit || letter === 'Y') {
      return `${fixed((base * read) / unit, 1)} ${binary ? `${letter.toUpperCase()}i` : letter}B`;
    }
  }
  return '';
}

export const numberFilters: Named[] = [
  filter('abs', [], (value) => {
    const number = asNumber(value);
    if (value instanceof Undefined) throw value.fail();
    if (number === null)
      throw new LanguageError(`A ${typeName(value)} has no absolute value.`, 'Add |float before |abs.');
    return toDouble(number) < 0 || (number instanceof Float && Object.is(number.value, -0)) ? negate(number) : number;
  }),
  filter('int', parameters('', { default: 0, base: 10 }), toInt),
  filter('float', parameters('', { default: new Float(0) }), toFloat),
  filter('round', parameters('', { precision: 0, method: 'common' }), round),
  filter('filesizeformat', parameters('', { binary: false }), (value, [binary]) => fileSize(value, binary === true)),
];
