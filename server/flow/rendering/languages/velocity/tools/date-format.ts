/** Dates as text in a pattern of Java's SimpleDateFormat, in English. */
import { type Fields, fieldsOf, type Moment } from '../../core/index.ts';
import { type Field, fieldsOfPattern } from './date-pattern.ts';

export const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** A date in a pattern. Throws LanguageError where the pattern is none. */
export function formatDate(pattern: string, moment: Moment): string {
  const fields = fieldsOf(moment);
  return fieldsOfPattern(pattern)
    .map((field) => (field.letter === '' ? field.text : one(field, fields, moment)))
    .join('');
}

function one({ letter, count }: Field, at: Fields, moment: Moment): string {
  switch (letter) {
    case 'G':
      return at.year > 0 ? 'AD' : 'BC';
    case 'y':
      return yearText(at.year, count);
    case 'Y':
      return yearText(weekOf(at).year, count);
    case 'M':
    case 'L':
      return count >= 3 ? name(MONTHS[at.month - 1]!, count) : padded(at.month, count);
    case 'E':
      return name(WEEKDAYS[at.weekday]!, count);
    case 'a':
      return at.hour < 12 ? 'AM' : 'PM';
    case 'z':
      return zoneName(moment, count);
    case 'Z':
      return offsetText(at.offset, '');
    case 'X':
      return isoOffset(at.offset, count);
    default:
      return padded(numberOf(letter, at), count);
  }
}

function numberOf(letter: string, at: Fields): number {
  switch (letter) {
    case 'w':
      return weekOf(at).week;
    case 'W':
      return Math.floor((at.day + 6 + firstWeekday(at)) / 7);
    case 'D':
      return at.yearday;
    case 'd':
      return at.day;
    case 'F':
      return Math.floor((at.day - 1) / 7) + 1;
    case 'u':
      return at.weekday === 0 ? 7 : at.weekday;
    case 'H':
      return at.hour;
    case 'k':
      return at.hour === 0 ? 24 : at.hour;
    case 'K':
      return at.hour % 12;
    case 'h':
      return at.hour % 12 || 12;
    case 'm':
      return at.minute;
    case 's':
      return at.second;
    default:
      return at.millisecond;
  }
}

function padded(number: number, count: number): string {
  return String(number).padStart(count, '0');
}

function name(long: string, count: number): string {
  return count >= 4 ? long : long.slice(0, 3);
}

function yearText(year: number, count: number): string {
  return count === 2 ? padded(year % 100, 2) : padded(year, count);
}

/** The weekday of a month's first day, from Sunday. */
function firstWeekday({ weekday, day }: Fields): number {
  return (((weekday - (day - 1)) % 7) + 7) % 7;
}

/** Weeks begin on Sunday, and the first is the one that holds 1 January. */
function weekOf({ year, yearday, weekday }: Fields): { year: number; week: number } {
  const first = (((weekday - (yearday - 1)) % 7) + 7) % 7;
  const days = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 366 : 365;
  if (yearday - weekday + 6 > days) return { year: year + 1, week: 1 };
  return { year, week: Math.floor((yearday - 1 + first) / 7) + 1 };
}

function offsetText(offset: number, between: string): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${padded(Math.floor(size / 60), 2)}${between}${padded(size % 60, 2)}`;
}

function isoOffset(offset: number, count: number): string {
  if (offset === 0) return 'Z';
  if (count === 1) return offsetText(offset, '').slice(0, 3);
  return offsetText(offset, count === 2 ? '' : ':');
}

function zoneName({ ms, zone }: Moment, count: number): string {
  if (zone === 'UTC') return count >= 4 ? 'Coordinated Universal Time' : 'UTC';
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: count >= 4 ? 'long' : 'short' });
  return format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}
