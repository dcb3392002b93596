/** Decimal digits of floats, rounded as C does: by the exact value, halves to even. */

interface Exact {
  /** All digits of the exact value, without leading zeros. */
  digits: string;
  /** How many of them stand behind the point; negative when zeros are missing before it. */
  scale: number;
}

const view = new DataView(new ArrayBuffer(8));

/** The exact decimal digits of a finite, non-negative float. */
function exactDigits(value: number): Exact {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const raised = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = raised === 0 ? fraction : fraction | (1n << 52n);
  const exponent = (raised === 0 ? 1 : raised) - 1075;
  if (exponent >= 0) return { digits: String(mantissa << BigInt(exponent)), scale: 0 };
  return { digits: String(mantissa * 5n ** BigInt(-exponent)), scale: -exponent };
}

/** The first `keep` digits, rounded half to even; one more digit than kept means that it carried. */
function roundTo(digits: string, keep: number): string {
  if (keep >= digits.length) return digits.padEnd(keep, '0');
  if (keep < 0) return '0';
  const head = BigInt(digits.slice(0, keep) || '0');
  const rest = digits.slice(keep);
  const half = `5${'0'.repeat(rest.length - 1)}`;
  const up = rest > half || (rest === half && head % 2n === 1n);
  return String(up ? head + 1n : head).padStart(keep, '0');
}

/** A non-negative float with so many digits behind the point; fewer than 0 round before it. */
export function fixed(value: number, places: number): string {
  const { digits, scale } = exactDigits(value);
  const whole = digits.length - scale;
  if (whole + places < 0) return places > 0 ? `0.${'0'.repeat(places)}` : '0';
  const rounded = roundTo(digits, whole + places);
  if (places <= 0) return `${rounded || '0'}${'0'.repeat(-places)}`.replace(/^0+(?=\d)/, '');
  const text = rounded.padStart(places + 1, '0');
  return `${text.slice(0, -places).replace(/^0+(?=\d)/, '')}.${text.slice(-places)}`;
}

/** A non-negative float as digits and exponent: `d.ddd` with `places` digits behind the point. */
function exponential(value: number, places: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: '0'.repeat(places + 1), exponent: 0 };
  const { digits, scale } = exactDigits(value);
  const significant = digits.replace(/^0+/, '');
  let exponent = significant.length - scale - 1;
  let rounded = roundTo(significant, places + 1);
  if (rounded.length > places + 1) {
    rounded = rounded.slice(0, places + 1);
    exponent++;
  }
  return { digits: rounded, exponent };
}

function pointed(digits: string): string {
  return digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
}

function raised(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** A non-negative float in C's formats e, f, g; `alternate` keeps the point and zeros of g. */
export function formatFloat(value: number, type: 'e' | 'f' | 'g', precision: number, alternate: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return 'inf';
  if (type === 'f') return fixed(value, precision);
  if (type === 'e') {
    const { digits, exponent } = exponential(value, precision);
    return pointed(digits) + raised(exponent);
  }
  const significant = Math.max(1, precision);
  const { digits, exponent } = exponential(value, significant - 1);
  const small = exponent < -4 || exponent >= significant;
  const text = small ? pointed(digits) : fixed(value, Math.max(0, significant - 1 - exponent));
  const pointedText = alternate && !text.includes('.') ? `${text}.` : text;
  const trimmed = alternate || !text.includes('.') ? pointedText : text.replace(/\.?0+$/, '');
  return small ? trimmed + raised(exponent) : trimmed;
}

/** A power of ten that has no room for a digit behind its point, as Python's plain format of floats gives it. */
export function shortPower(value: number, precision: number): string {
  const { digits, exponent } = exponential(value, Math.max(0, precision - 1));
  return pointed(digits.replace(/0+$/, '') || '0') + raised(exponent);
}

/** Python's round(value, places), of a float. */
export function roundFloat(value: number, places: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const rounded = Number(fixed(Math.abs(value), Math.max(-400, Math.min(places, 400))));
  return value < 0 ? -rounded : rounded;
}
