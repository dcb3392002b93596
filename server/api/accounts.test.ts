import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../tests/stage/handoff.ts';
import { createLink, firstLink, firstWorkspace, type Role } from '../accounts/index.ts';

const PASSWORD = 'correct horse battery';
let h: Handoff;
beforeAll(async () => {
  h = await startHandoff();
});
afterAll(() => h.stop());

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, on = h) {
  const response = await fetch(`${on.url}${path}`, {
    method,
    headers: { origin: on.url, ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    cookies: response.headers.getSetCookie(),
    body: text === '' ? null : JSON.parse(text),
  };
}
const sql = <Row>(text: string, values: unknown[] = []) => h.stage.database.run<Row>({ name: '', text }, values);
const cookieOf = (made: { cookies: string[] }) => made.cookies.map((one) => one.split(';')[0]).join('; ');
const me = (cookie: string) => call('GET', '/api/v1/me', undefined, { cookie });

async function invitation(email: string, role: Role = 'viewer', on = h): Promise<string> {
  const { database, clock } = on.stage;
  const workspaceId = await firstWorkspace(database);
  return (await createLink(database, { workspaceId, kind: 'invite', email, role, now: clock.now() })).token;
}
async function person(email: string, role: Role): Promise<string> {
  const made = await call('POST', '/api/session/link', {
    token: await invitation(email, role),
    name: role,
    password: PASSWORD,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(204);
  return cookieOf(made);
}

describe('an account is made whole or not at all', () => {
  const nothing = async () => [
    ...(await sql('SELECT 1 FROM people')),
    ...(await sql('SELECT 1 FROM credentials')),
    ...(await sql('SELECT 1 FROM sessions')),
    ...(await sql('SELECT 1 FROM members')),
  ];

  test('when the connection dies between the person and the membership', async () => {
    const token = (await firstLink({ database: h.stage.database, clock: h.stage.clock }))!;
    const who = { token, name: 'Ada', email: 'ada@example.com', password: PASSWORD };
    const holder = await h.stage.database.connect();
    await holder.query('BEGIN; LOCK TABLE members IN EXCLUSIVE MODE');
    const trying = call('POST', '/api/session/link', who);
    const waiting = await h.until('the sign-up to come to the membership', async () => {
      const { rows } = await holder.query(
        "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'members'::regclass",
      );
      return rows[0];
    });
    await holder.query('SELECT pg_terminate_backend($1)', [waiting.pid]);
    expect((await trying).status).toBe(503);
    await holder.query('ROLLBACK');
    await holder.end();
    expect(await nothing()).toEqual([]);
    // The link is as good as before.
    expect((await call('POST', '/api/session/link', who)).status).toBe(204);
    expect(await sql('SELECT 1 FROM members')).toHaveLength(1);
  });

  test('when the membership is refused', async () => {
    const token = await invitation('bea@example.com');
    await sql("ALTER TABLE members ADD CONSTRAINT never CHECK (role <> 'viewer') NOT VALID");
    const who = { token, name: 'Bea', password: PASSWORD };
    expect((await call('POST', '/api/session/link', who)).status).toBe(500);
    await sql('ALTER TABLE members DROP CONSTRAINT never');
    expect(await sql("SELECT 1 FROM people WHERE email = 'bea@example.com'")).toEqual([]);
    expect((await call('POST', '/api/session/link', who)).status).toBe(204);
  });

  test('of two links for one email, one makes the account, and the other stays', async () => {
    const tokens = [await invitation('cy@example.com')];
    const { database, clock } = h.stage;
    const workspaceId = (await h.addWorkspace('other')).id;
    const other = { workspaceId, kind: 'invite', email: 'cy@example.com', role: 'viewer', now: clock.now() } as const;
    tokens.push((await createLink(database, other)).token);
    const tries = await Promise.all(
      tokens.map((token) => call('POST', '/api/session/link', { token, name: 'Cy', password: PASSWORD })),
    );
    expect(tries.map((one) => one.status).sort()).toEqual([204, 409]);
    expect(await sql("SELECT 1 FROM people WHERE email = 'cy@example.com'")).toHaveLength(1);
  });
});

describe('sessions', () => {
  test('a new one at every sign-in, and the one before it ends', async () => {
    const first = await person('rot@example.com', 'viewer');
    const again = await call(
      'POST',
      '/api/session',
      { email: 'rot@example.com', password: PASSWORD },
      { cookie: first },
    );
    const second = cookieOf(again);
    expect(second).not.toBe(first);
    expect((await me(second)).body.person.email).toBe('rot@example.com');
    expect((await me(first)).status).toBe(401);
    // One that came without a session leaves the others alone.
    await call('POST', '/api/session', { email: 'rot@example.com', password: PASSWORD });
    expect((await me(second)).status).toBe(200);
  });

  test('a token that was planted before is worth nothing afterwards', async () => {
    const planted = 'handoff.session_token=planted.c2lnbmVk';
    await person('plant@example.com', 'viewer');
    const made = await call(
      'POST',
      '/api/session',
      { email: 'plant@example.com', password: PASSWORD },
      { cookie: planted },
    );
    expect(made.status).toBe(204);
    expect(cookieOf(made)).not.toContain('planted');
    expect((await me(planted)).status).toBe(401);
  });

  test('their tokens are kept as hashes', async () => {
    const cookie = await person('hash@example.com', 'viewer');
    const token = decodeURIComponent(cookie.split('=')[1]!).split('.')[0]!;
    expect(token.length).toBeGreaterThan(20);
    expect(await sql('SELECT 1 FROM sessions s WHERE position($1 in s::text) > 0', [token])).toEqual([]);
    expect(
      await sql("SELECT 1 FROM sessions WHERE token = encode(sha256(convert_to($1, 'UTF8')), 'hex')", [token]),
    ).toHaveLength(1);
    // What stands in the table is no token.
    const [row] = await sql<{ token: string }>(
      'SELECT token FROM sessions s JOIN people p ON p.id = s."userId" WHERE p.email = $1',
      ['hash@example.com'],
    );
    expect((await me(cookie.replace(token, row!.token))).status).toBe(401);
  });

  test('an old one is prolonged, and one whose time is over ends', async () => {
    const cookie = await person('old@example.com', 'viewer');
    const age = (days: number) =>
      sql(
        `UPDATE sessions s SET "expiresAt" = now() + $2 * interval '1 day' FROM people p WHERE p.id = s."userId" AND p.email = $1`,
        ['old@example.com', days],
      );
    const left = async () =>
      (
        await sql<{ days: number }>(
          `SELECT extract(day FROM s."expiresAt" - now())::int AS days FROM sessions s JOIN people p ON p.id = s."userId" WHERE p.email = $1`,
          ['old@example.com'],
        )
      )[0]!.days;
    await age(5);
    expect((await me(cookie)).status).toBe(200);
    expect(await left()).toBeGreaterThanOrEqual(29);
    await age(-1);
    await h.until('the end', async () => (await me(cookie)).status === 401);
  });
});

test("a change of somebody's role holds at once, and so does a removal", async () => {
  const boss = await person('boss@example.com', 'administrator');
  const cookie = await person('up@example.com', 'viewer');
  const make = () => call('POST', '/api/v1/scenarios', { name: 'S' }, { cookie }).then((answer) => answer.status);
  expect(await make()).toBe(403);
  const { body } = await call('GET', '/api/v1/people', undefined, { cookie: boss });
  const { id } = body.items.find((one: { email: string }) => one.email === 'up@example.com');
  const change = (role: Role) => call('PATCH', `/api/v1/people/${id}`, { role }, { cookie: boss });
  expect((await change('marketer')).status).toBe(204);
  expect(await make()).toBe(201);
  expect((await change('viewer')).status).toBe(204);
  expect(await make()).toBe(403);
  expect((await call('DELETE', `/api/v1/people/${id}`, undefined, { cookie: boss })).status).toBe(204);
  expect(await make()).toBe(401);
});

describe('behind a proxy that speaks https', () => {
  let behind: Handoff;
  beforeAll(async () => {
    behind = await startHandoff({ publicUrl: 'https://handoff.example', trustProxy: 1 });
  });
  afterAll(() => behind.stop());
  const origin = { origin: 'https://handoff.example', host: 'handoff.example', 'sec-fetch-site': 'same-origin' };

  test('cookies are Secure, by name too, and let in', async () => {
    const token = await invitation('sec@example.com', 'viewer', behind);
    const made = await call('POST', '/api/session/link', { token, name: 'S', password: PASSWORD }, origin, behind);
    expect(made.status, JSON.stringify(made.body)).toBe(204);
    for (const cookie of made.cookies) {
      expect(cookie).toMatch(/^__Secure-handoff\./);
      for (const mark of [/; Secure/, /; HttpOnly/, /; SameSite=Lax/, /; Path=\//]) expect(cookie).toMatch(mark);
      expect(cookie).not.toMatch(/Domain=/);
    }
    const cookie = cookieOf(made);
    expect((await call('GET', '/api/v1/me', undefined, { cookie }, behind)).status).toBe(200);
    // Under plain http the name is another one, so that a page without https can't set it.
    const plain = await person('plain@example.com', 'viewer');
    expect(plain).toMatch(/^handoff\./);
  });

  test('wrong tries are counted by the address that the proxy names, and by no other', async () => {
    const wrong = (on: Handoff, from: string) =>
      call('GET', '/api/session/link?token=wrong', undefined, { 'x-forwarded-for': from }, on).then(
        (one) => one.status,
      );
    for (let i = 0; i < 30; i++) expect(await wrong(behind, '192.0.2.1')).toBe(410);
    expect(await wrong(behind, '192.0.2.1')).toBe(429);
    expect(await wrong(behind, '192.0.2.2')).toBe(410);
    // What stands further left was written by the caller.
    expect(await wrong(behind, '192.0.2.77, 192.0.2.1')).toBe(429);
    // Without a proxy before us nobody is believed.
    for (let i = 0; i < 30; i++) expect(await wrong(h, `192.0.2.${i}`)).toBe(410);
    expect(await wrong(h, '192.0.2.77')).toBe(429);
  });
});
