import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Stage, stage } from '../../tests/stage/database.ts';
import { routeParts } from '../../tests/stage/route-parts.ts';
import { createApiKey, createKeyCheck, SCOPES, type Scope } from '../accounts/index.ts';
import { createRenderPool } from '../flow/rendering/index.ts';
import { createDatabase } from '../platform/database/index.ts';
import { createLog } from '../platform/log.ts';
import { createSecrets } from '../platform/secrets.ts';
import { Signals } from '../platform/signals.ts';
import { createApp } from './app.ts';
import { createRateLimit } from './auth.ts';
import { marked } from './cursors.ts';
import { purgeIdempotency } from './idempotency.ts';
import { apiRoutes, startApi } from './index.ts';
import { type Route, route } from './route.ts';

let on: Stage;
let api: Awaited<ReturnType<typeof startApi>>;
let key: string;
const log = createLog('silent');
const secrets = createSecrets('a secret of these tests, of 32 characters');

beforeAll(async () => {
  on = await stage();
  key = await newKey(SCOPES);
  api = await startApi({
    database: on.database,
    clock: on.clock,
    log,
    signals: new Signals(),
    secrets,
    config: { host: '127.0.0.1', port: 0 },
  });
});
afterAll(async () => {
  await api.stop();
  await on.close();
});

async function newKey(scopes: readonly Scope[]): Promise<string> {
  const made = { workspaceId: on.workspace, name: 'test', kind: 'server', scopes, now: on.clock.now() } as const;
  return (await createApiKey(on.database, made)).key;
}

/** Calls over HTTP. An answer that isn't 2xx must be a problem. */
async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.address}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  const parsed = text === '' ? null : (JSON.parse(text) as any);
  return { status: response.status, headers: response.headers, text, body: parsed };
}

/** An application of these routes, called without a socket. */
function appOf(routes: readonly Route[], database = on.database, allow = createRateLimit()) {
  const { clock } = on;
  const renderPool = createRenderPool({ log, idleMs: 1_000 }); // nothing here renders, so no process starts
  const parts = {
    database,
    clock,
    log,
    signals: new Signals(),
    secrets,
    renderPool,
    ...routeParts(database, clock),
  };
  const checks = { key: createKeyCheck(database, clock), session: async () => null };
  const app = createApp({ parts, routes, checks, allow, publicUrl: null, trustProxy: false });
  return (method: string, url: string, payload?: object, headers: Record<string, string> = {}) =>
    app.inject({
      method: method as 'GET',
      url,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(payload && { payload }),
    });
}

const simple = { scope: 'read', tag: 'Test', summary: 'A test', answers: { 200: { description: 'It' } } } as const;

describe('errors', () => {
  it('are problems that say what, where and what to do', async () => {
    expect(await call('GET', '/api/v1/nothing?x=1')).toMatchObject({
      status: 404,
      body: { type: 'about:blank', status: 404, detail: expect.stringContaining('/api/openapi.json') },
    });
    expect(await call('POST', '/api/v1/attributes', '{"name":')).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('not JSON') },
    });
    expect(await call('POST', '/api/v1/attributes', { name: ' x', type: 'text' })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'name', message: expect.stringContaining('white space') }] },
    });
    const webhook = { name: 'x', definition: { url: 'https://a.example', headers: [{ name: 'A B', value: 'x' }] } };
    expect(await call('POST', '/api/v1/webhooks', webhook)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'definition.headers.0.name' }] },
    });
    expect(await call('POST', '/api/v1/attributes')).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'body' }] },
    });
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2'])
      expect(await call('GET', `/api/v1/attributes?${query}`)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'query.limit' }] },
      });
    // A misspelt filter would else show everything.
    for (const path of ['webhooks?limt=5', 'workspace?limt=5'])
      expect(await call('GET', `/api/v1/${path}`)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'query.limt' }] },
      });
    const latin = { 'content-type': 'application/json; charset=iso-8859-1' };
    expect((await call('POST', '/api/v1/attributes', '{}', latin)).status).toBe(415);
    expect((await call('POST', '/api/v1/attributes', ' '.repeat(1_100_000))).status).toBe(413);
    expect((await call('POST', '/api/v1/attributes', 'a=b', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await call('GET', '/api/v1/webhooks/%E0%A4%A')).status).toBe(400);
    expect((await call('GET', `/api/v1/webhooks/${'x'.repeat(400)}`)).status).toBe(414);
    expect((await call('GET', '/api/v1/webhooks/prf_01900000000070008000000000000000')).status).toBe(404);
    expect((await call('DELETE', '/api/v1/webhooks')).status).toBe(404);
  });

  it('never come from text that the database can not store, or from cursors and numbers that we never gave', async () => {
    const { body: webhook } = await call('POST', '/api/v1/webhooks', {
      name: 'a\0\ud800',
      definition: { url: 'https://a.example' },
    });
    expect(webhook.name).toBe('a\ufffd\ufffd');
    const beyond = (path: string, text: string) => {
      const made = marked({ next_cursor: Buffer.from(text).toString('base64url') }, `/api/v1/${path}`);
      return `/api/v1/${path}?cursor=${(made as { next_cursor: string }).next_cursor}`;
    };
    const calls: [string, string, unknown?][] = [
      ['GET', '/api/v1/webhooks?q=%00'],
      ['GET', beyond('attributes', '\0')],
      ['GET', beyond('webhooks', '\0')],
      ['GET', beyond(`webhooks/${webhook.id}/versions`, '99999999999999')],
      ['GET', '/api/v1/deliveries?from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z'],
      ['GET', `/api/v1/webhooks/${webhook.id}/versions/99999999999`],
      ['GET', '/api/v1/profiles?identifier=%00:%00'],
      ['PATCH', '/api/v1/attributes/%00', { identifier: true }],
      ['POST', '/api/v1/attributes', { name: 'a\0b', type: 'text' }],
      ['POST', '/api/v1/api-keys', { name: '\0', scopes: ['read'] }],
      ['POST', '/api/v1/signing-keys', { name: '\0', secret: '\0\0\0\0\0\0\0\0' }],
      ['PATCH', '/api/v1/workspace', { name: 'Default\0' }],
      ['PATCH', `/api/v1/webhooks/${webhook.id}`, { description: '\0' }],
      ['PUT', `/api/v1/webhooks/${webhook.id}/definition`, { url: 'https://a.example', body: '\0' }],
      ['POST', '/api/v1/scenarios', { name: 'x', draft: { trigger: { kind: 'event', event: '\0' } } }],
      ['POST', '/api/v1/attributes', '{"__proto__":{"a":1},"name":"p","type":"text"}'],
      ['POST', `/api/v1/webhooks/${webhook.id}/copy`, `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ];
    for (const [method, path, body] of calls) {
      const headers: Record<string, string> = method === 'POST' ? { 'idempotency-key': path } : {};
      const answer = await call(method, path, body, headers);
      expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(500);
    }
  });

  it('of ours tell nothing but where the log says more', async () => {
    const handler = async () => {
      throw new Error('password hunter2');
    };
    const answer = await appOf([route({ ...simple, method: 'GET', path: '/broken', handler })])(
      'GET',
      '/api/v1/broken',
    );
    expect(answer.statusCode).toBe(500);
    expect(answer.json().request).toBeTruthy();
    expect(answer.body).not.toContain('hunter2');
  });

  it('are 503 with Retry-After while the database is away, and health says so', async () => {
    const away = createDatabase({ connection: { host: '/nonexistent', user: 'x', database: 'x' }, max: 1 });
    const send = appOf(apiRoutes, away);
    for (const path of ['/api/v1/workspace', '/readyz']) {
      const answer = await send('GET', path);
      expect([path, answer.statusCode, answer.headers['retry-after']]).toEqual([path, 503, '1']);
    }
    expect((await send('GET', '/livez')).statusCode).toBe(200);
    expect((await appOf(apiRoutes)('GET', '/readyz')).statusCode).toBe(200);
    await away.close();
  });

  it('are 503 when the connection breaks in the middle', async () => {
    const text = 'SELECT pg_terminate_backend(pg_backend_pid())';
    const handler = async () => ({ body: await on.database.run({ name: '', text }) });
    const answer = await appOf([route({ ...simple, method: 'GET', path: '/cut', handler })])('GET', '/api/v1/cut');
    expect(answer.statusCode).toBe(503);
  });
});

describe('keys', () => {
  it('are taken as bearer or as the user name of Basic; others are told what to do', async () => {
    const basic = (name: string) => ({ authorization: `Basic ${Buffer.from(name).toString('base64')}` });
    for (const name of [`${key}:`, key, `${key}:password`])
      expect((await call('GET', '/api/v1/workspace', undefined, basic(name))).status).toBe(200);
    const wrong: Record<string, string>[] = [
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: `Bearer ${key}x` },
      { authorization: `Digest ${key}` },
      basic(''),
      basic(`:${key}`),
    ];
    for (const headers of wrong) {
      const answer = await call('GET', '/api/v1/workspace', undefined, headers);
      expect([headers, answer.status, answer.headers.get('www-authenticate')]).toEqual([headers, 401, 'Bearer']);
    }
    const refused = await call('GET', '/api/v1/workspace', undefined, {
      authorization: `Bearer ${await newKey(['ingest'])}`,
    });
    expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('"read"') } });
  });

  it('are shown once, and stop working within five seconds of being revoked', async () => {
    expect(
      await call('POST', '/api/v1/api-keys', { name: 'b', kind: 'browser', scopes: ['ingest', 'read'] }),
    ).toMatchObject({ status: 422, body: { errors: [{ field: 'scopes' }] } });
    const { body: made } = await call('POST', '/api/v1/api-keys', { name: 'short-lived', scopes: ['read'] });
    const own = { authorization: `Bearer ${made.key}` };
    expect((await call('GET', '/api/v1/workspace', undefined, own)).status).toBe(200);
    const list = await call('GET', '/api/v1/api-keys?limit=200');
    expect(list.text).not.toContain(made.key);
    expect(list.body.items.find((one: { id: string }) => one.id === made.id)).toMatchObject({
      hint: made.key.slice(-4),
      last_used_at: expect.any(String),
      revoked_at: null,
    });
    expect((await call('DELETE', `/api/v1/api-keys/${made.id}`)).status).toBe(204);
    const revoked = performance.now();
    while ((await call('GET', '/api/v1/workspace', undefined, own)).status === 200) {
      expect(performance.now() - revoked).toBeLessThan(5_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await call('GET', '/api/v1/workspace', undefined, own)).status).toBe(401);
  });

  it('have a rate of their own', async () => {
    const handler = async () => ({ body: 1 });
    const app = [route({ ...simple, method: 'GET', path: '/one', handler })];
    const send = appOf(app, on.database, createRateLimit(2));
    const other = { authorization: `Bearer ${await newKey(['read'])}` };
    await Promise.all([send('GET', '/api/v1/one'), send('GET', '/api/v1/one')]);
    const refused = await send('GET', '/api/v1/one');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    expect((await send('GET', '/api/v1/one', undefined, other)).statusCode).toBe(200);
  });
});

describe('Idempotency-Key', () => {
  const kept = () =>
    on.database.run<{ all: string }>({ name: '', text: 'SELECT k::text AS all FROM idempotency_keys k' });
  const post = (name: string, idempotency: string) =>
    call('POST', '/api/v1/api-keys', { name, scopes: ['read'] }, { 'idempotency-key': idempotency });

  it('gives the same answer again, other content a refusal, and keeps no secret in the open', async () => {
    const first = await post('once', 'k1');
    const again = await post('once', 'k1');
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect((await post('other', 'k1')).status).toBe(422);
    expect((await post('once', 'x'.repeat(201))).status).toBe(400);
    const { items } = (await call('GET', '/api/v1/api-keys?limit=200')).body;
    expect(items.filter((one: { name: string }) => one.name === 'once')).toHaveLength(1);
    const rows = JSON.stringify(await kept());
    expect(rows).toContain('k1');
    expect(rows).not.toContain(first.body.key);
    expect(rows).not.toContain(Buffer.from(first.text).toString('base64'));
  });

  it('is free again after a refusal, and busy while the first is under way', async () => {
    const bad = { name: 'y', definition: { url: 'ftp://a.example' } };
    const header = { 'idempotency-key': 'k2' };
    expect((await call('POST', '/api/v1/webhooks', bad, header)).status).toBe(422);
    const good = { name: 'y', definition: { url: 'https://a.example' } };
    expect((await call('POST', '/api/v1/webhooks', good, header)).status).toBe(201);

    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    let runs = 0;
    const handler = async () => {
      runs++;
      entered.resolve();
      await gate.promise;
      return { body: { runs } };
    };
    const send = appOf([route({ ...simple, method: 'POST', path: '/slow', body: z.object({}), handler })]);
    const first = send('POST', '/api/v1/slow', {}, { 'idempotency-key': 'k3' });
    await Promise.all([
      first.then(
        () => {},
        () => {},
      ),
      entered.promise.then(async () => {
        expect((await send('POST', '/api/v1/slow', {}, { 'idempotency-key': 'k3' })).statusCode).toBe(409);
        gate.resolve();
      }),
    ]);
    expect((await first).json()).toEqual({ runs: 1 });
    expect((await send('POST', '/api/v1/slow', {}, { 'idempotency-key': 'k3' })).json()).toEqual({ runs: 1 });
  });

  it('stays taken when the work was done but its answer could not be kept', async () => {
    let runs = 0;
    const handler = async () => {
      runs++;
      // What seals answers can't seal this one: the work is done all the same.
      return { body: { toJSON: () => BigInt(1) } };
    };
    const send = appOf([route({ ...simple, method: 'POST', path: '/done', body: z.object({}), handler })]);
    expect((await send('POST', '/api/v1/done', {}, { 'idempotency-key': 'k4' })).statusCode).toBe(500);
    expect((await send('POST', '/api/v1/done', {}, { 'idempotency-key': 'k4' })).statusCode).toBe(409);
    expect(runs).toBe(1);
  });

  it('is forgotten after 24 hours', async () => {
    await post('day', 'k5');
    await purgeIdempotency(on.database, on.clock.now() + 86_000_000);
    expect((await kept()).length).toBeGreaterThan(0);
    await purgeIdempotency(on.database, on.clock.now() + 86_401_000);
    expect(await kept()).toEqual([]);
  });
});

it('lists page by cursor: each once, in order', async () => {
  const names = Array.from({ length: 7 }, (_, i) => `page ${i}`);
  for (const name of names) await call('POST', '/api/v1/attributes', { name, type: 'text' });
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const path = `/api/v1/attributes?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { body }: { body: { items: { name: string }[]; next_cursor: string | null } } = await call('GET', path);
    expect(body.items.length).toBeLessThanOrEqual(3);
    seen.push(...body.items.map((one) => one.name));
    cursor = body.next_cursor;
  }
  expect(seen.filter((name) => name.startsWith('page'))).toEqual(names);
  expect(new Set(seen).size).toBe(seen.length);
  const first = (await call('GET', '/api/v1/attributes?limit=1')).body.next_cursor;
  const elsewhere = await call('GET', `/api/v1/api-keys?cursor=${encodeURIComponent(first)}`);
  expect(elsewhere).toMatchObject({ status: 400, body: { errors: [{ field: 'query.cursor' }] } });
});

it('OpenAPI 3.1 holds every route; references lead somewhere, operation ids are unique', async () => {
  const { body, headers } = await call('GET', '/api/openapi.json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body.openapi).toBe('3.1.0');
  const operations = Object.values(body.paths).flatMap((path) => Object.values(path as object));
  expect(operations).toHaveLength(apiRoutes.length);
  expect(new Set(operations.map((one) => one.operationId)).size).toBe(operations.length);
  const refs = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  expect(refs.length).toBeGreaterThan(0);
  // biome-ignore lint/suspicious/noExplicitAny: walks through any document
  const at = (path: string) => path.split('/').reduce((value: any, part) => value?.[part], body);
  for (const path of refs) expect(at(path), path).toBeTypeOf('object');
  const create = body.paths['/api/v1/webhooks'].post.requestBody.content['application/json'].schema;
  expect(create.properties.definition.required).toEqual(['url']);
});

it('stopping takes no more, and lets what is under way end', async () => {
  const own = await startApi({
    database: on.database,
    clock: on.clock,
    log,
    signals: new Signals(),
    secrets,
    config: { host: '127.0.0.1', port: 0 },
  });
  const lock = await on.database.connect();
  await lock.query('BEGIN; LOCK TABLE attributes');
  const headers = { authorization: `Bearer ${key}` };
  const waiting = fetch(`${own.address}/api/v1/attributes`, { headers });
  const locked = "SELECT 1 FROM pg_locks WHERE relation = 'attributes'::regclass AND NOT granted";
  while ((await on.database.run({ name: '', text: locked })).length === 0);
  const began = performance.now();
  const stopped = own.stop();
  await lock.query('COMMIT');
  await lock.end();
  expect((await waiting).status).toBe(200);
  await stopped;
  expect(performance.now() - began).toBeLessThan(5_000);
  const { port } = new URL(own.address);
  const refused = new Promise((resolve, reject) => {
    connect(Number(port), '127.0.0.1').on('connect', reject).on('error', resolve);
  });
  expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
});
