import {
  compareNumbers,
  type Float,
  float,
  integer,
  isInteger,
  isNumeric,
  LanguageError,
  type Numeric,
  toDouble,
  type Value,
} from '../../core/index.ts';
import { calculate } from '../operators.ts';
import { textOf } from '../print.ts';
import { type Methods, method } from './method.ts';

const MOST_DIGITS = 400;

function whole(value: Numeric): number | bigint {
  return typeof value === 'bigint' ? value : integer(BigInt(Math.trunc(finite(toDouble(value)))));
}

/** As a whole number of so many bits: whole ones wrap around, others end at the largest there is. */
export function ofBits(value: Numeric, bits: number): number | bigint {
  const full = BigInt(whole(value));
  if (isInteger(value)) return integer(BigInt.asIntN(bits, full));
  const most = (1n << BigInt(bits - 1)) - 1n;
  return integer(full > most ? most : full < -most - 1n ? -most - 1n : full);
}

/** Whole numbers of 32 bits are their own hash; of others both halves are joined. */
function hashOf(value: Numeric): number {
  const bits = new DataView(new ArrayBuffer(8));
  if (!isInteger(value)) bits.setFloat64(0, toDouble(value));
  else if (ofBits(value, 32) === value) return value as number;
  else bits.setBigInt64(0, BigInt(ofBits(value, 64)));
  return bits.getInt32(0) ^ bits.getInt32(4);
}

/** Throws LanguageError: only two of a kind have an order. */
function noOrder(): never {
  throw new LanguageError('compareTo() compares values of one kind.', 'Turn one into the kind of the other first.');
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new LanguageError('This is no number that could be a whole one.');
}

/** A text as a whole number. Throws LanguageError. */
function parseInteger(value: Value): number | bigint {
  const text = String(value);
  if (/^[+-]?\d{1,18}$/.test(text)) return integer(BigInt(text));
  throw new LanguageError(`${JSON.stringify(text.slice(0, 60))} is no whole number.`);
}

/** A text as a double. Throws LanguageError. */
function parseDouble(value: Value): number | Float {
  const text = String(value).trim();
  if (text.length <= MOST_DIGITS && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
    return float(Number(text));
  throw new LanguageError(`${JSON.stringify(text.slice(0, 60))} is no number.`);
}

/** Methods of numbers, as Java's Integer and Double have them. */
export const numberMethods: Methods<Numeric> = new Map([
  ['intValue', method('-', (self) => ofBits(self, 32))],
  ['longValue', method('-', (self) => ofBits(self, 64))],
  ['shortValue', method('-', (self) => ofBits(self, 16))],
  ['doubleValue', method('-', (self) => float(toDouble(self)))],
  ['floatValue', method('-', (self) => float(Math.fround(toDouble(self))))],
  ['isNaN', method('-', (self) => Number.isNaN(toDouble(self)))],
  ['isInfinite', method('-', (self) => Math.abs(toDouble(self)) === Number.POSITIVE_INFINITY)],
  ['parseInt', method('s', (_self, [text]) => parseInteger(text))],
  ['parseLong', method('s', (_self, [text]) => parseInteger(text))],
  ['parseDouble', method('s', (_self, [text]) => parseDouble(text))],
  [
    'valueOf',
    method('s n', (self, [value]) => {
      if (isNumeric(value)) return value;
      return typeof self === 'number' && Number.isInteger(self) ? parseInteger(value) : parseDouble(value);
    }),
  ],
  ['max', method('nn', (_self, [a, b]) => (compareNumbers(a as Numeric, b as Numeric) >= 0 ? a : b))],
  ['min', method('nn', (_self, [a, b]) => (compareNumbers(a as Numeric, b as Numeric) <= 0 ? a : b))],
  ['sum', method('nn', (_self, [a, b]) => calculate('+', a as Numeric, b as Numeric))],
  ['compareTo', method('o', (self, [other]) => (isNumeric(other) ? compareNumbers(self, other) : noOrder()))],
  ['equals', method('o', (self, [other]) => isNumeric(other) && compareNumbers(self, other) === 0)],
  ['hashCode', method('-', (self) => hashOf(self))],
  ['toString', method('-', (self, _args, { budget }) => textOf(self, budget))],
]);

/** Methods of booleans. */
export const booleanMethods: Methods<boolean> = new Map([
  ['booleanValue', method('-', (self) => self)],
  ['equals', method('o', (self, [other]) => self === other)],
  [
    'compareTo',
    method('o', (self, [other]) => (typeof other === 'boolean' ? Number(self) - Number(other) : noOrder())),
  ],
  ['hashCode', method('-', (self) => (self ? 1231 : 1237))],
  ['parseBoolean', method('s', (_self, [text]) => String(text).toLowerCase() === 'true')],
  ['valueOf', method('s b', (_self, [value]) => String(value).toLowerCase() === 'true')],
  ['toString', method('-', (self) => String(self))],
]);
