/** Texts as dates, by a pattern of Java's SimpleDateFormat. */

import { MONTHS, WEEKDAYS } from './date-format.ts';
import { type Field, fieldsOfPattern } from './date-pattern.ts';

interface Found {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  afternoon: boolean | null;
  offset: number;
}

/** Milliseconds since 1970 (UTC where the text has no zone); null when the text isn't so. More may follow in it. */
export function parseDate(pattern: string, text: string): number | null {
  const found: Found = {
    year: 1970,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    millisecond: 0,
    afternoon: null,
    offset: 0,
  };
  const fields = fieldsOfPattern(pattern);
  let at = 0;
  for (const [i, field] of fields.entries()) {
    if (field.letter === '') {
      if (!text.startsWith(field.text, at)) return null;
      at += field.text.length;
      continue;
    }
    const next = fields[i + 1]?.letter ?? '';
    const end = read(field, next !== '', text, at, found);
    if (end === null) return null;
    at = end;
  }
  const hour = found.afternoon === null ? found.hour : (found.hour % 12) + (found.afternoon ? 12 : 0);
  const { year, month, day, minute, second, millisecond } = found;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, millisecond);
  const ms = date.getTime() - found.offset * 60_000;
  return Number.isNaN(ms) ? null : ms;
}

/** Reads one field; where the text goes on after it, or null. `tight`: another field follows at once. */
function read(field: Field, tight: boolean, text: string, at: number, found: Found): number | null {
  const { letter, count } = field;
  switch (letter) {
    case 'E':
      return word(WEEKDAYS, text, at)?.end ?? null;
    case 'a':
      return halfDay(text, at, found);
    case 'z':
    case 'Z':
    case 'X':
      return zone(text, at, found);
    case 'G':
      return /^(?:AD|BC)/i.test(text.slice(at, at + 2)) ? at + 2 : null;
    case 'M':
    case 'L': {
      if (count < 3) break;
      const month = word(MONTHS, text, at);
      if (month === null) return null;
      found.month = month.index + 1;
      return month.end;
    }
    default:
  }
  const digits = /^ *(-?\d{1,9})/.exec(text.slice(at, tight ? at + count : at + 20));
  if (digits === null) return null;
  set(letter, Number(digits[1]), count, digits[1]!.length, found);
  return at + digits[0].length;
}

function set(letter: string, value: number, count: number, length: number, found: Found): void {
  switch (letter) {
    case 'y':
    case 'Y':
      found.year = count <= 2 && length === 2 ? value + (value < 46 ? 2000 : 1900) : value;
      return;
    case 'M':
    case 'L':
      found.month = value;
      return;
    case 'd':
      found.day = value;
      return;
    case 'D':
      found.month = 1;
      found.day = value;
      return;
    case 'H':
      found.hour = value;
      return;
    case 'k':
      found.hour = value % 24;
      return;
    case 'h':
    case 'K':
      found.hour = value % 12;
      found.afternoon ??= false;
      return;
    case 'm':
      found.minute = value;
      return;
    case 's':
      found.second = value;
      return;
    case 'S':
      found.millisecond = value;
      return;
    default:
  }
}

function word(words: readonly string[], text: string, at: number): { index: number; end: number } | null {
  const lower = text.slice(at, at + 12).toLowerCase();
  for (const size of [Number.POSITIVE_INFINITY, 3]) {
    const index = words.findIndex((one) => lower.startsWith(one.slice(0, size).toLowerCase()));
    if (index !== -1) return { index, end: at + Math.min(words[index]!.length, size) };
  }
  return null;
}

function halfDay(text: string, at: number, found: Found): number | null {
  const half = text.slice(at, at + 2).toUpperCase();
  if (half !== 'AM' && half !== 'PM') return null;
  found.afternoon = half === 'PM';
  return at + 2;
}

function zone(text: string, at: number, found: Found): number | null {
  const name = /^(?:UTC|GMT|Z)/.exec(text.slice(at, at + 3))?.[0] ?? '';
  const offset = /^([+-])(\d\d):?(\d\d)?/.exec(text.slice(at + name.length, at + name.length + 6));
  if (offset === null) return name === '' ? null : at + name.length;
  found.offset = (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0));
  return at + name.length + offset[0].length;
}
