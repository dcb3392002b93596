import { MODE } from '../../../schema/index.ts';
import { type Item, itemOf, type QueueRow, type StoredRequest } from '../item.ts';
import type { Collecting, Lane } from '../lanes.ts';
import type { Bounds } from '../queue.ts';
import type { Window } from '../window.ts';

/** What is read of a queue row `w`. */
export const COLUMNS = 'w.delivery_id, w.partition, w.mode, w.tries, w.scenario_id, w.request_id, w.group_id, w.due_at';

/** A row of COLUMNS. */
export interface Row extends QueueRow {
  group_id: string | null;
  /** Null: held. */
  due_at: number | null;
}
export type Due = Row & { due_at: number };

/** What is to be done with what was read; all of it is in the window. */
export interface Collected {
  /** One item a batch, with its members; a request that was stored has its members' order. */
  batches: { item: Item; stored: StoredRequest | null }[];
  /** Each goes alone, as in lanes without batches. */
  singles: Item[];
  /** Their batch's request can't go again, as some of its members won't: what is left forms a new one. */
  broken: Item[];
  /** There is, or may be, more that is due and has room. */
  more: boolean;
}

/** One lane and class of a read. */
export interface Asked {
  lane: Lane;
  batches: Collecting;
  class: 0 | 1;
  size: number;
  most: number;
  rows: Due[];
}

/** Most deliveries in batches that are held at a time. */
export const MOST_RIDING = 8_192;

/** Whether one more batch, or item, of a lane may be taken. */
export function takes({ lane }: Asked, window: Window, bounds: Bounds): boolean {
  return bounds.room(lane) > 0 && window.fits(lane.origin!) && window.riding < MOST_RIDING;
}

/** Takes the rows of a batch: the item that stands for them. */
export function carrier(one: Asked, id: string, rows: readonly Row[], window: Window, bounds: Bounds): Item {
  const members = rows.map((row) => itemOf(one.lane, one.class, row));
  const [first] = members;
  const item: Item = {
    ...first!,
    deliveryId: id,
    mode: MODE.none,
    scenarioId: null,
    tries: Math.max(...members.map((member) => member.tries)),
    members,
  };
  window.take(item);
  bounds.took(item);
  return item;
}

/** Takes a row that goes alone. */
export function single(one: Asked, row: Row, window: Window, bounds: Bounds): Item {
  const item = itemOf(one.lane, one.class, row);
  window.take(item);
  bounds.took(item);
  return item;
}

/** Oldest first: by when they were queued, which is in their ids. */
export function inQueueOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => (a.delivery_id < b.delivery_id ? -1 : 1));
}
