import type { Clock } from '../../platform/clock.ts';
import type { Database, Sql } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { CLASS } from '../../schema/index.ts';
import { copyDeliveries } from './resending/copy.ts';
import { lookAt, refusal, refusalOfJob } from './resending/look.ts';

/** The new delivery, or why there is none. `anew`: it is rendered anew, as it was one of a batch. */
export type Resent = { ok: true; id: string; anew: boolean } | Refused;
export interface Refused {
  ok: false;
  missing: boolean;
  message: string;
}

const MISSING = { ok: false, missing: true, message: 'There is no such delivery in this workspace.' } as const;

/**
 * Sends an ended delivery's request once more: a new delivery with the first one's id header, key and bytes, due at once.
 * One of a batch goes as a batch of one, rendered anew, under an id and a key of its own. The caller then raises the
 * signal `lane_queue`.
 */
export function resendDelivery(database: Database, clock: Clock, workspaceId: string, id: string): Promise<Resent> {
  return database.transaction(async (tx): Promise<Resent> => {
    const [one] = await lookAt(tx, workspaceId, [id]);
    if (!one) return MISSING;
    const reason = one.batch && one.ended ? refusalOfJob(one, 'render_anew') : refusal(one);
    if (reason !== null) return { ok: false, missing: false, message: reason.message };
    const now = clock.now();
    const made = newId(now);
    const how = one.batch ? { request: null, group: made } : { request: { of: one.requestId!, id: newId(now) } };
    await copyDeliveries(tx, workspaceId, [{ of: id, id: made, ...how, dueAt: now }], CLASS.live, now);
    return { ok: true, id: made, anew: one.batch };
  });
}

const membersSql: Sql = {
  name: 'resend-batch',
  text: 'SELECT r.id, r.members FROM requests r WHERE r.workspace_id = $1 AND r.id = $2 LIMIT 1',
};

/**
 * Sends the request of a batch once more, for all of its profiles: new deliveries that share its id header, key and
 * bytes. `id`: one of its deliveries. Refused while one of them hasn't ended.
 */
export function resendBatch(
  database: Database,
  clock: Clock,
  workspaceId: string,
  id: string,
): Promise<{ ok: true; ids: string[] } | Refused> {
  return database.transaction(async (tx): Promise<{ ok: true; ids: string[] } | Refused> => {
    const [one] = await lookAt(tx, workspaceId, [id]);
    if (!one) return MISSING;
    const refuse = (message: string): Refused => ({ ok: false, missing: false, message });
    const [request] = one.requestId
      ? await tx.run<{ id: string; members: string[] | null }>(membersSql, [workspaceId, one.requestId])
      : [];
    if (!request?.members) {
      const reason = refusal(one);
      return refuse(reason?.message ?? 'It was sent alone, in no batch. Send this delivery again.');
    }
    const members = await lookAt(tx, workspaceId, request.members);
    if (members.length < request.members.length)
      return refuse('Some deliveries of the batch are past their retention, so it can not be sent again as it was.');
    for (const member of members) {
      const reason = refusal({ ...member, requestId: request.id, stored: true, erasedAt: one.erasedAt, batch: false });
      if (reason !== null) return refuse(`One of the batch's ${members.length} deliveries: ${reason.message}`);
    }
    const now = clock.now();
    const copy = { of: request.id, id: newId(now) };
    const copies = members.map((member) => ({ of: member.id, id: newId(now), request: copy, dueAt: now }));
    await copyDeliveries(tx, workspaceId, copies, CLASS.live, now);
    return { ok: true, ids: copies.map((made) => made.id) };
  });
}
