/** Java's DecimalFormat: `#,##0.00`, with text around it, and another pattern for negative numbers. */
import { counted, Float, LanguageError, type Numeric } from '../../core/index.ts';

interface Affixes {
  prefix: string;
  suffix: string;
}
interface Pattern {
  positive: Affixes;
  negative: Affixes;
  /** Digits between commas; 0: none. */
  group: number;
  leastWhole: number;
  leastFraction: number;
  mostFraction: number;
  /** The point is there without digits behind it. */
  point: boolean;
  /** Powers of ten that it is multiplied by: 2 for percent, 3 for permille. */
  shift: number;
}

const MOST_DIGITS = 300;
const MOST_CHARACTERS = 500;
const DIGITS = /^[#,]*[0,]*(?:\.0*#*)?$/;
const patterns = new Map<string, Pattern>();
const MOST_PATTERNS = 200;

/** The number in that pattern. Throws LanguageError when it is none. */
export function formatDecimal(text: string, value: Numeric): string {
  let pattern = patterns.get(text);
  if (pattern === undefined) {
    pattern = parsePattern(text);
    if (patterns.size >= MOST_PATTERNS) patterns.clear();
    patterns.set(text, pattern);
  }
  const number = counted(value);
  const plain = number instanceof Float ? number.value : number;
  if (typeof plain === 'number' && !Number.isFinite(plain)) return Number.isNaN(plain) ? 'NaN' : plain > 0 ? '∞' : '-∞';
  const negative = plain < 0 || Object.is(plain, -0);
  const digits = rounded(plain, pattern.mostFraction, pattern.shift);
  const split = digits.length - pattern.mostFraction;
  let whole = digits.slice(0, split).replace(/^0+/, '').padStart(pattern.leastWhole, '0');
  let fraction = digits.slice(split);
  while (fraction.length > pattern.leastFraction && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  if (whole === '' && fraction === '') whole = '0';
  const { prefix, suffix } = negative ? pattern.negative : pattern.positive;
  return prefix + grouped(whole, pattern.group) + (fraction === '' && !pattern.point ? '' : `.${fraction}`) + suffix;
}

function grouped(digits: string, size: number): string {
  if (size === 0) return digits;
  let made = digits;
  for (let at = digits.length - size; at > 0; at -= size) made = `${made.slice(0, at)},${made.slice(at)}`;
  return made;
}

/** Digits of a number without its sign, the last `places` after the point; exact, ties to the even neighbour. */
function rounded(value: number | bigint, places: number, shift: number): string {
  let whole: bigint;
  const scale = 10n ** BigInt(places + shift);
  if (typeof value === 'bigint') whole = (value < 0n ? -value : value) * scale;
  else {
    const { mantissa, exponent } = binary(Math.abs(value));
    const scaled = mantissa * scale;
    if (exponent >= 0) whole = scaled << BigInt(exponent);
    else {
      const bits = BigInt(-exponent);
      whole = scaled >> bits;
      const rest = scaled - (whole << bits);
      const half = 1n << (bits - 1n);
      if (rest > half || (rest === half && whole % 2n === 1n)) whole++;
    }
  }
  return String(whole).padStart(places + 1, '0');
}

function binary(value: number): { mantissa: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const high = bits.getBigUint64(0);
  const biased = Number((high >> 52n) & 0x7ffn);
  const fraction = high & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

function parsePattern(text: string): Pattern {
  if (text.length > MOST_CHARACTERS) throw new LanguageError('This number pattern is too long.');
  const parts = splitParts(text === '' ? '#,##0.###' : text);
  const { prefix, digits, suffix, shift } = parts[0]!;
  if (!DIGITS.test(digits) || digits.endsWith(',') || digits.includes(',.') || digits.length > MOST_DIGITS) {
    throw new LanguageError(`${JSON.stringify(text.slice(0, 60))} is no pattern for numbers.`, 'As in "#,##0.00".');
  }
  const [whole = '', fraction = ''] = digits.split('.');
  const comma = whole.lastIndexOf(',');
  const second = parts[1];
  return {
    positive: { prefix, suffix },
    negative: second === undefined || second.digits === '' ? { prefix: `-${prefix}`, suffix } : second,
    group: comma === -1 ? 0 : whole.length - comma - 1,
    // Without any zero, the sign before the point is one.
    leastWhole: digits.includes('0') ? whole.replace(/[^0]/g, '').length : 1,
    leastFraction: fraction.replace(/[^0]/g, '').length,
    mostFraction: fraction.length,
    point: digits.endsWith('.'),
    shift,
  };
}

interface Half extends Affixes {
  digits: string;
  shift: number;
}

/** The positive part of a pattern and the negative one, if there is one. */
function splitParts(text: string): Half[] {
  const halves: Half[] = [];
  let half: Half = { prefix: '', digits: '', suffix: '', shift: 0 };
  let quoted = false;
  let state: 'prefix' | 'digits' | 'suffix' = 'prefix';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === "'") {
      if (text[i + 1] === "'") i++;
      else {
        quoted = !quoted;
        continue;
      }
    } else if (!quoted && char === ';' && halves.length === 0) {
      halves.push(half);
      half = { prefix: '', digits: '', suffix: '', shift: 0 };
      state = 'prefix';
      continue;
    } else if (!quoted && '#0,.'.includes(char)) {
      if (state === 'suffix')
        throw new LanguageError(`${JSON.stringify(text.slice(0, 60))} is no pattern for numbers.`);
      state = 'digits';
      half.digits += char;
      continue;
    }
    if (state === 'digits') state = 'suffix';
    if (!quoted && (char === '%' || char === '‰')) half.shift = char === '%' ? 2 : 3;
    half[state as 'prefix' | 'suffix'] += !quoted && char === '\u00a4' ? '$' : char;
  }
  halves.push(half);
  return halves;
}
