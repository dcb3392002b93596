/** A date: an instant and the zone that it is shown in. */
export class Moment {
  /** Milliseconds since 1970, UTC; a fraction counts microseconds. */
  readonly ms: number;
  /** An IANA zone. */
  readonly zone: string;
  constructor(ms: number, zone = 'UTC') {
    this.ms = ms;
    this.zone = zone;
  }
  toString(): string {
    return new Date(this.ms).toISOString();
  }
  toJSON(): string {
    return this.toString();
  }
}

/** A date as its zone's calendar and clock show it. `weekday`: 0 is Sunday. `offset`: minutes east of UTC. */
export interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  weekday: number;
  yearday: number;
  offset: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_ZONES = 100;

/** The formatter of a zone. Throws RangeError when there is no such zone. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
      ...parts,
      second: 'numeric',
      hourCycle: 'h23',
      timeZone: zone,
    });
    if (formats.size >= MOST_ZONES) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

/** Minutes east of UTC that a zone has at an instant. Throws RangeError when there is no such zone. */
export function offsetOf(ms: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const at: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) at[type] = Number(value);
  const shown = Date.UTC(at.year!, at.month! - 1, at.day, at.hour, at.minute, at.second);
  return Math.round((shown - Math.floor(ms / 1000) * 1000) / 60_000);
}

/** What calendar and clock show. */
export function fieldsOf({ ms, zone }: Moment): Fields {
  const offset = offsetOf(ms, zone);
  const local = new Date(ms + offset * 60_000);
  const year = local.getUTCFullYear();
  return {
    year,
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
    weekday: local.getUTCDay(),
    yearday: Math.floor((local.getTime() - Date.UTC(year, 0, 1)) / 86_400_000) + 1,
    offset,
  };
}

/** The instant so many months later, by the calendar and clock of the zone: 31 January and one month is the last of February. */
export function addMonths(moment: Moment, months: number): number {
  const at = fieldsOf(moment);
  const target = new Date(Date.UTC(at.year, at.month - 1 + months, 1, at.hour, at.minute, at.second, at.millisecond));
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  return instantOf(target.setUTCDate(Math.min(at.day, last)), moment.zone);
}

/** The instant at which the clock of a zone shows `local` (its fields taken as UTC, in ms). */
export function instantOf(local: number, zone: string): number {
  const guess = local - offsetOf(local, zone) * 60_000;
  return local - offsetOf(guess, zone) * 60_000;
}
