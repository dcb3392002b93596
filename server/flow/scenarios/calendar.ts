import { Cron } from 'croner';

// Minute, hour, day, month, weekday. A time that a change to summer time leaves out comes right after it, and one that
// happens twice comes once, also in a list of hours.
const MODE = { mode: '5-part', fixedTimeRule: 'no-wildcard' } as const;
const SEEMS = /^[\d*,/#LW?A-Z-]+( [\d*,/#LW?A-Z-]+){4}$/i;

/**
 * The next `count` times of a calendar expression after `after` (ms since the epoch), in an IANA time zone. Fewer when it
 * never comes again. Throws TypeError for an expression that is none; see wrongCalendar.
 */
export function nextTimes(expression: string, timeZone: string, after: number, count: number): number[] {
  return new Cron(expression, { ...MODE, timezone: timeZone })
    .nextRuns(count, new Date(after))
    .map((time) => time.getTime());
}

/** What is wrong with a calendar expression, as a sentence; null when nothing is. Pure. */
export function wrongCalendar(expression: string): string | null {
  const hint = 'Write minute, hour, day, month and weekday, such as "0 9 * * 1-5" for 9:00 on working days.';
  if (!SEEMS.test(expression)) return `"${expression}" is no calendar expression. ${hint}`;
  try {
    if (nextTimes(expression, 'UTC', Date.UTC(2024, 0, 1), 1).length === 0)
      return `"${expression}" never comes: there is no such day. ${hint}`;
    return null;
  } catch {
    return `"${expression}" is no calendar expression. ${hint}`;
  }
}
