import { float, integer, isNumeric, isText, type Numeric, type Value } from '../../core/index.ts';

const NUMBER = /^-?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:E-?\d{1,3})?/;

/** A number, or the number that a text begins with; null when there is none. */
export function toNumber(value: Value): Numeric | null {
  if (isNumeric(value)) return value;
  if (!isText(value)) return null;
  const found = NUMBER.exec(String(value))?.[0].replaceAll(',', '');
  if (found === undefined) return null;
  if (/^-?\d+$/.test(found) && found.length <= 400) return integer(BigInt(found));
  const number = Number(found);
  return Number.isInteger(number) ? number : float(number);
}

/** A double as a whole number where it is one. */
export function narrowed(value: number): Value {
  if (!Number.isFinite(value)) return float(value);
  return Number.isInteger(value) ? integer(BigInt(value)) : value;
}
