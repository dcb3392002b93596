/** Python's format specifications: `{:>8,.2f}`. */
import {
  type Budget,
  concat,
  floatText,
  isInteger,
  isText,
  LanguageError,
  slice,
  type Text,
  toDouble,
  type Value,
} from '../../core/index.ts';
import { lengthOf } from '../points.ts';
import { toText } from '../print.ts';
import { asNumber, typeName } from '../types.ts';
import { formatFloat, shortPower } from './digits.ts';

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;
const MOST_WIDTH = 100_000;
const MOST_PRECISION = 350;

interface Spec {
  fill: string;
  align: string;
  sign: string;
  /** A sign was asked for. */
  signed: boolean;
  /** -0 is 0. */
  zero: boolean;
  alternate: boolean;
  width: number;
  grouping: string;
  precision: number | null;
  type: string;
}

function parse(text: string): Spec {
  const found = SPEC.exec(text);
  if (found === null) throw new LanguageError(`The format :${text} can't be read.`);
  const [, fill, align, sign, plainZero, alternate, zero, width, grouping, precision, type] = found;
  const spec = {
    fill: fill ?? (zero ? '0' : ' '),
    align: align ?? '',
    sign: sign ?? '-',
    signed: sign !== undefined,
    zero: plainZero !== undefined,
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping: grouping ?? '',
    precision: precision === undefined ? null : Number(precision),
    type: type ?? '',
  };
  if (spec.width > MOST_WIDTH || (spec.precision ?? 0) > MOST_WIDTH) {
    throw new LanguageError('The format asks for too wide a field.');
  }
  return spec;
}

/** The value in the format that stands behind the colon. Throws LanguageError when the format isn't the value's. */
export function formatValue(value: Value, text: string, budget: Budget): Text {
  if (text === '') return toText(value, budget);
  const spec = parse(text);
  budget.use(spec.width);
  if (isText(value)) return formatText(value, spec, budget);
  const number = asNumber(value);
  if (number === null) throw new LanguageError(`A ${typeName(value)} takes no format :${text}.`);
  const double = toDouble(number);
  const negative = double < 0 || Object.is(double, -0);
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign;
  const whole = isInteger(number) && 'bcdnoxX'.includes(spec.type);
  const digits = whole ? integerDigits(BigInt(String(number)), spec) : floatDigits(number, Math.abs(double), spec);
  if (spec.align === '' && spec.fill === '0') spec.align = '=';
  const width = spec.fill === '0' && spec.align === '=' ? spec.width - sign.length : 0;
  const none = spec.zero && negative && !/[1-9]/.test(digits);
  const body = grouped(digits, spec, width);
  return pad(none ? sign.replace('-', '') : sign, body, spec);
}

function formatText(value: Text, spec: Spec, budget: Budget): Text {
  if (spec.type !== '' && spec.type !== 's')
    throw new LanguageError(`A text takes no format of type ${spec.type}.`, 'Add |int or |float.');
  if (spec.align === '=') throw new LanguageError('A text has no sign to align by.');
  if (spec.signed || spec.grouping !== '' || spec.alternate)
    throw new LanguageError('A text takes no format of numbers.');
  const cut = spec.precision === null ? value : slice(value, 0, spec.precision);
  const missing = Math.max(0, spec.width - lengthOf(String(cut)));
  const before = spec.align === '>' ? missing : spec.align === '^' ? Math.floor(missing / 2) : 0;
  return concat([spec.fill.repeat(before), cut, spec.fill.repeat(missing - before)], budget);
}

function pad(sign: string, body: string, { fill, align, width }: Spec): string {
  const missing = Math.max(0, width - sign.length - lengthOf(body));
  switch (align) {
    case '<':
      return sign + body + fill.repeat(missing);
    case '=':
      return sign + fill.repeat(missing) + body;
    case '^':
      return fill.repeat(Math.floor(missing / 2)) + sign + body + fill.repeat(Math.ceil(missing / 2));
    default:
      return fill.repeat(missing) + sign + body;
  }
}

function integerDigits(value: bigint, spec: Spec): string {
  if (spec.precision !== null)
    throw new LanguageError('A whole number takes no precision.', 'Write f after it, as in {:.2f}.');
  const size = value < 0n ? -value : value;
  switch (spec.type) {
    case 'b':
      return (spec.alternate ? '0b' : '') + size.toString(2);
    case 'o':
      return (spec.alternate ? '0o' : '') + size.toString(8);
    case 'x':
      return (spec.alternate ? '0x' : '') + size.toString(16);
    case 'X':
      return ((spec.alternate ? '0x' : '') + size.toString(16)).toUpperCase();
    case 'c':
      if (value < 0n || size > 0x10ffffn) throw new LanguageError('There is no such character.');
      return String.fromCodePoint(Number(size));
    default:
      return String(size);
  }
}

function floatDigits(number: Value, size: number, spec: Spec): string {
  if ((spec.precision ?? 0) > MOST_PRECISION) throw new LanguageError('The format asks for too many digits.');
  const { type } = spec;
  switch (type) {
    case 'e':
    case 'f':
    case 'g':
      return formatFloat(size, type, spec.precision ?? 6, spec.alternate);
    case 'E':
    case 'F':
    case 'G':
      return formatFloat(
        size,
        type.toLowerCase() as 'e' | 'f' | 'g',
        spec.precision ?? 6,
        spec.alternate,
      ).toUpperCase();
    case 'n':
      return formatFloat(size, 'g', spec.precision ?? 6, spec.alternate);
    case '%':
      return `${formatFloat(size * 100, 'f', spec.precision ?? 6, spec.alternate)}%`;
    case '': {
      if (isInteger(number) && spec.precision === null) return String(number).replace('-', '');
      if (spec.precision === null) return floatText(size);
      const text = formatFloat(size, 'g', spec.precision, spec.alternate);
      if (!/^\d+$/.test(text)) return text;
      // One digit stands behind the point, or else a power of ten.
      return spec.precision > text.length ? `${text}.0` : shortPower(size, spec.precision);
    }
    default:
      throw new LanguageError(`A number takes no format of type ${type}.`);
  }
}

/** Digits in groups of three (four for hexadecimal and binary), filled with zeros up to `width`. */
function grouped(digits: string, { grouping, type }: Spec, width: number): string {
  if (grouping === '') return digits;
  if (grouping === ',' && 'boxXcn'.includes(type) && type !== '')
    throw new LanguageError(`The format takes no comma with ${type}.`);
  const size = 'boxX'.includes(type) && type !== '' ? 4 : 3;
  const end = /^[0-9a-fA-F]+/.exec(digits)?.[0].length ?? 0;
  let whole = digits.slice(0, type === 'e' || type === 'E' ? Math.min(end, digits.search(/[.e]|$/i)) : end);
  const rest = digits.slice(whole.length);
  const join = (text: string) =>
    text.replace(new RegExp(`(?<=[0-9a-fA-F])(?=(?:[0-9a-fA-F]{${size}})+$)`, 'g'), grouping);
  while (join(whole).length + rest.length < width) whole = `0${whole}`;
  return join(whole) + rest;
}
