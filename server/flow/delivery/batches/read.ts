import {
  type Connection,
  int2Array,
  int4Array,
  int8Array,
  type Sql,
  uuidArray,
} from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import { CLASS } from '../../../schema/index.ts';
import type { Lane } from '../lanes.ts';
import type { Bounds } from '../queue.ts';
import type { Window } from '../window.ts';
import { collectAgain } from './again.ts';
import {
  type Asked,
  COLUMNS,
  type Collected,
  carrier,
  type Due,
  inQueueOrder,
  MOST_RIDING,
  single,
  takes,
} from './rows.ts';

const dueSql: Sql = {
  name: 'batch-due',
  text: `SELECT l.n, q.* FROM unnest($1::int4[], $2::uuid[], $3::int2[], $4::int8[], $5::int4[]) AS l(n, lane_id, class, floor, most)
    CROSS JOIN LATERAL (
      SELECT ${COLUMNS} FROM lane_queue w
      WHERE w.lane_id = l.lane_id AND w.class = l.class AND w.due_at >= l.floor AND w.due_at <= $6::int8
        AND w.delivery_id NOT IN (SELECT unnest($7::uuid[]))
      ORDER BY w.due_at LIMIT l.most) q`,
};
/** Most of an event-triggered batch: Bloomreach's bound (its documentation of webhook batching). */
const MOST_LIVE = 200;
// So many batches of a lane and class a read.
const BATCHES_A_READ = 2;
const SINGLES_A_READ = 64;
const CLASSES = [CLASS.live, CLASS.bulk] as const;
// While a batch fills, it is looked at a few times.
const LOOK_MS = { least: 10, most: 250 };

/**
 * Reads lanes whose deliveries go in batches: a batch is full, or its oldest delivery has waited long enough; one that
 * was sent before, or was split, is read as it is. Live before bulk; bounds and window are asked once a batch.
 */
export async function readBatches(
  on: Connection,
  lanes: readonly Lane[],
  window: Window,
  bounds: Bounds,
  now: number,
): Promise<Collected> {
  const asked = ask(lanes, window, bounds, now);
  const collected: Collected = { batches: [], singles: [], broken: [], more: asked.more };
  if (asked.list.length === 0) return collected;
  const rows = await on.run<Due>(dueSql, [
    int4Array(asked.list.map((_, i) => i)),
    uuidArray(asked.list.map((a) => a.lane.id)),
    int2Array(asked.list.map((a) => a.class)),
    int8Array(asked.list.map((a) => a.lane.reading[a.class].floor)),
    int4Array(asked.list.map((a) => a.most)),
    now,
    uuidArray([...window.held.keys()]),
  ]);
  for (const row of rows) asked.list[row.n]!.rows.push(row);
  await collectAgain(on, asked.list, window, bounds, now, collected);
  for (const one of asked.list) {
    collected.more ||= one.rows.length >= one.most;
    form(one, window, bounds, now, collected);
  }
  return collected;
}

function ask(lanes: readonly Lane[], window: Window, bounds: Bounds, now: number): { list: Asked[]; more: boolean } {
  const list: Asked[] = [];
  let more = false;
  for (const lane of lanes) {
    const { batches } = lane;
    if (lane.draining || lane.origin === null || batches === null) continue;
    for (const cls of CLASSES) {
      if (now < batches.lookAt[cls]) continue;
      if (bounds.room(lane) <= 0 || !window.fits(lane.origin) || window.riding >= MOST_RIDING) {
        more = true;
        continue;
      }
      const size =
        batches.form === null ? 1 : cls === CLASS.live ? Math.min(batches.form.size, MOST_LIVE) : batches.form.size;
      const most = batches.form === null ? SINGLES_A_READ : size * BATCHES_A_READ;
      list.push({ lane, batches, class: cls, size, most, rows: [] });
    }
  }
  return { list, more };
}

/** New batches of what is in none yet: those of one have made as many tries. */
function form(one: Asked, window: Window, bounds: Bounds, now: number, collected: Collected): void {
  const loose = one.rows.filter(
    (row) => row.request_id === null && row.group_id === null && !window.held.has(row.delivery_id),
  );
  if (one.batches.form === null) {
    for (const row of loose) {
      if (!takes(one, window, bounds)) return;
      collected.singles.push(single(one, row, window, bounds));
    }
    return;
  }
  const { waitMs } = one.batches.form;
  let lookAt = 0;
  for (const rows of Map.groupBy(loose, (row) => row.tries).values()) {
    for (let from = 0; from < rows.length; from += one.size) {
      const part = rows.slice(from, from + one.size);
      const until = part[0]!.due_at + waitMs;
      if (part.length < one.size && until > now) {
        lookAt = Math.min(until, now + Math.min(LOOK_MS.most, Math.max(LOOK_MS.least, waitMs / 10)));
        break;
      }
      if (!takes(one, window, bounds)) {
        collected.more = true;
        return;
      }
      collected.batches.push({ item: carrier(one, newId(now), inQueueOrder(part), window, bounds), stored: null });
    }
  }
  one.batches.lookAt[one.class] = lookAt;
}
