/** Python's `%` on texts: `"%05.2f of %s" % (1.5, "x")`. */
import {
  type Budget,
  concat,
  entry,
  Float,
  hasEntry,
  integer,
  isInteger,
  isMap,
  isText,
  LanguageError,
  type Numeric,
  slice,
  type Text,
  toDouble,
  type Value,
} from '../../core/index.ts';
import { lengthOf } from '../points.ts';
import { ascii, repr, toText } from '../print.ts';
import { asNumber, typeName } from '../types.ts';
import { asMarkup, escapeMarkup, Markup, Range, Tuple, Undefined } from '../values.ts';
import { formatFloat } from './digits.ts';

const SPEC = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?[hlL]?([a-zA-Z%])/y;
/** Most characters that a width or precision may ask for. */
const MOST_WIDTH = 100_000;
const MOST_PRECISION = 350;

/** The text with its placeholders filled; markup escapes what is put in. Throws LanguageError when they don't match. */
export function formatPercent(format: Text, given: Value, budget: Budget): Text {
  const source = String(format);
  const single = !(given instanceof Tuple);
  const values = single ? [given] : given.items;
  const made: Text[] = [];
  let used = 0;
  let named = false;
  const take = (): Value => {
    if (used >= values.length) throw new LanguageError('The format has more placeholders than there are values.');
    return values[used++];
  };
  let at = 0;
  for (let next = source.indexOf('%'); next !== -1; next = source.indexOf('%', at)) {
    budget.step();
    SPEC.lastIndex = next;
    const found = SPEC.exec(source);
    if (found === null)
      throw new LanguageError(`The format has a placeholder that can't be read, at character ${next + 1}.`);
    made.push(slice(format, at, next));
    at = SPEC.lastIndex;
    const [, name, flags = '', wide, exact, type = ''] = found;
    const width = wide === '*' ? Number(asNumber(take())) : Number(wide ?? 0);
    const dotted = found[0].includes('.') && !(name ?? '').includes('.');
    const precision =
      exact === '*' ? Number(asNumber(take())) : exact === undefined ? (dotted ? 0 : null) : Number(exact);
    if (!(Math.abs(width) <= MOST_WIDTH)) throw new LanguageError('The format asks for too wide a field.');
    if (type === '%') {
      made.push(slice(format, at - 1, at));
      continue;
    }
    named ||= name !== undefined;
    const value = name === undefined ? take() : byName(given, name);
    if (name !== undefined) used = values.length;
    made.push(field(value, { flags, width, precision, type }, format instanceof Markup, budget));
  }
  if (!named && used < values.length && !(single && mayBeUnused(given))) {
    throw new LanguageError('There are more values than placeholders in the format.');
  }
  made.push(slice(format, at, source.length));
  const text = concat(made, budget);
  return format instanceof Markup ? asMarkup(text) : text;
}

/** What has items of its own may stand unused, as Python has it. */
function mayBeUnused(given: Value): boolean {
  return isMap(given) || Array.isArray(given) || given instanceof Range || given instanceof Undefined;
}

function byName(given: Value, name: string): Value {
  if (!isMap(given)) throw new LanguageError(`The format names ${name}, but what it got is no map.`);
  if (!hasEntry(given, name)) throw new LanguageError(`The format names ${name}, which is not there.`);
  return entry(given, name);
}

interface Field {
  flags: string;
  width: number;
  precision: number | null;
  type: string;
}

function field(value: Value, { flags, width, precision, type }: Field, markup: boolean, budget: Budget): Text {
  const left = flags.includes('-');
  if ('rsac'.includes(type)) {
    const text =
      type === 'c'
        ? character(value, budget)
        : type === 's'
          ? toText(value, budget)
          : type === 'a'
            ? ascii(value, budget)
            : repr(value, budget);
    const cut = precision === null ? text : slice(text, 0, precision);
    const padding = ' '.repeat(Math.max(0, width - String(cut).length));
    budget.use(padding.length);
    const safe = markup ? escapeMarkup(cut) : cut;
    return left ? concat([safe, padding], budget) : concat([padding, safe], budget);
  }
  const [sign, digits] = numberText(value, flags, precision, type);
  const padding = Math.max(0, width - sign.length - digits.length);
  budget.use(padding + digits.length);
  if (left) return sign + digits + ' '.repeat(padding);
  return flags.includes('0') ? sign + '0'.repeat(padding) + digits : ' '.repeat(padding) + sign + digits;
}

function character(value: Value, budget: Budget): Text {
  const code = asNumber(value);
  if (typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 0x10ffff)
    return String.fromCodePoint(code);
  if (isText(value) && lengthOf(String(value)) === 1) return value;
  budget.step();
  throw new LanguageError('%c needs one character, or its number.');
}

/** Sign and digits of a number in a format of C's. */
function numberText(value: Value, flags: string, precision: number | null, type: string): [string, string] {
  const number = asNumber(value);
  if (value instanceof Undefined) throw value.fail();
  if (number === null)
    throw new LanguageError(`%${type} needs a number, not a ${typeName(value)}.`, 'Add |int or |float.');
  if (precision !== null && !(precision <= MOST_PRECISION))
    throw new LanguageError('The format asks for too many digits.');
  const negative = toDouble(number) < 0 || Object.is(toDouble(number), -0);
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const alternate = flags.includes('#');
  switch (type) {
    case 'd':
    case 'i':
    case 'u':
      return [
        sign === '-' && whole(number) === 0n ? flags.replace(/[^+ ]/g, '').slice(0, 1) : sign,
        String(magnitude(number)).padStart(precision ?? 0, '0'),
      ];
    case 'x':
    case 'X':
    case 'o': {
      if (!isInteger(number)) throw new LanguageError(`%${type} needs a whole number.`, 'Add |int.');
      const text = magnitude(number)
        .toString(type === 'o' ? 8 : 16)
        .padStart(precision ?? 0, '0');
      const prefix = alternate ? `0${type}` : '';
      return [sign + prefix, type === 'X' ? text.toUpperCase() : text];
    }
    case 'e':
    case 'f':
    case 'g':
    case 'E':
    case 'F':
    case 'G': {
      const lower = type.toLowerCase() as 'e' | 'f' | 'g';
      const text = formatFloat(Math.abs(toDouble(number)), lower, precision ?? 6, alternate);
      return [sign, type === lower ? text : text.toUpperCase()];
    }
    default:
      throw new LanguageError(`The format has no placeholder %${type}.`);
  }
}

function whole(number: Numeric): bigint {
  if (number instanceof Float && !Number.isFinite(number.value))
    throw new LanguageError('An infinite number has no digits.');
  return isInteger(number) ? BigInt(String(number)) : BigInt(Math.trunc(toDouble(number)));
}

function magnitude(number: Numeric): bigint {
  const value = whole(number);
  return value < 0n ? -value : value;
}

/** Cuts off what stands behind the point. */
export function truncated(number: Numeric): number | bigint {
  return integer(whole(number));
}
