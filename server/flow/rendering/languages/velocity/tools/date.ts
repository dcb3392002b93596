/** `$date`, `$dateTool`: dates as text, and texts as dates. */
import { fieldsOf, isNumeric, isText, Moment, toDouble, type Value } from '../../core/index.ts';
import { type Method, type Methods, method } from '../methods/method.ts';
import { Toolbox } from '../methods/toolbox.ts';
import type { Run } from '../run.ts';
import { formatDate } from './date-format.ts';
import { parseDate } from './date-parse.ts';

/** Patterns of Java's styles, in American English: of dates, of times, and what joins them. */
const STYLES = new Map([
  ['short', ['M/d/yy', 'h:mm a', ', ']],
  ['medium', ['MMM d, yyyy', 'h:mm:ss a', ', ']],
  ['default', ['MMM d, yyyy', 'h:mm:ss a', ', ']],
  ['long', ['MMMM d, yyyy', 'h:mm:ss a z', " 'at' "]],
  ['full', ['EEEE, MMMM d, yyyy', 'h:mm:ss a zzzz', " 'at' "]],
]);
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
/** The farthest date that Java and JavaScript both have. */
const MOST_MS = 8.64e15;

function patternOf(style: string): string {
  const [name = '', part] = style.toLowerCase().split('_');
  const found = STYLES.get(name);
  if (found === undefined) return style;
  const [date, time, between] = found as [string, string, string];
  if (part === 'date') return date;
  if (part === 'time') return time;
  return part === undefined ? date + between + time : style;
}

/** A value as a date: a date, milliseconds since 1970, or a text in ISO 8601; null else. */
function toMoment(value: Value): Moment | null {
  if (value instanceof Moment) return value;
  let ms = Number.NaN;
  if (isNumeric(value)) ms = toDouble(value);
  else if (isText(value) && ISO.test(String(value))) {
    const text = String(value);
    ms = Date.parse(/T.*(?:Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`);
  }
  return Math.abs(ms) <= MOST_MS ? new Moment(ms) : null;
}

function format(style: string, value: Value): Value {
  const moment = toMoment(value);
  return moment === null ? null : formatDate(patternOf(style), moment);
}

/** With a style for the date and one for the time; `none` leaves it out. */
function formatBoth(date: string, time: string, value: Value): Value {
  const moment = toMoment(value);
  const day = STYLES.get(date.toLowerCase());
  const hour = STYLES.get(time.toLowerCase());
  if (moment === null || (day === undefined && hour === undefined)) return null;
  if (day === undefined || hour === undefined) return formatDate(day?.[0] ?? hour![1]!, moment);
  // Only two long ones are joined by a word.
  return formatDate(day[0]! + (day[2] === hour[2] ? day[2]! : ', ') + hour[1]!, moment);
}

function toDate(style: string, value: Value): Value {
  if (!isText(value)) return toMoment(value);
  const ms = parseDate(patternOf(style), String(value));
  return ms === null ? null : new Moment(ms);
}

function now({ options }: Run): Moment {
  return new Moment(options.now);
}

/** A field of a date, or of now. */
function field(of: (moment: Moment) => number): Method<Toolbox> {
  return method('- o', (_self, args, run) => {
    const moment = args.length === 0 ? now(run) : toMoment(args[0]);
    return moment === null ? null : of(moment);
  });
}

const methods: Methods<Toolbox> = new Map([
  [
    'format',
    method<Toolbox>('o so sso', (_self, args) => {
      if (args.length === 1) return format('default', args[0]);
      return args.length === 2
        ? format(String(args[0]), args[1])
        : formatBoth(String(args[0]), String(args[1]), args[2]);
    }),
  ],
  ['get', method<Toolbox>('s', (_self, [style], run) => format(String(style), now(run)))],
  [
    'toDate',
    method<Toolbox>('o so', (_self, args) =>
      args.length === 1 ? (toMoment(args[0]) ?? toDate('default', args[0])) : toDate(String(args[0]), args[1]),
    ),
  ],
  ['getDate', method<Toolbox>('-', (_self, _args, run) => now(run))],
  ['getSystemDate', method<Toolbox>('-', (_self, _args, run) => now(run))],
  ['getSystemTime', method<Toolbox>('-', (_self, _args, { options }) => options.now)],
  ['getYear', field((moment) => fieldsOf(moment).year)],
  ['getMonth', field((moment) => fieldsOf(moment).month - 1)],
  ['getDay', field((moment) => fieldsOf(moment).day)],
]);

export const dateTool = new Toolbox('dateTool', methods);
