/** Small numbers in the tables, and their names outside. Numbers are never reused. */

/** What kind of fact (inbox.kind, events.kind). */
export const FACT = {
  track: 1,
  page: 2,
  screen: 3,
  identify: 4,
  group: 5,
  alias: 6,
  merge: 7,
  update: 8,
  attempted: 9,
  outcome: 10,
  timer: 11,
  enter: 12,
} as const;

/** Who caused a fact (inbox.origin, events.origin, profile changes). */
export const ORIGIN = { event: 1, response: 2, inbound: 3, import: 4, person: 5, scenario: 6 } as const;

/** Inbox and lane classes: live goes before bulk. */
export const CLASS = { live: 0, bulk: 1 } as const;

/** deliveries.state and lane_queue.state. */
export const DELIVERY = {
  draft: 1,
  queued: 2,
  sending: 3,
  retrying: 4,
  halted: 5,
  delivered: 6,
  failed: 7,
  skipped: 8,
  cancelled: 9,
} as const;

/** When the enrollment moves on (deliveries.mode, lane_queue.mode). `none`: a resend, which moves no enrollment. */
export const MODE = { none: 0, first_attempt: 1, outcome: 2 } as const;

/** attempts.outcome. */
export const ATTEMPT = { delivered: 1, retryable: 2, permanent: 3, ours: 4 } as const;

/** enrollments.state. */
export const ENROLLMENT = { active: 1, ended: 2 } as const;

/** timers.kind. */
export const TIMER = { wait: 1 } as const;

/** The name of a code, for presenting it. */
export function nameOf<T extends Record<string, number>>(codes: T, code: number): keyof T & string {
  const found = Object.entries(codes).find(([, value]) => value === code);
  if (!found) throw new RangeError(`unknown code ${code}`);
  return found[0];
}
