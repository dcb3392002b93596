import type { AttributeType } from '../../../shared/attribute.ts';
import { ExactNumber, type Json } from '../../platform/json.ts';

// ISO 8601 with a zone: what counts as a date-time at first sight.
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** The attribute type of a value at first sight; null for null, which declares nothing. */
export function typeOf(value: Json): AttributeType | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number' || value instanceof ExactNumber) return 'number';
  if (typeof value === 'string') return isDateTime(value) ? 'date-time' : 'text';
  return Array.isArray(value) ? 'list' : 'map';
}

/** Whether a text is an ISO 8601 date-time with a zone that names a real instant. */
export function isDateTime(text: string): boolean {
  return DATE_TIME.test(text) && !Number.isNaN(Date.parse(text));
}

/**
 * Whether a value may be written to an attribute of a declared type. Text takes date-times too (they are text), a list
 * is taken by every type: an attribute may hold several values, each of which must fit.
 */
export function fits(type: AttributeType, value: Json): boolean {
  if (value === null) return true;
  const is = typeOf(value);
  if (is === type || type === 'list') return true;
  if (type === 'text' && is === 'date-time') return true;
  if (is === 'list' && type !== 'map')
    return (value as Json[]).every((item) => item !== null && !Array.isArray(item) && fits(type, item));
  return false;
}

/** Missing, null, '' and [] count as empty for `set_if_empty`. */
export function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Deep equality of two values; numbers by value. */
export function same(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (a instanceof ExactNumber || b instanceof ExactNumber) {
    const isNumber = (v: Json) => typeof v === 'number' || v instanceof ExactNumber;
    return isNumber(a) && isNumber(b) && String(a) === String(b);
  }
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]!));
  if (
    a !== null &&
    b !== null &&
    typeof a === 'object' &&
    typeof b === 'object' &&
    !Array.isArray(a) &&
    !Array.isArray(b)
  ) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && same(a[name]!, b[name]!))
    );
  }
  return false;
}
