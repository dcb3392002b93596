import { type Connection, int4Array, int8Array, type Sql, uuidArray } from '../../platform/database/index.ts';
import { CLASS } from '../../schema/index.ts';
import type { Item } from './item.ts';
import type { Lane } from './lanes.ts';

const dueSql: Sql = {
  name: 'queue-due',
  text: `SELECT q.* FROM unnest($1::uuid[], $2::int8[], $3::int4[]) l(id, floor, lim) CROSS JOIN LATERAL (
      SELECT lane_id, delivery_id, workspace_id, partition, class, mode, tries, due_at, scenario_id, request_id FROM lane_queue
      WHERE lane_id = l.id AND class = $4::int2 AND due_at >= l.floor AND due_at <= $5::int8 AND NOT delivery_id = ANY($6::uuid[])
      ORDER BY due_at LIMIT l.lim) q`,
};
const nextSql: Sql = {
  name: 'queue-next',
  text: `SELECT min(q.due_at) AS due_at FROM unnest($1::uuid[]) l(id) CROSS JOIN unnest(ARRAY[0, 1]::int2[]) c(class) CROSS JOIN LATERAL (
      SELECT due_at FROM lane_queue WHERE lane_id = l.id AND class = c.class AND due_at > $2::int8 ORDER BY due_at LIMIT 1) q`,
};

type Row = {
  lane_id: string;
  delivery_id: string;
  workspace_id: string;
  partition: number;
  class: number;
  mode: number;
  tries: number;
  due_at: number;
  scenario_id: string | null;
  request_id: string | null;
};

// Rows become visible out of order by as much as a transaction may last; a floor stays this far behind.
const SETTLED_MS = 60_000;

/**
 * What this process holds of its lanes: read, and not ended or put back yet. What is due is read minus what is held,
 * never "beyond the last one": rows become visible out of order. At most `most` are held, `perLane` of one lane, so a
 * hundred thousand queued deliveries cost no memory, and a lane that hangs leaves room for the others.
 */
export class Window {
  readonly held = new Map<string, Item>();
  readonly #perLane = new Map<string, number>();
  readonly #most: number;
  readonly #laneMost: number;

  constructor(most = 1_024, perLane = 256) {
    this.#most = most;
    this.#laneMost = perLane;
  }

  holds(laneId: string): number {
    return this.#perLane.get(laneId) ?? 0;
  }

  drop(item: Item): void {
    if (!this.held.delete(item.deliveryId)) return;
    const left = this.holds(item.laneId) - 1;
    if (left === 0) this.#perLane.delete(item.laneId);
    else this.#perLane.set(item.laneId, left);
  }

  /** Reads what is due in these lanes, as far as there is room: live first, a tenth of the room kept for bulk. */
  async read(on: Connection, lanes: readonly Lane[], now: number): Promise<Item[]> {
    const open = lanes.filter((lane) => !lane.draining && this.holds(lane.id) < this.#laneMost);
    const room = this.#most - this.held.size;
    if (open.length === 0 || room < 8) return [];
    const live = await this.#take(on, open, CLASS.live, Math.ceil(room * 0.9), now);
    const bulk = await this.#take(on, open, CLASS.bulk, room - live.length, now);
    return [...live, ...bulk];
  }

  async #take(on: Connection, lanes: readonly Lane[], cls: number, room: number, now: number): Promise<Item[]> {
    const share = Math.max(4, Math.ceil(room / lanes.length));
    const limits = lanes.map((lane) => Math.min(share, this.#laneMost - this.holds(lane.id)));
    const rows = await on.run<Row>(dueSql, [
      uuidArray(lanes.map((l) => l.id)),
      int8Array(lanes.map((l) => l.floor)),
      int4Array(limits),
      cls,
      now,
      uuidArray([...this.held.keys()]),
    ]);
    const tokens = new Map(lanes.map((lane) => [lane.id, lane.token]));
    const items: Item[] = [];
    // One from each lane in turn, so that a full window is shared fairly.
    for (const row of interleave(rows).slice(0, room)) {
      if (this.held.has(row.delivery_id)) continue;
      const item: Item = {
        laneId: row.lane_id,
        token: tokens.get(row.lane_id)!,
        deliveryId: row.delivery_id,
        workspaceId: row.workspace_id,
        partition: row.partition,
        class: row.class,
        mode: row.mode,
        tries: row.tries,
        dueAt: row.due_at,
        scenarioId: row.scenario_id,
        requestId: row.request_id,
      };
      this.held.set(item.deliveryId, item);
      this.#perLane.set(item.laneId, this.holds(item.laneId) + 1);
      items.push(item);
    }
    return items;
  }

  /** Raises the floors of lanes: nothing due below the lowest that is held, and nothing below a minute ago otherwise. */
  raiseFloors(lanes: readonly Lane[], readAt: ReadonlyMap<string, number>): void {
    const lowest = new Map<string, number>();
    for (const item of this.held.values())
      lowest.set(item.laneId, Math.min(item.dueAt, lowest.get(item.laneId) ?? item.dueAt));
    for (const lane of lanes) {
      const read = readAt.get(lane.id);
      if (read !== undefined)
        lane.floor = Math.max(lane.floor, Math.min(read - SETTLED_MS, lowest.get(lane.id) ?? Number.MAX_SAFE_INTEGER));
    }
  }
}

/** When the next delivery of these lanes is due after `now`, ms; null when none is. */
export async function nextDue(on: Connection, lanes: readonly Lane[], now: number): Promise<number | null> {
  if (lanes.length === 0) return null;
  const [row] = await on.run<{ due_at: number | null }>(nextSql, [uuidArray(lanes.map((lane) => lane.id)), now]);
  return row?.due_at ?? null;
}

function interleave(rows: readonly Row[]): Row[] {
  const lanes = new Map<string, Row[]>();
  for (const row of rows) {
    const lane = lanes.get(row.lane_id);
    if (lane) lane.push(row);
    else lanes.set(row.lane_id, [row]);
  }
  if (lanes.size < 2) return [...rows];
  const out: Row[] = [];
  for (let i = 0; out.length < rows.length; i++) for (const lane of lanes.values()) if (lane[i]) out.push(lane[i]!);
  return out;
}
