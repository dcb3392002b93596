import type { Connection, Sql } from '../platform/database/index.ts';
import { FACT } from './codes.ts';
import type { DAY_TABLES } from './days.ts';

const dayOf = (id: string) => `(('x' || left(replace(${id}::text, '-', ''), 12))::bit(48)::bigint / 86400000)`;

// Who is on the way: an active enrollment waits for a timer, for a delivery, or for a fact that tells how that ended.
// One statement sees all of them as of one moment, so that none is missed while it goes from one to the other.
const active = `WITH queued AS MATERIALIZED (
    SELECT d.workspace_id, d.enrollment_id, d.event_id FROM lane_queue q CROSS JOIN LATERAL (
      SELECT x.workspace_id, x.enrollment_id, x.event_id FROM deliveries x WHERE x.workspace_id = q.workspace_id AND x.id = q.delivery_id LIMIT 1) d
    WHERE q.partition >= 0),
  active AS MATERIALIZED (
    SELECT workspace_id, enrollment_id AS id FROM queued WHERE enrollment_id IS NOT NULL
    UNION SELECT workspace_id, enrollment_id FROM timers WHERE enrollment_id IS NOT NULL AND partition >= 0
    UNION SELECT workspace_id, (body::json->>'enrollment')::uuid FROM inbox WHERE kind IN (${FACT.attempted}, ${FACT.outcome}) AND partition >= 0
    UNION SELECT workspace_id, ((fact::json->>'body')::json->>'enrollment')::uuid FROM failed_facts
      WHERE (fact::json->>'kind')::int IN (${FACT.attempted}, ${FACT.outcome}))`;

const pins: Record<(typeof DAY_TABLES)[number], string> = {
  deliveries: `SELECT DISTINCT ${dayOf('delivery_id')} AS day FROM lane_queue WHERE delivery_id < $1::uuid AND partition >= 0`,
  requests: `SELECT DISTINCT ${dayOf('request_id')} AS day FROM lane_queue WHERE request_id < $1::uuid`,
  attempts: `SELECT DISTINCT ${dayOf('a.id')} AS day FROM lane_queue q CROSS JOIN LATERAL (
      SELECT x.id FROM attempts x WHERE x.workspace_id = q.workspace_id AND x.request_id = q.request_id AND x.id >= q.request_id AND x.id < $1::uuid) a
    WHERE q.request_id < $1::uuid`,
  enrollments: `${active} SELECT DISTINCT ${dayOf('id')} AS day FROM active WHERE id < $1::uuid`,
  // A fact becomes an event of the day in its own id, also when it was set aside and is tried again much later.
  events: `${active} SELECT DISTINCT ${dayOf('id')} AS day FROM (
      SELECT e.event_id AS id FROM active a CROSS JOIN LATERAL (
        SELECT x.event_id FROM enrollments x WHERE x.workspace_id = a.workspace_id AND x.id = a.id LIMIT 1) e
      UNION ALL SELECT event_id FROM queued
      UNION ALL SELECT id FROM inbox WHERE partition >= 0
      UNION ALL SELECT id FROM failed_facts) p WHERE id < $1::uuid`,
};

/**
 * The days (counted from the epoch) before the id `below` of which something is still pending: a delivery that waits, its
 * request and attempts, an active enrollment, the event that it or a waiting delivery came from, a fact that is still to
 * be applied. Those days may not be dropped.
 */
export async function pinnedDays(
  on: Connection,
  table: (typeof DAY_TABLES)[number],
  below: string,
): Promise<Set<number>> {
  const sql: Sql = { name: '', text: pins[table] };
  const rows = await on.run<{ day: number }>(sql, [below]);
  return new Set(rows.map((row) => row.day));
}
