/** Dates: Shopify's `date`, and what Customer.io does with them. */
import { ExactNumber } from '../../../../../platform/json.ts';
import {
  addMonths,
  isInteger,
  isText,
  LanguageError,
  Moment,
  offsetOf,
  strftime,
  type Value,
} from '../../core/index.ts';
import { parseDate } from '../dates/parse.ts';
import { looseInteger } from '../numbers.ts';
import { textOf } from '../print.ts';
import type { Run } from '../run.ts';
import { type Act, filter, type Named } from './filter.ts';

const MOST_MS = 8.64e15;
const DAY = 86_400_000;

/** The date that a value means: a date, `now`, seconds since 1970, or a text; null when it means none. */
function momentOf(value: Value, run: Run): Moment | null {
  if (value instanceof Moment) return value;
  if (isInteger(value)) return within(Number(value instanceof ExactNumber ? value.text : value) * 1000);
  if (!isText(value)) return null;
  const text = String(value).toLowerCase();
  if (text === 'now' || text === 'today') return new Moment(run.options.now);
  if (/^\d{1,16}$/.test(text)) return within(Number(text) * 1000);
  return parseDate(text, run.options.now);
}

function within(ms: number): Moment | null {
  return Math.abs(ms) <= MOST_MS ? new Moment(ms) : null;
}

function inZone(moment: Moment, zone: Value, run: Run): Moment {
  const name = textOf(zone, run.budget);
  try {
    offsetOf(moment.ms, name);
  } catch {
    throw new LanguageError(`There is no time zone ${name.slice(0, 60)}.`, 'Write one like "Europe/Lisbon".');
  }
  return new Moment(moment.ms, name);
}

/** A date in a format, and if one is named in a zone. */
const date: Act = (value, [format, zone], run) => {
  const pattern = textOf(format, run.budget);
  if (pattern === '') return value;
  const moment = momentOf(value, run);
  if (moment === null) return value;
  return strftime(zone === undefined ? moment : inZone(moment, zone, run), pattern, run.budget);
};

function formatted(pattern: string): Act {
  return (value, _args, run) => {
    const moment = momentOf(value, run);
    return moment === null ? value : strftime(moment, pattern, run.budget);
  };
}

/** ISO 8601 in UTC, without a fraction that is none. */
function iso(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** A filter that moves a time by so many units; what is no time stays as it is. */
function mover(move: (moment: Moment, amount: number) => number, sign: 1 | -1): Act {
  return (value, [amount], run) => {
    const moment = momentOf(value, run);
    if (moment === null) return value;
    const ms = move(moment, sign * looseInteger(amount));
    return Math.abs(ms) <= MOST_MS ? iso(ms) : value;
  };
}

const by = (unit: number) => (moment: Moment, amount: number) => moment.ms + amount * unit;
const byMonths = (months: number) => (moment: Moment, amount: number) => addMonths(moment, amount * months);

const UNITS: Record<string, (moment: Moment, amount: number) => number> = {
  second: by(1000),
  minute: by(60_000),
  hour: by(3_600_000),
  day: by(DAY),
  week: by(7 * DAY),
  month: byMonths(1),
  year: byMonths(12),
};

/** `add_days`, `subtract_months`…, also in the singular. */
const movers = Object.entries(UNITS).flatMap(([unit, move]): Named[] =>
  [unit, `${unit}s`].flatMap((name) => [
    filter(`add_${name}`, 1, 1, mover(move, 1)),
    filter(`subtract_${name}`, 1, 1, mover(move, -1)),
  ]),
);

export const dateFilters: Named[] = [
  filter('date', 1, 1, date),
  filter('timezone', 1, 1, (value, [zone], run) => {
    const moment = momentOf(value, run);
    return moment === null ? value : strftime(inZone(moment, zone, run), '%Y-%m-%dT%H:%M:%S%:z', run.budget);
  }),
  filter('date_to_xmlschema', 0, 0, formatted('%Y-%m-%dT%H:%M:%S%:z')),
  filter('date_to_rfc822', 0, 0, formatted('%a, %d %b %Y %H:%M:%S %z')),
  filter('date_to_string', 0, 0, formatted('%d %b %Y')),
  filter('date_to_long_string', 0, 0, formatted('%d %B %Y')),
  ...movers,
];
