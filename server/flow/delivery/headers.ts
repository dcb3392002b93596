import { HIDDEN } from '../../../shared/secret-names.ts';
import { deliveryHeaders, isUnder } from '../../connections/index.ts';
import { type Trouble, trouble } from '../../platform/errors.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import type { StoredRequest } from './item.ts';

/** The headers of one attempt. */
export interface AttemptHeaders {
  /** The request's own, without those that something added takes the place of. */
  own: [string, string][];
  /** Id, key and signature, and public headers of the credential. */
  added: [string, string][];
  /** Those with secret values, which leave only in the request itself. */
  secret: [string, string][];
  /** `secret` with its values hidden. */
  hidden: [string, string][];
}

/** What of a webhook says as whom its requests are sent. */
export type Sender = Pick<LoadedWebhook, 'definition' | 'secretHeaders' | 'credential'>;

/**
 * Why a request must not go out with its webhook's credential; null when it may, or needs none. Fails closed: it is not
 * sent without one either, since the receiver may take it for somebody else's.
 */
export function credentialTrouble({ definition, credential }: Sender, url: string): Trouble | null {
  if (definition.credential === undefined) return null;
  if (!credential)
    return trouble(
      'permanent',
      'no_credential',
      'Nothing was sent: the credential that the webhook names does not exist. Choose another one in the webhook.',
    );
  if (isUnder(credential.prefix, url)) return null;
  return trouble(
    'permanent',
    'outside_prefix',
    `Nothing was sent: the URL does not lie under ${credential.prefix}, which the credential "${credential.name}" is for.`,
  );
}

/**
 * What an attempt sends, in this order: own, added, secret. What is added stands in place of a header of the same name.
 * Throws when the request is to be signed and there is no secret. `at` in ms.
 */
export function headersOf(
  webhook: Sender,
  request: Pick<StoredRequest, 'headers' | 'body' | 'messageId' | 'idempotencyKey'>,
  signingSecrets: readonly string[],
  at: number,
): AttemptHeaders {
  const { scheme, header } = webhook.definition.signing;
  const signed = deliveryHeaders({
    scheme,
    header,
    secrets: signingSecrets,
    messageId: request.messageId,
    idempotencyKey: request.idempotencyKey,
    timestampMs: at,
    body: request.body ?? new Uint8Array(0),
  });
  const { headers = [], secretHeaders = [] } = webhook.credential ?? {};
  const added = [...signed, ...headers];
  const theirs = new Set([...headers, ...secretHeaders].map(([name]) => name.toLowerCase()));
  const secret = [...webhook.secretHeaders.filter(([name]) => !theirs.has(name.toLowerCase())), ...secretHeaders];
  return {
    own: without(request.headers, [...added, ...secret]),
    added,
    secret,
    hidden: secret.map(([name]) => [name, HIDDEN]),
  };
}

function without(headers: readonly [string, string][], others: readonly [string, string][]): [string, string][] {
  const taken = others.map(([name]) => name.toLowerCase());
  return headers.filter(([name]) => !taken.includes(name.toLowerCase()));
}

/** The id and the key that every attempt of a delivery carries. */
export function namesOf(deliveryId: string): { messageId: string; idempotencyKey: string } {
  const name = deliveryId.replaceAll('-', '');
  return { messageId: `msg_${name}`, idempotencyKey: `dlv_${name}` };
}

/** A URL as it may be shown: with the names of what is added to its query when it is sent. */
export function shownUrl(url: string, { credential }: Sender): string {
  const more = (credential?.secretQuery ?? []).map(([name]) => `${encodeURIComponent(name)}=${HIDDEN}`).join('&');
  return more === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${more}`;
}
