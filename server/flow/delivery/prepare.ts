import { newId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import { DELIVERY } from '../../schema/index.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import { failureText, type RenderJob, type RenderResult } from '../rendering/index.ts';
import type { Loaded } from './context.ts';
import { namesOf } from './headers.ts';
import type { Item, StoredRequest } from './item.ts';
import type { Outcome } from './outcome.ts';
import type { Ready } from './presend.ts';

export interface PrepareParts {
  log: Log;
  now(): number;
  render(jobs: RenderJob[]): Promise<RenderResult[]>;
}

/** After our own trouble: short, and it uses up no try. */
export const PUT_BACK_MS = 1_000;

/**
 * Makes requests for items: the stored one, or a fresh one rendered now. What can't be rendered ends here. Throws when
 * the renderer does: nothing was decided then.
 */
export async function prepare(
  loaded: readonly Loaded[],
  stored: ReadonlyMap<string, StoredRequest>,
  webhooks: ReadonlyMap<string, LoadedWebhook>,
  parts: PrepareParts,
): Promise<{ ready: Ready[]; ended: Outcome[] }> {
  const ready: Ready[] = [];
  const ended: Outcome[] = [];
  const render: { one: Loaded; webhook: LoadedWebhook; context: string }[] = [];
  for (const one of loaded) {
    const webhook = webhooks.get(one.details.webhookId);
    const { requestId } = one.item;
    if (!webhook || webhook.deleted)
      ended.push(endOf(one, DELIVERY.cancelled, 'webhook_deleted', 'The webhook was deleted.'));
    else if (!webhook.enabled)
      ended.push(endOf(one, DELIVERY.cancelled, 'webhook_off', 'The webhook is switched off.'));
    else if (one.context === null)
      ended.push(endOf(one, DELIVERY.cancelled, 'profile_gone', 'The profile was erased.'));
    else if (requestId === null) render.push({ one, webhook, context: one.context });
    else {
      const request = stored.get(requestId);
      // Never rendered anew: a repetition has the same bytes, or there is none.
      if (!request) ended.push(endOf(one, DELIVERY.failed, 'request_gone', 'The stored request was erased.'));
      else ready.push({ ...one, request, fresh: false, timeoutMs: webhook.definition.timeout_ms });
    }
  }
  if (render.length === 0) return { ready, ended };
  const results = await parts.render(
    render.map(({ webhook: { id, version, definition }, context }) => ({
      webhook: { id, version, definition },
      context,
    })),
  );
  for (const [i, result] of results.entries()) {
    const { one, webhook } = render[i]!;
    if (result.ok) {
      const request = freshRequest(one.item, webhook, result.request, parts.now());
      ready.push({ ...one, request, fresh: true, timeoutMs: webhook.definition.timeout_ms });
      continue;
    }
    const { class: cls, code, message } = result.trouble;
    if (cls === 'ours' || cls === 'deferred') {
      parts.log.warn({ delivery: one.item.deliveryId, code }, 'a request could not be rendered and is repeated');
      ended.push(putBack(one, parts.now() + PUT_BACK_MS, code, message));
    } else ended.push(endOf(one, result.skipped ? DELIVERY.skipped : DELIVERY.failed, code, failureText(result)));
  }
  return { ready, ended };
}

function freshRequest(
  item: Item,
  webhook: LoadedWebhook,
  rendered: Pick<StoredRequest, 'method' | 'url' | 'headers' | 'body'>,
  now: number,
): StoredRequest {
  return {
    ...rendered,
    id: newId(now),
    webhookVersion: webhook.version,
    ...namesOf(item.deliveryId),
  };
}

type One = Pick<Outcome, 'item' | 'details'>;

/** The end of a delivery for which no attempt was made. */
export function endOf(one: One, state: number, code: string, message: string): Outcome {
  const { item, details } = one;
  const reason = { code, message };
  return {
    item,
    details,
    end: { state },
    tries: item.tries,
    reason,
    requestId: item.requestId,
    attempt: null,
    changes: [],
    refused: [],
  };
}

/** Back to the queue, due at `dueAt` (ms), without using up a try. */
export function putBack(one: One, dueAt: number, code: string, message: string): Outcome {
  const state = one.item.tries > 0 ? DELIVERY.retrying : DELIVERY.queued;
  return { ...endOf(one, state, code, message), end: { state, dueAt } };
}
