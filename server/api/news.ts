import type { Connection, Sql } from '../platform/database/index.ts';
import { floorId, present } from '../platform/ids.ts';
import { DELIVERY, FACT, nameOf } from '../schema/index.ts';

/** So many lines of a kind are told at once: the newest. */
export const EACH = 50;
// Rows are looked through newest first, those of other workspaces too.
const LOOKED_AT = 4_000;
// A row becomes visible a little after the time that it carries.
const LATE_MS = 10_000;
// An id begins with the time at which it was made, soon before the row is received: it bounds which days are read.
const ID_MS = 3_600_000;

/** A line of the live stream. `key` and `state` say whether it was told already. */
export interface News {
  kind: 'event' | 'delivery' | 'notice' | 'changed';
  key: string;
  state: string;
  data: object;
}

const within = (what: string, columns: string): string =>
  `SELECT ${columns} FROM (SELECT * FROM events WHERE received_at > $2::int8 AND id >= $3::uuid ORDER BY received_at DESC LIMIT ${LOOKED_AT}) e
    WHERE e.workspace_id = $1 AND ${what} ORDER BY e.received_at DESC LIMIT ${EACH}`;
const events: Sql = {
  name: 'live-events',
  text: within(
    `(e.kind <= ${FACT.alias} OR e.kind = ${FACT.update})`,
    'e.id, e.profile_id, e.kind, e.name, e.received_at AS at',
  ),
};
// However long ago it was queued: its outcome says that a delivery has ended.
const ends: Sql = {
  name: 'live-ends',
  text: within(`e.kind = ${FACT.outcome}`, 'e.profile_id, e.body, e.received_at AS at'),
};
const deliveries: Sql = {
  name: 'live-deliveries',
  text: `SELECT d.id, d.profile_id, d.webhook_id, d.ended_at IS NOT NULL AS ended, coalesce(q.state, d.state) AS state, d.queued_at AS at
    FROM (SELECT * FROM deliveries x WHERE x.workspace_id = $1 AND x.id >= $2::uuid ORDER BY x.id DESC LIMIT ${EACH}) d
    LEFT JOIN LATERAL (SELECT w.state FROM lane_queue w WHERE d.ended_at IS NULL AND w.lane_id = d.lane_id AND w.delivery_id = d.id LIMIT 1) q ON true
    ORDER BY d.id DESC`,
};
const changes: Sql = {
  name: 'live-changes',
  text: `SELECT id, thing, thing_id FROM audit WHERE workspace_id = $1 AND id >= $2::uuid ORDER BY id DESC LIMIT ${EACH}`,
};
const notices: Sql = {
  name: 'live-notices',
  text: `SELECT id, kind, times, ended_at IS NULL AS open, greatest(last_at, ended_at) AS at FROM notices
    WHERE workspace_id = $1 AND greatest(last_at, ended_at) > $2::int8 ORDER BY id DESC LIMIT ${EACH}`,
};
const names: Sql = {
  name: 'live-names',
  text: 'SELECT w.id, w.name FROM unnest($2::uuid[]) u(id) CROSS JOIN LATERAL (SELECT x.id, x.name FROM webhooks x WHERE x.workspace_id = $1 AND x.id = u.id LIMIT 1) w',
};

interface Told {
  id: string;
  profile: string;
  webhook: string;
  state: string;
  status: number | null;
  reason: string | null;
  at: number;
}

/**
 * What happened in a workspace since a time (ms), oldest first: events, deliveries queued and ended, notices that began and
 * ended, definitions and people changed. The newest 50 of each; `full` says that there may have been more. Something may come twice, never
 * nothing of what is among the newest.
 */
export async function readNews(
  on: Connection,
  workspaceId: string,
  since: number,
): Promise<{ news: News[]; full: boolean }> {
  const from = since - LATE_MS;
  const range = [workspaceId, from, floorId(from - ID_MS)];
  type Event = { id: string; profile_id: string; kind: number; name: string | null; at: number };
  const happened = await on.run<Event>(events, range);
  const ended = await on.run<{ profile_id: string; body: string; at: number }>(ends, range);
  type Delivery = { id: string; profile_id: string; webhook_id: string; ended: boolean; state: number; at: number };
  const made = await on.run<Delivery>(deliveries, [workspaceId, floorId(from)]);
  type Change = { id: string; thing: string | null; thing_id: string | null };
  const changed = await on.run<Change>(changes, [workspaceId, floorId(from)]);

  type Notice = { id: string; kind: string; times: number; open: boolean; at: number };
  const noticed = await on.run<Notice>(notices, [workspaceId, from]);

  const told = [
    // Of those that have ended, the outcome tells.
    ...made
      .filter((row) => !row.ended)
      .map(
        (row): Told => ({
          id: row.id,
          profile: row.profile_id,
          webhook: row.webhook_id,
          state: nameOf(DELIVERY, row.state),
          status: null,
          reason: null,
          at: row.at,
        }),
      ),
    ...ended.map(endOf),
  ];
  const webhooks = [...new Set(told.map((one) => one.webhook))];
  const rows = webhooks.length === 0 ? [] : await on.run<{ id: string; name: string }>(names, [workspaceId, webhooks]);
  const nameOfWebhook = new Map(rows.map((row) => [row.id, row.name]));
  const over = [happened, ended, made, changed, noticed].some((list) => list.length === EACH);
  return {
    full: over,
    news: [
      ...happened.map((row) => ({
        at: row.at,
        kind: 'event' as const,
        key: row.id,
        state: '',
        data: {
          id: present('event', row.id),
          profile: present('profile', row.profile_id),
          kind: nameOf(FACT, row.kind),
          name: row.name,
          at: new Date(row.at).toISOString(),
        },
      })),
      ...told.map(({ id, profile, webhook, state, status, reason, at }) => ({
        at,
        kind: 'delivery' as const,
        key: id,
        state,
        data: {
          id: present('delivery', id),
          profile: present('profile', profile),
          webhook: present('webhook', webhook),
          webhook_name: nameOfWebhook.get(webhook) ?? null,
          state,
          status,
          reason,
          at: new Date(at).toISOString(),
        },
      })),
      ...noticed.map((row) => ({
        at: row.at,
        kind: 'notice' as const,
        key: row.id,
        state: `${row.times} ${row.open}`,
        data: { id: present('notice', row.id), kind: row.kind, open: row.open, at: new Date(row.at).toISOString() },
      })),
      ...changed.map((row) => ({
        at: Number.parseInt(row.id.replace('-', '').slice(0, 12), 16),
        kind: 'changed' as const,
        key: row.id,
        state: '',
        data: { thing: row.thing, id: row.thing_id },
      })),
    ].sort((a, b) => a.at - b.at),
  };
}

type Outcome = Pick<Told, 'webhook' | 'state' | 'status'> & { delivery: string; reason: { message: string } | null };

function endOf(row: { profile_id: string; body: string; at: number }): Told {
  const { delivery, webhook, state, status, reason } = JSON.parse(row.body) as Outcome;
  return { id: delivery, profile: row.profile_id, webhook, state, status, reason: reason?.message ?? null, at: row.at };
}
