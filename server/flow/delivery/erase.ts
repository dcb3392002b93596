import type { Clock } from '../../platform/clock.ts';
import { type Database, type Sql, uuidArray } from '../../platform/database/index.ts';

// A resend carries the same bytes in a request of its own, so all of them are meant: found through the profile, by key.
const family: Sql = {
  name: 'erase-family',
  text: `SELECT m.ended_at, r.id AS request_id FROM (
      SELECT d.profile_id, d.id, x.idempotency_key FROM deliveries d
      LEFT JOIN LATERAL (SELECT w.request_id FROM lane_queue w WHERE w.lane_id = d.lane_id AND w.delivery_id = d.id LIMIT 1) q ON true
      LEFT JOIN LATERAL (SELECT y.idempotency_key FROM requests y WHERE y.workspace_id = $1 AND y.id = coalesce(q.request_id, d.request_id) LIMIT 1) x ON true
      WHERE d.workspace_id = $1 AND d.id = $2) o
    CROSS JOIN LATERAL (SELECT * FROM deliveries y WHERE y.profile_id = o.profile_id AND y.workspace_id = $1 OFFSET 0) m
    LEFT JOIN LATERAL (SELECT w.request_id FROM lane_queue w WHERE m.ended_at IS NULL AND w.lane_id = m.lane_id AND w.delivery_id = m.id LIMIT 1) q ON true
    LEFT JOIN LATERAL (SELECT y.id, y.idempotency_key FROM requests y WHERE y.workspace_id = $1 AND y.id = coalesce(q.request_id, m.request_id) LIMIT 1) r ON true
    WHERE m.id = o.id OR r.idempotency_key = o.idempotency_key`,
};
const requests: Sql = {
  name: 'erase-requests',
  text: `UPDATE requests r SET body = NULL, erased_at = coalesce(r.erased_at, $3::int8) FROM (SELECT * FROM unnest($2::uuid[]) LIMIT $4) u(id)
    WHERE r.workspace_id = $1 AND r.id = u.id`,
};
const answers: Sql = {
  name: 'erase-answers',
  text: `UPDATE attempts a SET response_body = NULL FROM (SELECT * FROM unnest($2::uuid[]) LIMIT $3) u(id)
    WHERE a.workspace_id = $1 AND a.request_id = u.id`,
};

/** How many requests were emptied, or why none was. */
export type Erased = { ok: true; requests: number } | { ok: false; missing: boolean; message: string };

/**
 * Erases the body of a delivery's request and of every answer to it, with those of its resends, which are the same bytes.
 * What was sent when, with which headers, and what came of it stays. Refused while one of them is still to be sent.
 */
export function eraseBodies(database: Database, clock: Clock, workspaceId: string, id: string): Promise<Erased> {
  return database.transaction(async (tx): Promise<Erased> => {
    const found = await tx.run<{ ended_at: number | null; request_id: string | null }>(family, [workspaceId, id]);
    if (found.length === 0)
      return { ok: false, missing: true, message: 'There is no such delivery in this workspace.' };
    if (found.some((row) => row.ended_at === null)) {
      const which = found.length === 1 ? 'The delivery' : 'The delivery, or a resend of it,';
      return { ok: false, missing: false, message: `${which} hasn't ended yet. Its body can be erased once it has.` };
    }
    const ids = found.flatMap((row) => row.request_id ?? []);
    if (ids.length === 0) return { ok: false, missing: false, message: 'No body is stored of this delivery.' };
    await tx.run(requests, [workspaceId, uuidArray(ids), clock.now(), ids.length]);
    await tx.run(answers, [workspaceId, uuidArray(ids), ids.length]);
    return { ok: true, requests: ids.length };
  });
}
