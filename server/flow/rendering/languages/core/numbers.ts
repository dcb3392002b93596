import { ExactNumber } from '../../../../platform/json.ts';

/**
 * Numbers of templates. An integer is a safe JavaScript integer, else a bigint; a float with a fraction is a JavaScript
 * number; a float without one (`5.0`), an infinity and NaN are a `Float`, since JavaScript can't tell 5.0 from 5. A number
 * of the context that was written in another way (`12.50`, `1e5`, 20 digits) is an `ExactNumber`: it prints as it was
 * written, and counts as what it means.
 */
export type Numeric = number | bigint | Float | ExactNumber;

/** A float that JavaScript's numbers would take for an integer, or that is none (infinite, NaN, -0). */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
  valueOf(): number {
    return this.value;
  }
  toString(): string {
    return floatText(this.value);
  }
}

const MOST_DIGITS = 4300;

/** Whether a value is a number of any kind. */
export function isNumeric(value: unknown): value is Numeric {
  return (
    typeof value === 'number' || typeof value === 'bigint' || value instanceof Float || value instanceof ExactNumber
  );
}

/** Whether a value is an integer; 5.0 is none. */
export function isInteger(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value);
  return typeof value === 'bigint' || (value instanceof ExactNumber && /^-?\d+$/.test(value.text));
}

/** A float as a value of templates. */
export function float(value: number): number | Float {
  return Number.isInteger(value) || !Number.isFinite(value) ? new Float(value) : value;
}

/** An integer as a value of templates: small ones are numbers. */
export function integer(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** The number as it counts: an exact number becomes what it means. Throws RangeError for integers of absurd length. */
export function counted(value: Numeric): number | bigint | Float {
  if (!(value instanceof ExactNumber)) return value;
  if (!/^-?\d+$/.test(value.text)) return float(Number(value.text));
  if (value.text.length > MOST_DIGITS) throw new RangeError('The number has too many digits.');
  return integer(BigInt(value.text));
}

/** As a double, for arithmetic of floats. */
export function toDouble(value: Numeric): number {
  return typeof value === 'number' ? value : Number(value instanceof ExactNumber ? value.text : value.valueOf());
}

/** -1, 0 or 1, exact between integers of any size; NaN when one side is. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  const a = counted(left);
  const b = counted(right);
  const x = a instanceof Float ? a.value : a;
  const y = b instanceof Float ? b.value : b;
  return x < y ? -1 : x > y ? 1 : x >= y ? 0 : Number.NaN;
}

/** The shortest text that reads back as this float: `5.0`, `0.1`, `1e+20`, `1e-07`, as Python and others print it. */
export function floatText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-4 && size < 1e16) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
