import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { deliveryHeaders, newSigningSecret, type SigningScheme, secretProblem, sign } from './signing.ts';

const body = Buffer.from('{"name":"Zoë","n":1.10}');
const now = Date.now();
function headersOf(scheme: SigningScheme, secrets: string[], content: Buffer | null = body): Record<string, string> {
  return Object.fromEntries(
    deliveryHeaders({
      scheme,
      secrets,
      header: 'X-Hub-Signature-256',
      messageId: 'dlv_1',
      idempotencyKey: 'key-1',
      timestampMs: now,
      body: content,
    }),
  );
}

describe('standard webhooks', () => {
  test('the reference library accepts it, with the old and the new secret while rotating', () => {
    const [newer, older] = [newSigningSecret(), newSigningSecret()];
    const headers = headersOf('standard-webhooks', [newer, older]);
    for (const secret of [newer, older])
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(`${body}`));
    expect(() => new Webhook(newSigningSecret()).verify(body, headers)).toThrow();
    expect(() => new Webhook(newer).verify(Buffer.from(`${body} `), headers)).toThrow();
    expect(() => new Webhook(newer).verify(body, { ...headers, 'webhook-id': 'dlv_2' })).toThrow();
  });

  test('a secret without prefix is taken as it is written, and an empty body is signed too', () => {
    const headers = headersOf('standard-webhooks', ['a plain secret'], null);
    expect(() => new Webhook('a plain secret', { format: 'raw' }).verify('', headers)).not.toThrow();
  });
});

test('customer.io', () => {
  const headers = headersOf('customer.io', ['newest secret', 'older secret']);
  const seconds = String(Math.floor(now / 1000));
  expect(headers).toEqual({
    'webhook-id': 'dlv_1',
    'Idempotency-Key': 'key-1',
    'X-CIO-Idempotency-Key': 'key-1',
    'X-CIO-Timestamp': seconds,
    'X-CIO-Signature': createHmac('sha256', 'newest secret').update(`v0:${seconds}:${body}`).digest('hex'),
  });
});

test('plain sha256, against a published vector', () => {
  // GitHub's documented example for X-Hub-Signature-256.
  const [header] = sign({
    scheme: 'sha256',
    secrets: ["It's a Secret to Everybody"],
    header: 'X-Hub-Signature-256',
    messageId: 'm',
    timestampSeconds: 0,
    body: Buffer.from('Hello, World!'),
  });
  expect(header).toEqual([
    'X-Hub-Signature-256',
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  ]);
});

test('none: only the id and the key', () => {
  expect(headersOf('none', [])).toEqual({ 'webhook-id': 'dlv_1', 'Idempotency-Key': 'key-1' });
});

test.each(['standard-webhooks', 'customer.io', 'sha256'] as const)(
  '%s without a secret is never sent unsigned',
  (scheme) => {
    expect(() => headersOf(scheme, [])).toThrow('no signing key');
  },
);

test('secrets that people bring', () => {
  expect(secretProblem(newSigningSecret())).toBeNull();
  expect(secretProblem('long enough')).toBeNull();
  expect(secretProblem('short')).toMatch(/8 to 512/);
  expect(secretProblem('whsec_not base64!!')).toMatch(/base64/);
  expect(secretProblem('whsec_AAAA')).toMatch(/16 bytes/);
});
