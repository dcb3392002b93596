/** Dates as texts, in Python's and C's way. */
import { type Budget, type Fields, fieldsOf, type Moment, offsetOf, type Value } from '../../core/index.ts';

const MOST_WIDTH = 100;
const DIRECTIVE = /%([-_0^#]*)(\d{0,6})([EO:]?)([a-zA-Z%+])/g;

const two = (value: number, fill = '0') => String(value).padStart(2, fill);

function offsetText(minutes: number, colon: string): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${colon}${two(size % 60)}`;
}

function nameOf(moment: Moment, locale: string, what: Intl.DateTimeFormatOptions): string {
  const parts = new Intl.DateTimeFormat(locale, { ...what, timeZone: moment.zone }).formatToParts(moment.ms);
  const wanted = Object.keys(what)[0];
  return parts.find(({ type }) => type === wanted)?.value ?? '';
}

/** Number of the week that a day is in; weeks begin on `first` (0 Sunday, 1 Monday). */
function week({ yearday, weekday }: Fields, first: number): number {
  return Math.floor((yearday + 6 - ((weekday - first + 7) % 7)) / 7);
}

/** Year and week after ISO 8601. */
function isoWeek({ year, month, day, weekday }: Fields): { year: number; week: number } {
  const thursday = new Date(Date.UTC(year, month - 1, day + 4 - (weekday || 7)));
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return { year: thursday.getUTCFullYear(), week: Math.floor((thursday.getTime() - start) / 604_800_000) + 1 };
}

const SHORT: Record<string, string> = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
  r: '%I:%M:%S %p',
  c: '%a %b %e %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** A directive's text, with what fills it up and how far when it says nothing of it. */
function part(code: string, moment: Moment, at: Fields, locale: string): [string, string, number] | null {
  const digits = (value: number, width: number, fill = '0'): [string, string, number] => [String(value), fill, width];
  const text = (value: string): [string, string, number] => [value, ' ', 0];
  switch (code) {
    case 'Y':
      return digits(at.year, 1);
    case 'C':
      return digits(Math.floor(at.year / 100), 2);
    case 'y':
      return digits(at.year % 100, 2);
    case 'm':
      return digits(at.month, 2);
    case 'd':
      return digits(at.day, 2);
    case 'e':
      return digits(at.day, 2, ' ');
    case 'j':
      return digits(at.yearday, 3);
    case 'H':
      return digits(at.hour, 2);
    case 'k':
      return digits(at.hour, 2, ' ');
    case 'I':
      return digits(at.hour % 12 || 12, 2);
    case 'l':
      return digits(at.hour % 12 || 12, 2, ' ');
    case 'M':
      return digits(at.minute, 2);
    case 'S':
      return digits(at.second, 2);
    case 'f':
      return text(String(Math.round((((moment.ms % 1000) + 1000) % 1000) * 1000)).padStart(6, '0'));
    case 'L':
      return text(String(at.millisecond).padStart(3, '0'));
    case 's':
      return digits(Math.floor(moment.ms / 1000), 1);
    case 'w':
      return digits(at.weekday, 1);
    case 'u':
      return digits(at.weekday || 7, 1);
    case 'U':
      return digits(week(at, 0), 2);
    case 'W':
      return digits(week(at, 1), 2);
    case 'V':
      return digits(isoWeek(at).week, 2);
    case 'G':
      return digits(isoWeek(at).year, 1);
    case 'g':
      return digits(isoWeek(at).year % 100, 2);
    case 'a':
      return text(nameOf(moment, locale, { weekday: 'short' }));
    case 'A':
      return text(nameOf(moment, locale, { weekday: 'long' }));
    case 'b':
    case 'h':
      return text(nameOf(moment, locale, { month: 'short', day: 'numeric' }));
    case 'B':
      return text(nameOf(moment, locale, { month: 'long', day: 'numeric' }));
    case 'p':
      return text(at.hour < 12 ? 'AM' : 'PM');
    case 'P':
      return text(at.hour < 12 ? 'am' : 'pm');
    case 'z':
      return text(offsetText(at.offset, ''));
    case 'Z':
      return text(zoneName(moment));
    case 'n':
      return text('\n');
    case 't':
      return text('\t');
    case '%':
      return text('%');
    default:
      return null;
  }
}

function zoneName(moment: Moment): string {
  if (moment.zone === 'UTC') return 'UTC';
  const parts = new Intl.DateTimeFormat('en', { timeZone: moment.zone, timeZoneName: 'short' }).formatToParts(
    moment.ms,
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? moment.zone;
}

/** Python's own text of a date. */
export function isoText(moment: Moment, between = ' '): string {
  const sub = moment.ms % 1000 === 0 ? '' : '.%f';
  return formatMoment(moment, `%Y-%m-%d${between}%H:%M:%S${sub}`) + offsetText(offsetOf(moment.ms, moment.zone), ':');
}

/** The date in a format of strftime. Unknown directives stay as they are. */
export function formatMoment(moment: Moment, format: string, locale = 'en'): string {
  const at = fieldsOf(moment);
  const whole = format.replace(/%([FTRDrcxX])/g, (_all, code: string) => SHORT[code]!);
  return whole.replace(DIRECTIVE, (all, flags: string, width: string, colon: string, code: string) => {
    const found = part(code, moment, at, locale);
    if (found === null) return all;
    let [text, fill, size] = found;
    if (code === 'z' && colon === ':') text = offsetText(at.offset, ':');
    if (flags.includes('^')) text = text.toUpperCase();
    if (flags.includes('#')) text = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
    if (flags.includes('-')) return text;
    if (flags.includes('_')) fill = ' ';
    if (flags.includes('0')) fill = '0';
    return text.padStart(Math.min(MOST_WIDTH, Number(width) || size), fill);
  });
}

/** The same, charged to the budget before it is made. */
export function formatWithin(moment: Moment, format: Value, locale: string, budget: Budget): string {
  const text = String(format);
  budget.use(text.length * MOST_WIDTH);
  budget.steps(text.length);
  return formatMoment(moment, text, locale);
}
