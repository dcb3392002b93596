import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../tests/stage/handoff.ts';
import { sampleOf } from '../../tests/stage/sample.ts';
import { createLink, firstLink, firstWorkspace, may, ROLE_NAMES, type Role } from '../accounts/index.ts';
import { actionOf } from './auth.ts';
import { apiRoutes } from './index.ts';

let h: Handoff;
beforeAll(async () => {
  h = await startHandoff();
});
afterAll(() => h.stop());

interface Called {
  status: number;
  cookie: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  body: any;
}
async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Called> {
  const response = await fetch(`${h.url}${path}`, {
    method,
    headers: { origin: h.url, ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    cookie: response.headers.getSetCookie()[0] ?? null,
    body: text === '' ? null : response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text,
  };
}

const PASSWORD = 'correct horse battery';
const parts = () => ({ database: h.stage.database, clock: h.stage.clock });

/** A new person of a role; returns the cookie. */
async function person(role: Role, email: string): Promise<string> {
  const { database, clock } = parts();
  const workspaceId = await firstWorkspace(database);
  const link = await createLink(database, { workspaceId, kind: 'invite', email, role, now: clock.now() });
  const made = await call('POST', '/api/session/link', { token: link.token, name: role, password: PASSWORD });
  expect(made.status, JSON.stringify(made.body)).toBe(204);
  return made.cookie!.split(';')[0]!;
}

describe('links', () => {
  test('the first one makes an administrator, once, and reading it does not use it up', async () => {
    const token = (await firstLink(parts()))!;
    for (let i = 0; i < 3; i++) {
      const read = await call('GET', `/api/session/link?token=${token}`);
      expect(read).toMatchObject({ status: 200, body: { kind: 'first', role: 'administrator', needs_profile: true } });
    }
    const who = { token, name: 'Ada', email: 'Ada@Example.com', password: PASSWORD };
    const tries = await Promise.all([call('POST', '/api/session/link', who), call('POST', '/api/session/link', who)]);
    expect(tries.map((one) => one.status).sort()).toEqual([204, 410]);
    const cookie = tries.find((one) => one.status === 204)!.cookie!;
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const me = await call('GET', '/api/v1/me', undefined, { cookie: cookie.split(';')[0]! });
    expect(me.body.person).toMatchObject({ name: 'Ada', email: 'ada@example.com', role: 'administrator' });
    expect(await firstLink(parts())).toBeNull();
  });

  test('an old one, a wrong one and a short password are refused', async () => {
    const { database, clock } = parts();
    const workspaceId = await firstWorkspace(database);
    const made = { workspaceId, kind: 'sign_in', email: 'ada@example.com', role: 'administrator' } as const;
    const old = await createLink(database, { ...made, now: clock.now() - 3_600_001 });
    expect((await call('GET', `/api/session/link?token=${old.token}`)).status).toBe(410);
    expect((await call('POST', '/api/session/link', { token: 'wrong' })).status).toBe(410);
    const link = await createLink(database, { ...made, kind: 'invite', email: 'new@example.com', now: clock.now() });
    const short = await call('POST', '/api/session/link', { token: link.token, name: 'N', password: 'short' });
    expect(short).toMatchObject({ status: 422, body: { errors: [{ field: 'password' }] } });
  });

  test('one for the locked-out sets a new password and ends the other sessions', async () => {
    const cookie = await person('viewer', 'lost@example.com');
    const { database, clock } = parts();
    const workspaceId = await firstWorkspace(database);
    const made = { workspaceId, kind: 'sign_in', email: 'lost@example.com', role: 'viewer' } as const;
    const link = await createLink(database, { ...made, now: clock.now() });
    const done = await call('POST', '/api/session/link', { token: link.token, password: 'another good one' });
    expect(done.status).toBe(204);
    expect((await call('POST', '/api/session', { email: 'lost@example.com', password: PASSWORD })).status).toBe(401);
    expect(
      (await call('POST', '/api/session', { email: 'lost@example.com', password: 'another good one' })).status,
    ).toBe(204);
    await h.until(
      'the old session to end',
      async () => (await call('GET', '/api/v1/me', undefined, { cookie })).status === 401,
    );
  });
});

describe('sessions', () => {
  test('begin with a password and end with signing out', async () => {
    await person('viewer', 'in-out@example.com');
    const signedIn = await call('POST', '/api/session', { email: 'In-Out@example.com', password: PASSWORD });
    const cookie = signedIn.cookie!.split(';')[0]!;
    expect((await call('GET', '/api/v1/me', undefined, { cookie })).status).toBe(200);
    expect((await call('DELETE', '/api/session', undefined, { cookie })).status).toBe(204);
    expect((await call('GET', '/api/v1/me', undefined, { cookie })).status).toBe(401);
  });

  test('wrong passwords are throttled by email', async () => {
    await person('viewer', 'slow@example.com');
    const wrong = () => call('POST', '/api/session', { email: 'slow@example.com', password: 'not this one' });
    const answers = await Promise.all(Array.from({ length: 12 }, wrong));
    expect(answers.filter((one) => one.status === 401)).toHaveLength(5);
    expect(answers.filter((one) => one.status === 429)).toHaveLength(7);
    expect((await call('POST', '/api/session', { email: 'slow@example.com', password: PASSWORD })).status).toBe(429);
  });

  test('writes from other pages are refused, and so are those that do not say where they come from', async () => {
    const cookie = await person('administrator', 'origin@example.com');
    const write = (headers: Record<string, string>) =>
      fetch(`${h.url}/api/v1/workspace`, {
        method: 'PATCH',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: '{"name":"Default"}',
      }).then((response) => response.status);
    expect(await write({ origin: 'https://evil.example' })).toBe(403);
    expect(await write({})).toBe(403);
    expect(await write({ origin: 'null' })).toBe(403);
    expect(await write({ origin: h.url, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await write({ origin: h.url })).toBe(200);
    expect((await call('POST', '/api/session', {}, { origin: 'https://evil.example' })).status).toBe(403);
    const track = await fetch(`${h.url}/v1/track`, {
      method: 'POST',
      headers: { cookie, origin: h.url, 'content-type': 'application/json' },
      body: '{"userId":"u","event":"E"}',
    });
    expect(track.status).toBe(401);
  });
});

describe('roles', () => {
  test('every route asks for its action: who may not gets a 403 that says whom to ask', async () => {
    const cookies = new Map<Role, string>();
    for (const role of ROLE_NAMES) cookies.set(role, await person(role, `${role}@example.com`));
    const wrong: string[] = [];
    for (const route of apiRoutes) {
      const needs = actionOf(route);
      const path = `/api/v1${route.path.replace(/\{\w+\}/g, 'nothing')}`;
      const body = route.body ? sampleOf(route.body) : undefined;
      for (const role of ROLE_NAMES) {
        if (may(role, needs)) {
          // Reading is let; what writes is not tried by all, since it would end what the others need.
          if (route.method !== 'GET') continue;
          const allowed = await call(route.method, path, body, { cookie: cookies.get(role)! });
          if (allowed.status === 401 || allowed.status === 403)
            wrong.push(`${role} ${path}: ${allowed.status}, and may`);
          continue;
        }
        const answer = await call(route.method, path, body, { cookie: cookies.get(role)! });
        if (answer.status !== 403 || !/Ask someone who is/.test(answer.body.detail))
          wrong.push(`${role} ${route.method} ${path}: ${answer.status}`);
      }
      const nobody = await call(route.method, path, body);
      if (nobody.status !== 401) wrong.push(`nobody ${route.method} ${path}: ${nobody.status}`);
    }
    expect(wrong).toEqual([]);
  });

  test('a developer makes no key that manages people', async () => {
    const cookie = await person('developer', 'dev2@example.com');
    const make = (scopes: string[]) => call('POST', '/api/v1/api-keys', { name: 'k', scopes }, { cookie });
    expect((await make(['read', 'admin'])).status).toBe(403);
    expect((await make(['read', 'webhooks'])).status).toBe(201);
  });

  test('the last administrator stays one', async () => {
    const cookie = (await call('POST', '/api/session', { email: 'ada@example.com', password: PASSWORD })).cookie!.split(
      ';',
    )[0]!;
    const { body } = await call('GET', '/api/v1/people', undefined, { cookie });
    const others = body.items.filter(
      (one: { email: string; role: string }) => one.role === 'administrator' && one.email !== 'ada@example.com',
    );
    for (const { id } of others)
      expect((await call('DELETE', `/api/v1/people/${id}`, undefined, { cookie })).status).toBe(204);
    const ada = body.items.find((one: { email: string }) => one.email === 'ada@example.com');
    expect((await call('PATCH', `/api/v1/people/${ada.id}`, { role: 'viewer' }, { cookie })).status).toBe(409);
    expect((await call('DELETE', `/api/v1/people/${ada.id}`, undefined, { cookie })).status).toBe(409);
  });

  test('a marketer edits a webhook but not where it goes', async () => {
    const definition = {
      url: 'https://example.com/a',
      headers: [{ name: 'X-Key', value: 'a secret value', secret: true }],
    };
    const made = await h.api('POST', '/webhooks', { name: 'W', definition });
    const marketer = await person('marketer', 'm2@example.com');
    const put = (changed: object) =>
      call(
        'PUT',
        `/api/v1/webhooks/${made.body.id}/definition`,
        { ...made.body.definition, ...changed },
        { cookie: marketer },
      );
    expect((await put({ body: '{"a":1}' })).status).toBe(200);
    expect((await put({ url: 'https://evil.example/' })).status).toBe(403);
    expect((await put({ signing: { scheme: 'none' } })).status).toBe(403);
    expect((await put({ headers: [{ name: 'X-Key', value: 'mine', secret: true }] })).status).toBe(403);
    expect((await call('POST', '/api/v1/webhooks', { name: 'X', definition }, { cookie: marketer })).status).toBe(403);
    const shown = (await h.api('GET', `/webhooks/${made.body.id}`)).body.definition;
    const send = (changed: object, webhook: object = { webhook: made.body.id }) =>
      call('POST', '/api/v1/webhooks/test', { definition: { ...shown, ...changed }, ...webhook }, { cookie: marketer });
    expect((await send({ url: 'https://evil.example/' })).status).toBe(403);
    expect((await send({}, {})).status).toBe(403);
  });
});

test('the audit log says who changed what, once, and holds no secret', async () => {
  await h.api('POST', '/webhooks', {
    name: 'Audited',
    definition: { url: 'https://example.com/', headers: [{ name: 'X-Key', value: 'never-in-the-log', secret: true }] },
  });
  const log = (await h.api('GET', '/audit')).body;
  expect(log.items[0]).toMatchObject({ actor: { kind: 'key' }, thing: 'webhooks', fields: ['name', 'definition'] });
  expect(JSON.stringify(log)).not.toContain('never-in-the-log');
  const once = { headers: { 'idempotency-key': 'audited-once' } };
  for (let i = 0; i < 3; i++) await h.api('POST', '/api-keys', { name: 'once', scopes: ['read'] }, once);
  const keys = (await h.api('GET', '/audit')).body.items.filter((one: { thing: string }) => one.thing === 'api-keys');
  expect(keys.length - log.items.filter((one: { thing: string }) => one.thing === 'api-keys').length).toBe(1);
  const [row] = await h.stage.database.run({
    name: '',
    text: "SELECT 1 FROM audit a WHERE a::text LIKE '%never-in-the-log%'",
  });
  expect(row).toBeUndefined();
});
