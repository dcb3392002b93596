import { timingSafeEqual } from 'node:crypto';
import { type SigningScheme, sign } from '../connections/index.ts';

/** How a request was signed, and whether it was by one of the secrets; all null when it wasn't signed. */
export interface Checked {
  scheme: SigningScheme | null;
  valid: boolean | null;
}

/** Checks the signature of a request, over its whole body, against the secrets of a workspace. */
export function checkSignature(
  headers: readonly [string, string][],
  body: Uint8Array,
  secrets: readonly string[],
): Checked {
  const values = new Map(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const found = signed(values);
  if (!found) return { scheme: null, valid: null };
  const { scheme, header, time, given } = found;
  const valid = secrets.some((secret) => {
    const made = sign({
      scheme,
      secrets: [secret],
      header,
      messageId: values.get('webhook-id') ?? '',
      timestampSeconds: time,
      body,
    });
    const own = made.at(-1)![1];
    return given.some((one) => same(one, own));
  });
  return { scheme, valid };
}

function signed(values: ReadonlyMap<string, string>) {
  const standard = values.get('webhook-signature');
  if (standard !== undefined)
    return {
      scheme: 'standard-webhooks' as const,
      header: '',
      time: Number(values.get('webhook-timestamp')),
      given: standard.split(' ').slice(0, 10),
    };
  const customer = values.get('x-cio-signature');
  if (customer !== undefined)
    return {
      scheme: 'customer.io' as const,
      header: '',
      time: Number(values.get('x-cio-timestamp')),
      given: [customer],
    };
  for (const [header, value] of values)
    if (/^sha256=[0-9a-f]{64}$/i.test(value))
      return { scheme: 'sha256' as const, header, time: 0, given: [value.toLowerCase()] };
  return null;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
