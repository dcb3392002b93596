import { createRedactor, type Redactor, withoutScheme } from '../../connections/index.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';

const redactors = new WeakMap<LoadedWebhook, { key: string; redactor: Redactor }>();

/** Hides the webhook's secret header values (also without their scheme), its credential's and the signing secrets. */
export function redactorOf(webhook: LoadedWebhook, signingSecrets: readonly string[]): Redactor {
  const key = signingSecrets.join(' ');
  const known = redactors.get(webhook);
  if (known?.key === key) return known.redactor;
  const redactor = createRedactor([
    ...webhook.secretHeaders.flatMap(([, value]) => [value, withoutScheme(value)]),
    ...(webhook.credential?.secrets ?? []),
    ...signingSecrets,
  ]);
  redactors.set(webhook, { key, redactor });
  return redactor;
}

/** Whether a value is a secret, or holds one: such a value is never mapped. */
function holdsSecret(value: unknown, redactor: Redactor): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((inner) => holdsSecret(inner, redactor));
  return value !== undefined && redactor.isSecret(String(value));
}

/** What was mapped, without values that are a secret of the webhook: those are refused. */
export function withoutSecrets<Change extends { attribute: string; value?: unknown }>(
  { changes, refused }: { changes: readonly Change[]; refused: readonly { attribute: string; reason: string }[] },
  redactor: Redactor,
): { changes: Change[]; refused: { attribute: string; reason: string }[] } {
  const secret = new Set(changes.filter(({ value }) => holdsSecret(value, redactor)));
  const reason = 'The value is a secret of this webhook.';
  return {
    changes: changes.filter((change) => !secret.has(change)),
    refused: [...[...secret].map(({ attribute }) => ({ attribute, reason })), ...refused],
  };
}
