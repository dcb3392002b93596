import {
  type Connection,
  int2Array,
  int4Array,
  int8Array,
  type Sql,
  uuidArray,
} from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import { loadRequests } from '../context.ts';
import type { StoredRequest } from '../item.ts';
import type { Bounds } from '../queue.ts';
import type { Window } from '../window.ts';
import { type Asked, COLUMNS, type Collected, carrier, inQueueOrder, type Row, single, takes } from './rows.ts';

// All of a group are due at one time: they were put back by one statement.
const groupSql: Sql = {
  name: 'batch-group',
  text: `SELECT u.n, q.* FROM unnest($1::int4[], $2::uuid[], $3::int2[], $4::int8[], $5::uuid[]) u(n, lane_id, class, due_at, group_id)
    CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM lane_queue w
      WHERE w.lane_id = u.lane_id AND w.class = u.class AND w.due_at = u.due_at AND w.group_id = u.group_id AND w.request_id IS NULL
      LIMIT 1000) q`,
};
const membersSql: Sql = {
  name: 'batch-members',
  text: `SELECT u.n, q.* FROM unnest($1::int4[], $2::uuid[], $3::uuid[], $4::uuid[]) u(n, lane_id, delivery_id, request_id)
    CROSS JOIN LATERAL (SELECT ${COLUMNS} FROM lane_queue w
      WHERE w.lane_id = u.lane_id AND w.delivery_id = u.delivery_id AND w.request_id = u.request_id LIMIT 1) q`,
};

// Members are released in chunks when their scenario goes on: so long the rest of a batch is waited for.
const STRAGGLE_MS = 5_000;

/** Batches that were sent before, and halves of one: whole, or told as broken. */
export async function collectAgain(
  on: Connection,
  asked: readonly Asked[],
  window: Window,
  bounds: Bounds,
  now: number,
  collected: Collected,
): Promise<void> {
  const sent = new Map<string, { one: Asked; rows: Row[] }>();
  const groups = new Map<string, { one: Asked; dueAt: number; rows: Row[] }>();
  for (const one of asked)
    for (const row of one.rows)
      if (row.request_id !== null) add(sent, row.request_id, () => ({ one, rows: [] })).rows.push(row);
      else if (row.group_id !== null) add(groups, row.group_id, () => ({ one, dueAt: row.due_at, rows: [] }));
  if (sent.size > 0) {
    const stored = await loadRequests(
      on,
      [...sent].map(([requestId, { one }]) => ({ requestId, workspaceId: one.lane.workspaceId })),
    );
    const there = await membersOf(on, sent, stored);
    for (const [id, { one, rows }] of sent) {
      const request = stored.get(id);
      if (!request?.members) {
        for (const row of rows)
          if (takes(one, window, bounds)) collected.singles.push(single(one, row, window, bounds));
        continue;
      }
      const left = there.get(id) ?? [];
      const due = left.filter((row) => row.due_at !== null && row.due_at <= now);
      if (due.length === request.members.length) {
        if (!takes(one, window, bounds)) collected.more = true;
        else
          collected.batches.push({
            item: carrier(one, request.id, inOrder(due, request.members), window, bounds),
            stored: request,
          });
        continue;
      }
      // Some are held and may follow at once, as their scenario goes on.
      const since = Math.min(...rows.map((row) => row.due_at ?? now));
      if (left.length === request.members.length && now - since < STRAGGLE_MS) continue;
      if (takes(one, window, bounds)) collected.broken.push(carrier(one, newId(now), rows, window, bounds));
    }
  }
  if (groups.size > 0) {
    const list = [...groups];
    const rows = await on.run<Row>(groupSql, [
      int4Array(list.map((_, i) => i)),
      uuidArray(list.map(([, { one }]) => one.lane.id)),
      int2Array(list.map(([, { one }]) => one.class)),
      int8Array(list.map(([, { dueAt }]) => dueAt)),
      uuidArray(list.map(([id]) => id)),
    ]);
    for (const row of rows) list[row.n]![1].rows.push(row);
    for (const [, { one, rows: found }] of list) {
      if (one.batches.form === null)
        for (const row of found) {
          if (takes(one, window, bounds)) collected.singles.push(single(one, row, window, bounds));
        }
      else if (!takes(one, window, bounds)) collected.more = true;
      else if (found.length > 0)
        collected.batches.push({ item: carrier(one, newId(now), inQueueOrder(found), window, bounds), stored: null });
    }
  }
}

async function membersOf(
  on: Connection,
  sent: ReadonlyMap<string, { one: Asked }>,
  stored: ReadonlyMap<string, StoredRequest>,
): Promise<Map<string, Row[]>> {
  const list = [...sent].flatMap(([id, { one }]) =>
    (stored.get(id)?.members ?? []).map((delivery) => ({ id, delivery, lane: one.lane.id })),
  );
  const there = new Map<string, Row[]>();
  if (list.length === 0) return there;
  const rows = await on.run<Row>(membersSql, [
    int4Array(list.map((_, i) => i)),
    uuidArray(list.map((row) => row.lane)),
    uuidArray(list.map((row) => row.delivery)),
    uuidArray(list.map((row) => row.id)),
  ]);
  for (const row of rows) add(there, list[row.n]!.id, () => []).push(row);
  return there;
}

function inOrder(rows: readonly Row[], members: readonly string[]): Row[] {
  const at = new Map(members.map((id, i) => [id, i]));
  return [...rows].sort((a, b) => at.get(a.delivery_id)! - at.get(b.delivery_id)!);
}

function add<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
