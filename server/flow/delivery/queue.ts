import {
  type Connection,
  int2Array,
  int4Array,
  int8Array,
  type Settled,
  type Snapshot,
  SQL_SNAPSHOT,
  type Sql,
  uuidArray,
} from '../../platform/database/index.ts';
import { CLASS } from '../../schema/index.ts';
import { type Item, itemOf, type QueueRow } from './item.ts';
import type { Lane, Reading } from './lanes.ts';
import type { Window } from './window.ts';

// NOT IN over a subquery becomes a hashed one, built once a statement, however many are held. A first try that is due in
// a moment is taken with the rest: the clocks of two processes differ by some milliseconds.
const dueSql: Sql = {
  name: 'queue-due',
  text: `SELECT l.n, q.* FROM unnest($1::int4[], $2::uuid[], $3::int2[], $4::int8[], $5::int4[]) AS l(n, lane_id, class, floor, most)
    CROSS JOIN LATERAL (
      SELECT w.delivery_id, w.partition, w.mode, w.tries, w.due_at, w.scenario_id, w.request_id FROM lane_queue w
      WHERE w.lane_id = l.lane_id AND w.class = l.class AND w.due_at >= l.floor AND w.due_at <= $6::int8 + 50
        AND (w.due_at <= $6::int8 OR w.tries = 0) AND w.delivery_id NOT IN (SELECT unnest($7::uuid[]))
      ORDER BY w.due_at LIMIT l.most) q`,
};
const lowestSql: Sql = {
  name: 'queue-lowest',
  text: `SELECT l.n, q.due_at, r.due_at AS next_at, ${SQL_SNAPSHOT}
    FROM unnest($1::int4[], $2::uuid[], $3::int2[], $4::int8[]) AS l(n, lane_id, class, floor)
    LEFT JOIN LATERAL (SELECT w.due_at FROM lane_queue w WHERE w.lane_id = l.lane_id AND w.class = l.class AND w.due_at >= l.floor
      ORDER BY w.due_at LIMIT 1) q ON true
    LEFT JOIN LATERAL (SELECT w.due_at FROM lane_queue w WHERE w.lane_id = l.lane_id AND w.class = l.class AND w.due_at > $5::int8
      ORDER BY w.due_at LIMIT 1) r ON true`,
};

/** At most so many a read: what one statement and one commit carry well. */
const MOST_A_READ = 256;
const APPETITE = { least: 64, most: 256 };
const CLASSES = [CLASS.live, CLASS.bulk] as const;
// Floors settle slowly, and above them each read goes through every row that has ended since, which nobody may clear away
// while a snapshot is open. So a lane is read from where it was read to, until a turn says that it queued something, which was
// due when the turn began; and from its floor every half a second all the same, for a signal may be lost. LATE_MS is for the
// clocks of other processes.
const LATE_MS = 500;
const TRUST_MS = 500;

interface DueRow extends QueueRow {
  due_at: number;
}

/** What else has a say in how much is read of a lane: its throughput policy, and its origin's breaker. */
export interface Bounds {
  /** How many more are worth reading now. */
  room(lane: Lane): number;
  /** Called for each item that was taken. */
  took(item: Item): void;
}

/**
 * Reads what is due in the lanes, minus what is held, and takes it into the window: live before bulk, which gets at least
 * a tenth, each shared over the lanes, no origin beyond its cap and no lane beyond `bounds`. Give lanes in another order
 * each time: where room is short, the first ones get it. `more`: there is, or may be, more that is due and has room.
 *
 * @param now ms of the Clock; @param mark a monotonic time, ms
 */
export async function readDue(
  on: Connection,
  lanes: readonly Lane[],
  window: Window,
  bounds: Bounds,
  now: number,
  mark: number,
): Promise<{ items: Item[]; more: boolean }> {
  const asked: { lane: Lane; class: 0 | 1; most: number; from: number; anew: number; rows: DueRow[] }[] = [];
  let more = false;
  for (const lane of lanes) {
    if (lane.draining || lane.origin === null || lane.batches !== null) continue;
    const allowed = bounds.room(lane);
    if (allowed <= 0) {
      more = true; // there may be; what makes room is a reason to read
      continue;
    }
    const room = Math.min(allowed, window.roomFor(lane.origin));
    if (room <= 0) more = true;
    else
      for (const cls of CLASSES)
        asked.push({
          lane,
          class: cls,
          most: Math.min(room, lane.reading[cls].appetite),
          from: beginOf(lane.reading[cls], now, mark),
          anew: lane.reading[cls].anew,
          rows: [],
        });
  }
  if (asked.length === 0) return { items: [], more };
  const rows = await on.run<DueRow>(dueSql, [
    int4Array(asked.map((_, i) => i)),
    uuidArray(asked.map((a) => a.lane.id)),
    int2Array(asked.map((a) => a.class)),
    int8Array(asked.map((a) => a.from)),
    int4Array(asked.map((a) => a.most)),
    now,
    uuidArray([...window.held.keys()]),
  ]);
  for (const row of rows) asked[row.n]!.rows.push(row);
  for (const { lane, class: cls, most, rows: found } of asked) {
    const full = found.length >= most;
    more ||= full;
    const { appetite } = lane.reading[cls];
    lane.reading[cls].appetite = full ? Math.min(APPETITE.most, appetite * 2) : APPETITE.least;
  }
  const room = Math.min(MOST_A_READ, Math.max(window.room, 1));
  const bulk = asked.reduce((n, a) => n + (a.class === CLASS.bulk ? a.rows.length : 0), 0);
  const take = (cls: 0 | 1, most: number) =>
    inTurn(
      asked.filter((a) => a.class === cls),
      most,
      window,
      bounds,
    );
  const items = take(CLASS.live, room - Math.min(bulk, Math.ceil(room / 10)));
  items.push(...take(CLASS.bulk, room - items.length));
  for (const { lane, class: cls, most, from, anew, rows: found } of asked) {
    const reading = lane.reading[cls];
    if (reading.anew !== anew) continue;
    const left = found.find((row) => !window.held.has(row.delivery_id)) ?? (found.length < most ? null : found.at(-1));
    reading.seen = left ? left.due_at : now;
    if (from === reading.floor) reading.trusted = mark + TRUST_MS;
  }
  return { items, more: more || items.length < rows.length };
}

/** Where a read of a lane begins. */
function beginOf({ floor, seen, trusted }: Reading, now: number, mark: number): number {
  return seen === 0 || now < seen || mark >= trusted ? floor : Math.max(floor, seen - LATE_MS);
}

/** One of each lane, round by round, until `most` are taken. */
function inTurn(
  asked: { lane: Lane; class: number; rows: QueueRow[] }[],
  most: number,
  window: Window,
  bounds: Bounds,
): Item[] {
  const taken: Item[] = [];
  let open = asked;
  for (let round = 0; open.length > 0; round++) {
    open = open.filter((a) => a.rows.length > round);
    for (const { lane, class: cls, rows } of open) {
      if (taken.length >= most) return taken;
      const row = rows[round]!;
      if (window.held.has(row.delivery_id) || !window.fits(lane.origin!) || bounds.room(lane) <= 0) continue;
      const item = itemOf(lane, cls, row);
      window.take(item);
      bounds.took(item);
      taken.push(item);
    }
  }
  return taken;
}

/**
 * Raises the floors of the lanes to the lower of the settled time (see Settled; whoever queues something reads the clock
 * at most a few statements before) and the lowest time at which anything waits, held or not. `mark`: a monotonic time
 * (ms). Returns the next time (ms) after `now` at which something will be due, or null.
 */
export async function raiseFloors(
  on: Connection,
  lanes: readonly Lane[],
  settled: Settled,
  now: number,
  mark: number,
): Promise<number | null> {
  const asked = lanes.flatMap((lane) => CLASSES.map((cls) => ({ id: lane.id, cls, reading: lane.reading[cls] })));
  if (asked.length === 0) return null;
  const rows = await on.run<{ n: number; due_at: number | null; next_at: number | null } & Snapshot>(lowestSql, [
    int4Array(asked.map((_, i) => i)),
    uuidArray(asked.map((a) => a.id)),
    int2Array(asked.map((a) => a.cls)),
    int8Array(asked.map((a) => a.reading.floor)),
    now,
  ]);
  let next: number | null = null;
  const highest = settled.observe(now, rows[0]!, mark);
  for (const row of rows) {
    asked[row.n]!.reading.floor = Math.min(highest, row.due_at ?? highest);
    if (row.next_at !== null && (next === null || row.next_at < next)) next = row.next_at;
  }
  return next;
}
