import { deliveryHeaders } from '../../connections/index.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import type { StoredRequest } from './item.ts';

/** The value of a secret header wherever it is shown. */
export const HIDDEN = '•••';

/** The headers of one attempt. */
export interface AttemptHeaders {
  /** The request's own, without those that something added takes the place of. */
  own: [string, string][];
  /** Id, key and signature. */
  added: [string, string][];
  /** Those with secret values, which leave only in the request itself. */
  secret: [string, string][];
  /** `secret` with its values hidden. */
  hidden: [string, string][];
}

/**
 * What an attempt sends, in this order: own, added, secret. What is added stands in place of a header of the same name.
 * Throws when the request is to be signed and there is no secret. `at` in ms.
 */
export function headersOf(
  webhook: Pick<LoadedWebhook, 'definition' | 'secretHeaders'>,
  request: Pick<StoredRequest, 'headers' | 'body' | 'messageId' | 'idempotencyKey'>,
  signingSecrets: readonly string[],
  at: number,
): AttemptHeaders {
  const { scheme, header } = webhook.definition.signing;
  const added = deliveryHeaders({
    scheme,
    header,
    secrets: signingSecrets,
    messageId: request.messageId,
    idempotencyKey: request.idempotencyKey,
    timestampMs: at,
    body: request.body ?? new Uint8Array(0),
  });
  const secret = webhook.secretHeaders;
  const taken = new Set([...added, ...secret].map(([name]) => name.toLowerCase()));
  return {
    own: request.headers.filter(([name]) => !taken.has(name.toLowerCase())),
    added,
    secret,
    hidden: secret.map(([name]) => [name, HIDDEN]),
  };
}

/** The id and the key that every attempt of a delivery carries. */
export function namesOf(deliveryId: string): { messageId: string; idempotencyKey: string } {
  const name = deliveryId.replaceAll('-', '');
  return { messageId: `msg_${name}`, idempotencyKey: `dlv_${name}` };
}
