/** Java's `String.format`: `%s`, `%d`, `%.2f`, `%05d`, `%,d`, `%x`… */
import { type Budget, counted, isInteger, isNumeric, LanguageError, toDouble, type Value } from '../../core/index.ts';
import { textOf } from '../print.ts';
import { formatDecimal } from '../tools/decimal.ts';

const SPEC = /%(?:(\d+)\$)?([-+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;
const MOST_WIDTH = 1000;
const MOST_PLACES = 100;

/** Forms of a method that takes a pattern and up to nine values. */
export const FORMATS = Array.from({ length: 10 }, (_, i) => `s${'o'.repeat(i)}`).join(' ');

/** The pattern with the values in it. Throws LanguageError where they don't fit. */
export function format(pattern: string, values: readonly Value[], budget: Budget): string {
  let used = 0;
  budget.use(pattern.length);
  return pattern.replace(SPEC, (all, index, flags: string, wide = '0', places, kind: string) => {
    budget.step();
    if (kind === 'n') return '\n';
    if (Number(wide) > MOST_WIDTH || Number(places ?? 0) > MOST_PLACES) {
      throw new LanguageError(`${all} asks for too many characters.`);
    }
    const at = index === undefined ? used++ : Number(index) - 1;
    if (kind !== '%' && at >= values.length) throw new LanguageError(`format() has no value for ${all}.`);
    if (kind === '%') used--;
    const made = kind === '%' ? '%' : one(kind, flags, places, values[at], budget);
    budget.use(Math.max(made.length, Number(wide)));
    return filled(made, flags, Number(wide), 'dfxXo'.includes(kind));
  });
}

function filled(text: string, flags: string, width: number, isNumber: boolean): string {
  if (flags.includes('-')) return text.padEnd(width);
  if (!flags.includes('0') || !isNumber) return text.padStart(width);
  const sign = /^[-+ ]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function one(kind: string, flags: string, places: string | undefined, value: Value, budget: Budget): string {
  if (value === null || value === undefined) return kind === 'b' ? 'false' : 'null';
  switch (kind) {
    case 's':
    case 'S': {
      const text = textOf(value, budget).slice(0, places === undefined ? undefined : Number(places));
      return kind === 's' ? text : text.toUpperCase();
    }
    case 'b':
      return String(typeof value === 'boolean' ? value : true);
    case 'c':
      return isInteger(value) ? String.fromCodePoint(Number(value)) : textOf(value, budget).slice(0, 1);
    case 'd':
      if (isInteger(value)) return signed(decimal(value, flags, 0), flags);
      break;
    case 'f':
      if (isNumeric(value) && !isInteger(value)) return signed(decimal(value, flags, Number(places ?? 6)), flags);
      break;
    case 'x':
    case 'X':
    case 'o':
      if (isInteger(value)) {
        const number = BigInt(String(value));
        const text = BigInt.asUintN(number >= -(1n << 31n) ? 32 : 64, number).toString(kind === 'o' ? 8 : 16);
        return kind === 'X' ? text.toUpperCase() : text;
      }
      break;
    default:
      break;
  }
  const hint = kind === 'f' ? '%f takes numbers with a point: use $mathTool.toDouble(…).' : '%s takes anything.';
  throw new LanguageError(`format() can't show ${textOf(value, budget).slice(0, 40)} as %${kind}.`, hint);
}

/** Digits, with commas if asked for; halves are rounded up. */
function decimal(value: Value, flags: string, places: number): string {
  if (!isNumeric(value)) return '';
  const number = counted(value);
  const pattern = `${flags.includes(',') ? '#,##0' : '0'}${places > 0 ? `.${'0'.repeat(places)}` : ''}`;
  if (typeof number === 'bigint' || !Number.isFinite(toDouble(number))) return formatDecimal(pattern, number);
  // The shortest digits of the number are what is rounded, as Java has it.
  const [whole = '', fraction = ''] = plain(Math.abs(toDouble(number))).split('.');
  const digits = BigInt(whole + fraction.slice(0, places).padEnd(places, '0')) + (fraction[places]! >= '5' ? 1n : 0n);
  const text = String(digits).padStart(places + 1, '0');
  const front = text.slice(0, text.length - places);
  const grouped = flags.includes(',') ? front.replace(/\B(?=(?:\d{3})+$)/g, ',') : front;
  return (toDouble(number) < 0 ? '-' : '') + grouped + (places > 0 ? `.${text.slice(-places)}` : '');
}

/** The shortest decimal of a number, without an exponent. */
function plain(value: number): string {
  const [digits = '', exponent] = String(value).split('e');
  if (exponent === undefined) return digits;
  const [whole = '', fraction = ''] = digits.split('.');
  const power = Number(exponent);
  return power < 0
    ? `0.${'0'.repeat(-power - 1)}${whole}${fraction}`
    : whole + fraction.padEnd(power, '0').slice(0, power);
}

function signed(text: string, flags: string): string {
  if (text.startsWith('-')) return flags.includes('(') ? `(${text.slice(1)})` : text;
  return flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text;
}
