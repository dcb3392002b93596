import type { FastifyRequest } from 'fastify';
import type { Caller, Scope } from '../accounts/index.ts';
import { Problem } from './problem.ts';

/** The API key of a request: a bearer token, or the user name of Basic (as tracking clients send it). Null without one. */
export function keyOf(request: FastifyRequest): string | null {
  const header = request.headers.authorization ?? '';
  const [scheme, rest] = [
    header.slice(0, header.indexOf(' ')).toLowerCase(),
    header.slice(header.indexOf(' ') + 1).trim(),
  ];
  if (scheme === 'bearer') return rest || null;
  if (scheme !== 'basic') return null;
  const text = Buffer.from(rest, 'base64').toString('utf8');
  const cut = text.indexOf(':');
  return (cut < 0 ? text : text.slice(0, cut)) || null;
}

/** Finds the caller and checks its scope; throws a 401 or 403 that says what to do. Fails closed. */
export async function authorise(
  request: FastifyRequest,
  check: (key: string) => Promise<Caller | null>,
  scope: Scope,
): Promise<Caller> {
  const key = keyOf(request);
  if (key === null)
    throw new Problem(
      401,
      'An API key is needed: send it as "Authorization: Bearer KEY", or as the user name of Basic authentication.',
    );
  const caller = await check(key);
  if (!caller)
    throw new Problem(401, 'This API key does not exist or was revoked. Make a new one, or check for a typing error.');
  if (!caller.scopes.includes(scope))
    throw new Problem(403, `This API key may not do that: it lacks the scope "${scope}".`);
  return caller;
}

const RATE = 10_000;
const MAX_BUCKETS = 10_000;

/**
 * A token bucket a key: 10,000 requests a second, as many at once. Fails open (a new process or a full map starts with
 * full buckets): it guards against a runaway client, it doesn't sell a quota.
 */
export function createRateLimit(rate = RATE): (keyId: string) => boolean {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (keyId) => {
    const now = performance.now();
    let bucket = buckets.get(keyId);
    if (!bucket) {
      if (buckets.size >= MAX_BUCKETS) buckets.clear();
      bucket = { tokens: rate, at: now };
      buckets.set(keyId, bucket);
    }
    bucket.tokens = Math.min(rate, bucket.tokens + ((now - bucket.at) / 1000) * rate);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  };
}
