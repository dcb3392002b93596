import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { CLASS } from '../../schema/index.ts';
import { copyDeliveries } from './resending/copy.ts';
import { lookAt, refusal } from './resending/look.ts';

/** The new delivery, or why there is none. */
export type Resent = { ok: true; id: string } | { ok: false; missing: boolean; message: string };

/**
 * Sends an ended delivery's request once more: a new delivery with the first one's id header, key and bytes, due at once.
 * The caller then raises the signal `lane_queue`.
 */
export function resendDelivery(database: Database, clock: Clock, workspaceId: string, id: string): Promise<Resent> {
  return database.transaction(async (tx): Promise<Resent> => {
    const [one] = await lookAt(tx, workspaceId, [id]);
    if (!one) return { ok: false, missing: true, message: 'There is no such delivery in this workspace.' };
    const reason = refusal(one);
    if (reason !== null) return { ok: false, missing: false, message: reason.message };
    const now = clock.now();
    const made = newId(now);
    const request = { of: one.requestId!, id: newId(now) };
    await copyDeliveries(tx, workspaceId, [{ of: id, id: made, request, dueAt: now }], CLASS.live, now);
    return { ok: true, id: made };
  });
}
