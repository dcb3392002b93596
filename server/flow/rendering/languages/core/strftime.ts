/** Dates as texts in formats of strftime, as Ruby and C know them. */
import type { Budget } from './budget.ts';
import { type Fields, fieldsOf, type Moment } from './moment.ts';
import { LanguageError } from './source.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const MOST_WIDTH = 200;
const DIRECTIVE = /%([-_0^#]*)(\d*)(:{0,3})([EO]?)([a-zA-Z%+])/g;

/** Formats that are short for others. */
const SHORT: Record<string, string> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  v: '%e-%^b-%Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
};

/** What differs between languages. */
export interface Dialect {
  /** Whose names of months and days: a tag of BCP 47. */
  locale: string;
  /** `%f`: microseconds, which Python has and Ruby hasn't. */
  microseconds: boolean;
}
const RUBY: Dialect = { locale: 'en', microseconds: false };

/** A text, or a number and how wide and with what it is filled up. */
type Part = string | { value: number; width: number; fill: string };

const digits = (value: number, width: number, fill = '0'): Part => ({ value, width, fill });

/** Number of the week that a day is in; weeks begin on `first` (0 Sunday, 1 Monday). */
function week({ yearday, weekday }: Fields, first: number): number {
  return Math.floor((yearday + 6 - ((weekday - first + 7) % 7)) / 7);
}

/** Year and week after ISO 8601. */
function isoWeek({ year, month, day, weekday }: Fields): { year: number; week: number } {
  const thursday = new Date(0);
  thursday.setUTCFullYear(year, month - 1, day + 4 - (weekday || 7));
  const start = new Date(0);
  start.setUTCFullYear(thursday.getUTCFullYear(), 0, 1);
  const days = (thursday.getTime() - start.getTime()) / 86_400_000;
  return { year: thursday.getUTCFullYear(), week: Math.floor(days / 7) + 1 };
}

function offsetText(minutes: number, colons: number): string {
  const size = Math.abs(minutes);
  const parts = [Math.floor(size / 60), size % 60, 0].map((part) => String(part).padStart(2, '0'));
  const sign = minutes < 0 ? '-' : '+';
  if (colons === 3) return sign + (size % 60 === 0 ? parts[0] : `${parts[0]}:${parts[1]}`);
  return sign + parts.slice(0, colons === 2 ? 3 : 2).join(colons === 0 ? '' : ':');
}

/** The zone's short name; nothing for a bare offset, as Ruby has it. */
function zoneName({ ms, zone }: Moment): string {
  if (zone === 'UTC') return 'UTC';
  if (/^[-+]/.test(zone)) return '';
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' }).formatToParts(ms);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** Parts of a second, as many digits as asked for. */
function fraction(ms: number, places: number): string {
  // A double holds a date of today to a quarter of a microsecond: digits beyond microseconds would be made up.
  const micros = Math.round((((ms % 1000) + 1000) % 1000) * 1000);
  return String(micros).padStart(6, '0').padEnd(9, '0').padEnd(places, '0').slice(0, places);
}

/** What a directive is of: the date, and what it shows. */
interface Shown {
  moment: Moment;
  at: Fields;
  dialect: Dialect;
}

/** The name of a month or a day. */
function nameOf(
  { moment, at, dialect: { locale } }: Shown,
  what: 'month' | 'weekday',
  style: 'short' | 'long',
): string {
  if (locale === 'en') {
    const name = what === 'month' ? MONTHS[at.month - 1]! : DAYS[at.weekday]!;
    return style === 'short' ? name.slice(0, 3) : name;
  }
  // With the day beside it, since a month alone has another form in some languages.
  const parts = what === 'month' ? ({ month: style, day: 'numeric' } as const) : { weekday: style };
  const shown = new Intl.DateTimeFormat(locale, { ...parts, timeZone: 'UTC' }).formatToParts(
    moment.ms + at.offset * 60_000,
  );
  return shown.find(({ type }) => type === what)?.value ?? '';
}

function part(code: string, shown: Shown, width: number, colons: number): Part | null {
  const { moment, at } = shown;
  switch (code) {
    case 'Y':
      return digits(at.year, at.year < 0 ? 5 : 4);
    case 'C':
      return digits(Math.floor(at.year / 100), 2);
    case 'y':
      return digits(((at.year % 100) + 100) % 100, 2);
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
    case 's':
      return digits(Math.floor(moment.ms / 1000), 1);
    case 'Q':
      return digits(Math.floor(moment.ms), 1);
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
      return digits(isoWeek(at).year, 4);
    case 'g':
      return digits(isoWeek(at).year % 100, 2);
    default:
      return text(code, shown, width, colons);
  }
}

function text(code: string, shown: Shown, width: number, colons: number): string | null {
  const { moment, at, dialect } = shown;
  switch (code) {
    case 'B':
      return nameOf(shown, 'month', 'long');
    case 'b':
    case 'h':
      return nameOf(shown, 'month', 'short');
    case 'A':
      return nameOf(shown, 'weekday', 'long');
    case 'a':
      return nameOf(shown, 'weekday', 'short');
    case 'f':
      return dialect.microseconds ? fraction(moment.ms, 6) : null;
    case 'p':
      return at.hour < 12 ? 'AM' : 'PM';
    case 'P':
      return at.hour < 12 ? 'am' : 'pm';
    case 'L':
      return fraction(moment.ms, width || 3);
    case 'N':
      return fraction(moment.ms, width || 9);
    case 'z':
      return offsetText(at.offset, colons);
    case 'Z':
      return zoneName(moment);
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case '%':
      return '%';
    default:
      return null;
  }
}

function filled(made: Part, code: string, flags: string, width: number): string {
  let shown: string;
  let fill: string;
  let least = width;
  if (typeof made === 'string') {
    shown = made;
    fill = code === 'z' ? '0' : ' ';
  } else {
    shown = String(made.value);
    fill = made.fill;
    least = width || made.width;
  }
  if (flags.includes('^')) shown = shown.toUpperCase();
  if (flags.includes('#')) shown = code === 'p' || code === 'Z' ? shown.toLowerCase() : shown.toUpperCase();
  for (const flag of flags) {
    if (flag === '-') least = 0;
    if (flag === '_') fill = ' ';
    if (flag === '0') fill = '0';
  }
  // A sign stands before the zeros.
  const sign = fill === '0' && /^[-+]\d/.test(shown) ? shown[0]! : '';
  return sign + shown.slice(sign.length).padStart(least - sign.length, fill);
}

/** The date in a format of strftime; what isn't known of it stays as it is. Throws LanguageError for absurd widths. */
export function strftime(moment: Moment, format: string, budget: Budget, dialect: Dialect = RUBY): string {
  budget.use(format.length);
  budget.steps(format.length >> 1);
  const at = fieldsOf(moment);
  const whole = format.replace(/%([cDFvxXrRT])/g, (_all, code: string) => SHORT[code]!);
  const made = whole.replace(DIRECTIVE, (all, flags: string, size: string, colons: string, _mark, code: string) => {
    const width = Number(size || 0);
    if (width > MOST_WIDTH) throw new LanguageError(`A date can't be filled up to ${size} characters.`);
    if (colons !== '' && code !== 'z') return all;
    if (Object.hasOwn(SHORT, code)) return strftime(moment, SHORT[code]!, budget, dialect).padStart(width, ' ');
    const found = part(code, { moment, at, dialect }, width, colons.length);
    if (found === null) return all;
    const text = filled(found, code, flags, code === 'L' || code === 'N' ? 0 : width);
    budget.use(text.length);
    return text;
  });
  return made;
}
