import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** How requests are signed; see shared/webhook.ts. */
export type SigningScheme = 'standard-webhooks' | 'customer.io' | 'sha256' | 'none';

export interface SignatureInput {
  scheme: SigningScheme;
  /** Newest first; two while a key is rotating. */
  secrets: readonly string[];
  /** Name of the signature's header; used by the scheme sha256 alone. */
  header: string;
  messageId: string;
  /** Seconds since the epoch. */
  timestampSeconds: number;
  body: Uint8Array | null;
}

const NO_BODY = Buffer.alloc(0);
const PREFIX = 'whsec_';

/** A new signing secret: 32 random bytes, written as Standard Webhooks does. */
export function newSigningSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/**
 * The headers of a signature over exactly these bytes.
 * - `standard-webhooks` (standardwebhooks.com, v1): HMAC-SHA256 of `id.timestamp.body`, one signature a secret.
 * - `customer.io` (their "securely verify requests"): hex HMAC-SHA256 of `v0:timestamp:body`.
 * - `sha256`: hex HMAC-SHA256 of the body, as `sha256=…`.
 * The last two have room for one signature: the newest secret's. Throws without a secret: a request that should be signed
 * never goes out unsigned.
 */
export function sign(input: SignatureInput): [string, string][] {
  const { scheme, secrets, messageId, timestampSeconds } = input;
  if (scheme === 'none') return [];
  const newest = secrets[0];
  if (newest === undefined) throw new Error(`There is no signing key to sign the request ${messageId} with`);
  const body = input.body ?? NO_BODY;
  switch (scheme) {
    case 'standard-webhooks': {
      const head = `${messageId}.${timestampSeconds}.`;
      const signatures = secrets.map(
        (secret) => `v1,${createHmac('sha256', keyOf(secret, 'standard')).update(head).update(body).digest('base64')}`,
      );
      return [
        ['webhook-timestamp', String(timestampSeconds)],
        ['webhook-signature', signatures.join(' ')],
      ];
    }
    case 'customer.io': {
      const signature = createHmac('sha256', keyOf(newest, 'plain'))
        .update(`v0:${timestampSeconds}:`)
        .update(body)
        .digest('hex');
      return [
        ['X-CIO-Timestamp', String(timestampSeconds)],
        ['X-CIO-Signature', signature],
      ];
    }
    case 'sha256':
      return [[input.header, `sha256=${createHmac('sha256', keyOf(newest, 'plain')).update(body).digest('hex')}`]];
  }
}

export interface DeliveryHeadersInput extends Omit<SignatureInput, 'timestampSeconds'> {
  idempotencyKey: string;
  /** When this attempt starts, ms since the epoch; every attempt is signed anew. */
  timestampMs: number;
}

/**
 * Every header that an attempt carries besides the webhook's own: `webhook-id` and `Idempotency-Key` (the same with every
 * attempt, whatever the scheme), and the signature.
 */
export function deliveryHeaders(input: DeliveryHeadersInput): [string, string][] {
  const headers: [string, string][] = [
    ['webhook-id', input.messageId],
    ['Idempotency-Key', input.idempotencyKey],
  ];
  if (input.scheme === 'customer.io') headers.push(['X-CIO-Idempotency-Key', input.idempotencyKey]);
  headers.push(...sign({ ...input, timestampSeconds: Math.floor(input.timestampMs / 1000) }));
  return headers;
}

/**
 * Whether a secret that someone brings may be used, as a sentence, or null when it may. Secrets below eight characters
 * could not be hidden in what endpoints send back.
 */
export function secretProblem(secret: string): string | null {
  if (secret.length < 8 || secret.length > 512) return 'A signing secret must have 8 to 512 characters';
  if (!secret.startsWith(PREFIX)) return null;
  const text = secret.slice(PREFIX.length);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '') || bytes.length < 16)
    return `A signing secret that begins with ${PREFIX} must go on with at least 16 bytes in base64`;
  return null;
}

const MOST_KEYS = 1_000;
const keys = new Map<string, KeyObject>();

/** The key of a secret, kept: making one takes five times as long as signing with it. */
function keyOf(secret: string, kind: 'standard' | 'plain'): KeyObject {
  const name = `${kind} ${secret}`;
  let key = keys.get(name);
  if (!key) {
    if (keys.size >= MOST_KEYS) keys.clear();
    const coded = kind === 'standard' && secret.startsWith(PREFIX);
    key = createSecretKey(coded ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret));
    keys.set(name, key);
  }
  return key;
}
