import type { LoadedWebhook } from '../../webhooks/index.ts';
import type { Lane } from './lanes.ts';

/** Learns from a lane's webhook, as it is now, where the lane sends to and whether in batches. */
export function learn(lane: Lane, webhook: LoadedWebhook | undefined): void {
  lane.origin = originOf(webhook) ?? lane.id;
  const batch = webhook?.definition.batch;
  const form = batch ? { size: batch.size, waitMs: batch.wait_ms } : null;
  // A lane that had batches may hold some that were sent, whatever its webhook is now.
  if (form !== null || lane.batches !== null) lane.batches = { form, lookAt: [0, 0] };
}

/** Scheme, host and port of a webhook's URL, when they hold no placeholder. */
function originOf(webhook: LoadedWebhook | undefined): string | null {
  return webhook
    ? (/^https?:\/\/[^/?#{}%]+(?=[/?#]|$)/i.exec(webhook.definition.url)?.[0].toLowerCase() ?? null)
    : null;
}
