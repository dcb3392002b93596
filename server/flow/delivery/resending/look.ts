import { type Connection, type Sql, uuidArray } from '../../../platform/database/index.ts';
import { DELIVERY } from '../../../schema/index.ts';

/** `same_bytes`: the stored request under its id and key. `render_anew`: a new request, from today's data. */
export type ResendMode = 'same_bytes' | 'render_anew';

/** A delivery as whoever sends it again must know it. */
export interface Looked {
  id: string;
  /** The first delivery of the line: itself, unless it is a resend. */
  original: string;
  state: number;
  ended: boolean;
  requestId: string | null;
  /** Whether the request is still there, when its body was erased (ms), and whether it carries several profiles. */
  stored: boolean;
  erasedAt: number | null;
  batch: boolean;
  webhook: 'on' | 'off' | 'deleted';
  profile: boolean;
  /** Of the other deliveries of the line: whether one waits, whether one arrived. */
  waiting: boolean;
  arrived: boolean;
}

/** Why a delivery isn't sent again. */
export interface Refusal {
  code: string;
  message: string;
}

// What stands in the same line: its resends, which are younger. A line is short; LIMIT bounds it all the same.
const sql: Sql = {
  name: 'resend-look',
  text: `SELECT d.id, coalesce(d.resend_of, d.id) AS original, d.state, d.ended_at IS NOT NULL AS ended, d.request_id AS "requestId",
      r.id IS NOT NULL AS stored, r.erased_at AS "erasedAt", coalesce(r.batch, false) AS batch, coalesce(w.standing, 'deleted') AS webhook, p.id IS NOT NULL AS profile,
      coalesce(s.waiting, false) AS waiting, coalesce(s.arrived, false) AS arrived
    FROM unnest($2::uuid[]) WITH ORDINALITY u(id, n)
    CROSS JOIN LATERAL (SELECT x.* FROM deliveries x WHERE x.workspace_id = $1 AND x.id = u.id LIMIT 1) d
    LEFT JOIN LATERAL (SELECT x.id, x.erased_at, x.members IS NOT NULL AS batch FROM requests x
      WHERE x.workspace_id = $1 AND x.id = d.request_id LIMIT 1) r ON true
    LEFT JOIN LATERAL (SELECT CASE WHEN x.deleted_at IS NOT NULL THEN 'deleted' WHEN x.enabled THEN 'on' ELSE 'off' END AS standing
      FROM webhooks x WHERE x.workspace_id = $1 AND x.id = d.webhook_id LIMIT 1) w ON true
    LEFT JOIN LATERAL (SELECT x.profile_id FROM aliases x WHERE x.workspace_id = $1 AND x.id = d.profile_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT x.id FROM profiles x
      WHERE x.workspace_id = $1 AND x.id = coalesce(a.profile_id, d.profile_id) LIMIT 1) p ON true
    LEFT JOIN LATERAL (SELECT bool_or(y.ended_at IS NULL) AS waiting, bool_or(y.state = ${DELIVERY.delivered}) AS arrived FROM (
      SELECT x.workspace_id, x.id, x.ended_at, x.state FROM deliveries x
      WHERE x.resend_of = coalesce(d.resend_of, d.id) AND x.id > coalesce(d.resend_of, d.id) LIMIT 100) y
      WHERE y.workspace_id = $1 AND y.id <> d.id) s ON true
    ORDER BY u.n`,
};

/** Looks deliveries up, in the order given; one that the workspace doesn't have is left out. */
export function lookAt(on: Connection, workspaceId: string, ids: readonly string[]): Promise<Looked[]> {
  return ids.length === 0 ? Promise.resolve([]) : on.run<Looked>(sql, [workspaceId, uuidArray(ids)]);
}

/** Why the stored request of a delivery can't be sent again; null: it can. */
export function refusal(one: Looked): Refusal | null {
  if (!one.ended)
    return { code: 'not_ended', message: "The delivery hasn't ended yet. It can be sent again once it has." };
  if (one.requestId === null)
    return {
      code: 'never_rendered',
      message: 'Nothing was ever rendered for this delivery, so there is nothing to send again.',
    };
  if (!one.stored)
    return {
      code: 'request_gone',
      message: 'The request is past its retention and was erased, so it can not be sent again.',
    };
  if (one.erasedAt !== null) {
    const day = new Date(one.erasedAt).toISOString().slice(0, 10);
    return { code: 'body_erased', message: `Its body was erased on ${day}, so there is nothing to send again.` };
  }
  if (one.batch)
    return {
      code: 'batch',
      message:
        'The request carries several profiles. Send the whole batch again from one of its deliveries, or render anew.',
    };
  return null;
}

/**
 * Why a job leaves a delivery out; null: it doesn't. Besides what can't be sent, that is what needn't be: it arrived by
 * another resend already, or one is on its way.
 */
export function refusalOfJob(one: Looked, mode: ResendMode): Refusal | null {
  const plain = mode === 'same_bytes' || !one.ended ? refusal(one) : null;
  if (plain) return plain;
  if (one.webhook === 'deleted') return { code: 'webhook_deleted', message: 'The webhook was deleted.' };
  if (one.webhook === 'off') return { code: 'webhook_off', message: 'The webhook is switched off.' };
  if (!one.profile) return { code: 'profile_gone', message: 'The profile was erased.' };
  if (one.waiting) return { code: 'under_way', message: 'It is being sent again already.' };
  if (one.arrived && one.state !== DELIVERY.delivered)
    return { code: 'arrived_since', message: 'It arrived by an earlier resend.' };
  return null;
}
