/** Dates in templates: made of timestamps and texts; their attributes and methods. */
import {
  fieldsOf,
  float,
  instantOf,
  isText,
  LanguageError,
  Moment,
  offsetOf,
  toDouble,
  type Value,
} from '../../core/index.ts';
import { parameters } from '../arguments.ts';
import { formatted, isoText } from '../date-text.ts';
import { type Entry, method, type Table } from '../methods/method.ts';
import { asNumber, typeName } from '../types.ts';
import { Undefined } from '../values.ts';

const ISO =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d\d:?(?:\d\d)?)?$/i;
/** Seconds beyond which a number must be milliseconds: the year 5138. */
const MOST_SECONDS = 1e11;
const MOST_MS = 8.64e15;

/** A zone's name as it counts. Throws LanguageError when there is no such zone. */
export function zoneOf(value: Value): string {
  if (value === null || value instanceof Undefined) return 'UTC';
  const zone = isText(value) ? String(value).trim() : '';
  try {
    offsetOf(0, zone);
    return zone;
  } catch {
    throw new LanguageError(`There is no time zone ${zone || typeName(value)}.`, 'Write it as in Europe/Prague.');
  }
}

/** A timestamp in seconds, or a text after ISO 8601, as a date. Throws LanguageError when it is neither. */
export function momentOf(value: Value, zone: string): Moment {
  if (value instanceof Moment) return new Moment(value.ms, zone);
  if (value instanceof Undefined) throw value.fail();
  const number =
    isText(value) && /^-?\d+(?:\.\d+)?$/.test(String(value).trim()) ? Number(String(value)) : asNumber(value);
  if (number !== null && typeof value !== 'boolean') {
    const seconds = toDouble(number);
    const ms = Math.abs(seconds) > MOST_SECONDS ? seconds : seconds * 1000;
    if (Math.abs(ms) <= MOST_MS) return new Moment(ms, zone);
  }
  const read = isText(value) ? readIso(String(value).trim(), zone) : null;
  if (read === null) {
    const shown = isText(value) ? String(value).slice(0, 40) : typeName(value);
    throw new LanguageError(
      `${shown} is no date.`,
      'A date is a number of seconds since 1970, or as in 2026-01-31T10:20:30Z.',
    );
  }
  return read;
}

function readIso(text: string, zone: string): Moment | null {
  const found = ISO.exec(text);
  if (found === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = found;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const date = new Date(local);
  if (date.getUTCMonth() + 1 !== Number(month) || date.getUTCDate() !== Number(day)) return null;
  const ms = local + Number(`0.${fraction || 0}`) * 1000;
  if (offset === undefined) return new Moment(instantOf(ms, zone), zone);
  if (/^(?:z|utc)$/i.test(offset)) return new Moment(ms, zone);
  const minutes =
    Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2).replace(':', '') || 0) * (offset.length > 3 ? 1 : 0);
  return new Moment(ms - (offset.startsWith('-') ? -minutes : minutes) * 60_000, zone);
}

/** Attributes of dates, which are no methods. */
export function momentAttribute(moment: Moment, name: string): Value {
  const fields = fieldsOf(moment);
  switch (name) {
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
    case 'minute':
    case 'second':
      return fields[name];
    case 'microsecond':
      return fields.millisecond * 1000;
    default:
      return undefined;
  }
}

const entries: [string, Entry<Moment>][] = [
  method('strftime', parameters('format'), (moment, [format], { budget }) => formatted(moment, format, 'en', budget)),
  method('isoformat', parameters('', { sep: 'T' }), (moment, [between]) =>
    isoText(moment, String(between).slice(0, 1)),
  ),
  method('timestamp', [], ({ ms }) => float(ms / 1000)),
  method('weekday', [], (moment) => (fieldsOf(moment).weekday + 6) % 7),
  method('isoweekday', [], (moment) => fieldsOf(moment).weekday || 7),
];
export const momentMethods: Table<Moment> = new Map(entries);
