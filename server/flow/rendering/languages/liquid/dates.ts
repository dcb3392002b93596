import { filters as builtIn } from 'liquidjs';
import { ExactNumber } from '../../../../platform/json.ts';
import type { FilterThis } from './filter-this.ts';

type DateFilter = (this: FilterThis, value: unknown, ...rest: unknown[]) => unknown;
const original = builtIn as unknown as Record<string, DateFilter>;
const DAY = 86_400_000;

/** The formats of Ruby's strftime that are short for others. */
const SHORT: Record<string, string> = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  X: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
  x: '%m/%d/%y',
  r: '%I:%M:%S %p',
  v: '%e-%^b-%Y',
  c: '%a %b %e %H:%M:%S %Y',
  h: '%b',
};

/** `now` and `today` mean the time of the delivery; exact numbers are seconds like others. */
function moment(self: FilterThis, value: unknown): unknown {
  if (value === 'now' || value === 'today') return self.context.globals.clock / 1000;
  return value instanceof ExactNumber ? Number(value) : value;
}

/** Year and number of the week after ISO 8601, of a date in the zone that is printed. */
function isoWeek(day: string): { year: number; week: number } {
  const date = new Date(`${day}T00:00:00Z`);
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY / 7) + 1 };
}

function format(self: FilterThis, value: unknown, pattern: unknown, zone: unknown[]): unknown {
  const time = moment(self, value);
  if (pattern === undefined || pattern === null || pattern === '') return value;
  const print = (text: string): string => String(original.date!.call(self, time, text, ...zone));
  const expanded = String(pattern).replace(/%([%FTXRDxrvchVGgQ])/g, (all, code: string) => {
    if (SHORT[code] !== undefined) return SHORT[code];
    if (code === '%') return all;
    if (code === 'Q') return `${print('%s')}${print('%L')}`;
    const { year, week } = isoWeek(print('%Y-%m-%d'));
    if (code === 'V') return String(week).padStart(2, '0');
    return code === 'G' ? String(year) : String(year % 100).padStart(2, '0');
  });
  return original.date!.call(self, time, expanded, ...zone);
}

function withMoment(name: string): DateFilter {
  return function (value, ...rest) {
    return original[name]!.call(this, moment(this, value), ...rest);
  };
}

function milliseconds(self: FilterThis, value: unknown): number {
  const time = moment(self, value);
  if (typeof time === 'number') return time * 1000;
  return /^\d+$/.test(String(time)) ? Number(time) * 1000 : Date.parse(String(time));
}

/** A filter that moves a time by `value` units and prints it as ISO 8601 in UTC; what is no time stays as it is. */
function adder(move: (date: Date, amount: number) => void): DateFilter {
  return function (value, amount) {
    const date = new Date(milliseconds(this, value));
    if (Number.isNaN(date.getTime())) return value;
    move(date, Number(amount) || 0);
    return Number.isNaN(date.getTime()) ? value : date.toISOString().replace('.000Z', 'Z');
  };
}

const by = (unit: number) => adder((date, n) => date.setTime(date.getTime() + n * unit));
/** Months end where they end: 31 January and one month is the last of February. */
const byMonths = (months: number) =>
  adder((date, n) => {
    const day = date.getUTCDate();
    date.setUTCMonth(date.getUTCMonth() + n * months);
    if (date.getUTCDate() !== day) date.setUTCDate(0);
  });

/** Date filters: liquidjs' own on the delivery's clock, all formats of strftime, and arithmetic. */
export const dateFilters: Record<string, DateFilter> = {
  date(value, pattern, ...zone) {
    return format(this, value, pattern, zone);
  },
  date_to_xmlschema: withMoment('date_to_xmlschema'),
  date_to_rfc822: withMoment('date_to_rfc822'),
  date_to_string: withMoment('date_to_string'),
  date_to_long_string: withMoment('date_to_long_string'),
  timezone(value, zone) {
    return format(this, value, '%Y-%m-%dT%H:%M:%S%:z', [zone]);
  },
  add_seconds: by(1000),
  add_minutes: by(60_000),
  add_hours: by(3_600_000),
  add_days: by(DAY),
  add_weeks: by(7 * DAY),
  add_months: byMonths(1),
  add_years: byMonths(12),
};
