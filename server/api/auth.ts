import type { FastifyRequest } from 'fastify';
import { type Action, type Caller, leastRole, type Member, may, type Scope, scopesOf } from '../accounts/index.ts';
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

/** Checks keys and sessions. */
export interface Checks {
  key(key: string): Promise<Caller | null>;
  session(cookie: string): Promise<Member | null>;
}

/** What a call needs: a scope of a key, an action of a person's role. */
export interface Needs {
  method: string;
  scope: Scope;
  action: Action;
}

/** The action that a route asks of people when it names none. */
export function actionOf(route: { method: string; scope: Scope; action?: Action }): Action {
  if (route.action) return route.action;
  if (route.method === 'GET' && route.scope !== 'admin') return 'read';
  return ACTION_OF[route.scope];
}

const ACTION_OF: Record<Scope, Action> = {
  ingest: 'ingest',
  read: 'read',
  profiles: 'edit_profiles',
  webhooks: 'edit_webhooks',
  scenarios: 'edit_scenarios',
  deliveries: 'resend',
  admin: 'edit_workspace',
};

/**
 * Finds the caller, by API key or else by session cookie, and checks what it may; throws a 401 or 403 that says what to
 * do. Fails closed.
 */
export async function authorise(request: FastifyRequest, checks: Checks, needs: Needs): Promise<Caller> {
  const key = keyOf(request);
  if (key === null) return bySession(request, checks, needs);
  const caller = await checks.key(key);
  if (!caller)
    throw new Problem(401, 'This API key does not exist or was revoked. Make a new one, or check for a typing error.');
  if (!caller.scopes.includes(needs.scope))
    throw new Problem(403, `This API key may not do that: it lacks the scope "${needs.scope}".`);
  return caller;
}

async function bySession(request: FastifyRequest, checks: Checks, { method, action }: Needs): Promise<Caller> {
  const { cookie } = request.headers;
  const member = cookie?.includes('handoff.') ? await checks.session(cookie) : null;
  if (!member)
    throw new Problem(
      401,
      'Sign in, or send an API key as "Authorization: Bearer KEY" or as the user name of Basic authentication.',
    );
  if (method !== 'GET') assertSameOrigin(request);
  const { workspaceId, id, name, email, role } = member;
  if (!may(role, action)) {
    const doing = action.replaceAll('_', ' ');
    throw new Problem(403, `Your role (${role}) may not ${doing}. Ask someone who is ${leastRole(action)}.`);
  }
  return { workspaceId, keyId: id, name, scopes: scopesOf(role), keyKind: 'server', person: { id, email, role } };
}

/**
 * Refuses what another site's page made a browser send. Fails closed: a browser says where a write comes from, and one
 * that doesn't isn't believed.
 */
export function assertSameOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  if (site === undefined && origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  throw new Problem(403, 'This came from a page of another site, so nothing was changed.');
}

/** Whether the caller may do something besides what the route asked for: a key may, a person by role. */
export function mayAlso(caller: Caller, action: Action): boolean {
  return caller.person === null || may(caller.person.role, action);
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
