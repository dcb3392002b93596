import { ExactNumber, type Json } from '../../platform/json.ts';

const LATEST = 253_402_300_800_000; // the year 10000

/** When something happened, and, when what the sender said was no time, a sentence that says so. */
export interface Occurred {
  at: number;
  note: string | null;
}

/**
 * The sender's clock may be wrong: the time between happening and sending is right even then. occurred = received −
 * (sent − original), as Segment documents for `timestamp`, `originalTimestamp` and `sentAt`. A `timestamp` that the
 * caller gave goes before the `originalTimestamp` that some libraries add beside it. What is before 1970 or beyond the
 * year 9999 comes from a broken clock: the time of arrival is taken, with a note.
 *
 * @param times when the message was received, and when the call that brought it says it was sent (null: unknown), ms
 */
export function occurred(
  message: { [key: string]: Json },
  times: { receivedAt: number; sentAt: number | null },
): Occurred {
  const said = message.timestamp ?? message.originalTimestamp ?? null;
  const original = instant(message.timestamp) ?? instant(message.originalTimestamp);
  if (original === null)
    return { at: times.receivedAt, note: said === null ? null : 'Its time could not be read: the arrival counts.' };
  const sent = instant(message.sentAt) ?? times.sentAt;
  const at = Math.round(sent === null ? original : times.receivedAt - (sent - original));
  if (at >= 0 && at < LATEST) return { at, note: null };
  return { at: times.receivedAt, note: 'Its time is before 1970 or after 9999: the arrival counts.' };
}

/** An instant from ISO 8601 text or ms since the epoch, or null. */
export function instant(value: Json | undefined): number | null {
  const at = typeof value === 'string' ? Date.parse(value) : value instanceof ExactNumber ? Number(value) : value;
  return typeof at === 'number' && Number.isFinite(at) ? at : null;
}
