/** Texts as dates, in the ways that Ruby's Time.parse reads them. */
import { fieldsOf, instantOf, Moment } from '../../core/index.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH = `(${MONTHS.join('|')})[a-z]*\\.?`;
const MOST = 128;
const ZONES: Record<string, string> = {
  z: 'UTC',
  utc: 'UTC',
  gmt: 'UTC',
  est: '-05:00',
  edt: '-04:00',
  cst: '-06:00',
  cdt: '-05:00',
  mst: '-07:00',
  mdt: '-06:00',
  pst: '-08:00',
  pdt: '-07:00',
  cet: '+01:00',
  cest: '+02:00',
  bst: '+01:00',
  jst: '+09:00',
};

interface Found {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  fraction?: number;
  zone?: string;
}

const ZONE = `(?:(?:utc|gmt)?[-+]\\d{1,2}(?::?\\d{2})?(?::?\\d{2})?|z|(?!${MONTHS.join('|')})[a-z]{3,4})`;
/** `7:08:09.5 pm`, `7pm`, `7h`, `7h08`, and a zone behind it: what stands first is the time. */
const CLOCK = new RegExp(
  '(?<![\\d.])(?:(?<hour>\\d+)\\s*(?::\\s*(?<minute>\\d+)(?::(?<second>\\d+)(?:[.,](?<fraction>\\d{1,30}))?)?' +
    '|h(?![a-z])\\s*(?:(?<past>\\d+)m?(?![a-z\\d:]))?|(?=[ap]\\.?m\\b)))' +
    `\\s*(?<half>[ap]\\.?m\\.?(?![a-z]))?(?:\\s*(?<zone>${ZONE})(?![a-z\\d]))?`,
);

function zoneOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const named = ZONES[text];
  if (named !== undefined) return named;
  const found = /([-+])(\d{1,2}):?(\d{2})?/.exec(text);
  if (found === null) return undefined;
  const zone = `${found[1]}${found[2]!.padStart(2, '0')}:${found[3] ?? '00'}`;
  return zone.slice(1) === '00:00' ? 'UTC' : zone;
}

/** Takes the time of day out of a text. */
function clock(text: string, into: Found): string {
  const match = CLOCK.exec(text);
  if (match === null) return text;
  const { hour, minute, second, fraction, past, half, zone } = match.groups!;
  into.hour = Number(hour);
  into.minute = Number(minute ?? past ?? 0);
  into.second = Number(second ?? 0);
  into.fraction = Number(`0.${fraction ?? 0}`);
  if (half !== undefined) into.hour = (into.hour % 12) + (half.startsWith('p') ? 12 : 0);
  into.zone = zoneOf(zone);
  return `${text.slice(0, match.index).replace(/t$/, '')} ${text.slice(match.index + match[0].length)}`;
}

/** A year as it was written: two digits mean the years around 2000. */
function yearOf(text: string): number {
  const digits = text.replace(/^'/, '');
  const year = Number(digits);
  if (digits.replace('-', '').length > 2 || year < 0) return year;
  return year + (year >= 69 ? 1900 : 2000);
}

/** Three numbers, of which a long one is the year, wherever it stands. */
function three(first: string, second: string, third: string | undefined, into: Found): void {
  let [year, month, day]: (string | undefined)[] = [first, second, third];
  if (day === undefined) {
    if (first.length <= 2) [year, month, day] = [undefined, first, second];
  } else if (month!.length > 2) [year, month, day] = [month!, day, year!];
  if (day !== undefined && (day.length > 2 || day.startsWith("'"))) [year, day] = [day, year];
  if (year !== undefined) into.year = yearOf(year);
  into.month = Number(month);
  if (day !== undefined) into.day = Number(day);
}

const monthNumber = (name: string) => MONTHS.indexOf(name) + 1;

const DATES: [RegExp, (match: RegExpExecArray, into: Found) => void][] = [
  [
    new RegExp(`(?<!\\d)(\\d{1,2})(?:st|nd|rd|th)?[\\s-]*\\b${MONTH}(?:[\\s,/-]*('?-?\\d+))?`),
    (match, into) => {
      into.day = Number(match[1]);
      into.month = monthNumber(match[2]!);
      if (match[3] !== undefined) into.year = yearOf(match[3].replace(/^-/, ''));
    },
  ],
  [
    new RegExp(`\\b${MONTH}\\s*('?\\d+)(?:st|nd|rd|th)?\\b(?:[\\s,/]*('?-?\\d+))?`),
    (match, into) => {
      into.month = monthNumber(match[1]!);
      const first = match[2]!;
      if (first.length > 2) {
        into.year = yearOf(first);
        if (match[3] !== undefined) into.day = Number(match[3]);
      } else {
        into.day = Number(first);
        if (match[3] !== undefined) into.year = yearOf(match[3]);
      }
    },
  ],
  [/(?<!\d)([-+]?\d+)-(\d+)-(\d+)/, (match, into) => yearFirst(match, into)],
  [/(?<![\d-])(\d{4})-(\d{3})(?!\d)/, (match, into) => dayOfYear(Number(match[1]), Number(match[2]), into)],
  [/('?\d+)\/\s*('?\d+)(?:\/\s*('?\d+))?/, (match, into) => three(match[1]!, match[2]!, match[3], into)],
  [/(\d+)\.(\d+)\.(\d+)/, (match, into) => three(match[1]!, match[2]!, match[3], into)],
  [new RegExp(`\\b${MONTH}`), (match, into) => Object.assign(into, { month: monthNumber(match[1]!) })],
  [/(?<!\d)(\d{4})(\d{2})(\d{2})(?:[t ]?(\d{2})(\d{2})(\d{2})?)?(?!\d)/, compact],
];

function yearFirst([, year, month, day]: RegExpExecArray, into: Found): void {
  if (day!.length > 2) three(year!, month!, day, into);
  else Object.assign(into, { year: yearOf(year!), month: Number(month), day: Number(day) });
}

/** The day of a year counted from 1; one that isn't within the year is none. */
function dayOfYear(year: number, count: number, into: Found): void {
  const at = new Date(Date.UTC(year, 0, count));
  const within = count > 0 && at.getUTCFullYear() === year;
  Object.assign(into, { year, month: within ? at.getUTCMonth() + 1 : 0, day: at.getUTCDate() });
}

function compact([, year, month, day, hour, minute, second]: RegExpExecArray, into: Found): void {
  Object.assign(into, { year: Number(year), month: Number(month), day: Number(day) });
  if (hour !== undefined)
    Object.assign(into, { hour: Number(hour), minute: Number(minute), second: Number(second ?? 0) });
}

/** The date that a text means; null when it means none. What it leaves out above its parts is that of `now` (ms). */
export function parseDate(given: string, now: number): Moment | null {
  if (given.length > MOST) return null;
  const found: Found = {};
  const rest = clock(given.toLowerCase().replace(/(?<=\d)t(?=\d)/, ' '), found);
  for (const [pattern, read] of DATES) {
    const match = pattern.exec(rest);
    if (match === null) continue;
    read(match, found);
    if (found.zone === undefined) {
      const zone = new RegExp(`^[\\s]*(${ZONE})(?![a-z\\d])`).exec(rest.slice(match.index + match[0].length));
      found.zone = zoneOf(zone?.[1]);
    }
    break;
  }
  if (Object.values(found).every((part) => part === undefined)) return null;
  return momentOf(found, now);
}

function momentOf(
  { year, month, day, hour, minute = 0, second = 0, fraction = 0, zone = 'UTC' }: Found,
  now: number,
): Moment | null {
  const today = fieldsOf(new Moment(now, zone));
  const y = year ?? today.year;
  const m = month ?? (year === undefined ? today.month : 1);
  const d = day ?? (year === undefined && month === undefined ? today.day : 1);
  const h = hour ?? 0;
  const bad = m < 1 || m > 12 || d < 1 || d > 31 || h > 24 || minute > 59 || second > 60;
  if (bad || (h === 24 && minute + second > 0) || Math.abs(y) > 200_000) return null;
  const local = new Date(0);
  local.setUTCFullYear(y, m - 1, d);
  local.setUTCHours(h, minute, second);
  return new Moment(instantOf(local.getTime(), zone) + fraction * 1000, zone);
}
