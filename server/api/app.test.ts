import { connect } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { apiStage, simple } from '../../tests/stage/api.ts';
import { createDatabase } from '../platform/database/index.ts';
import { marked } from './cursors.ts';
import { apiRoutes } from './index.ts';
import { route } from './route.ts';

const { on, key, call, appOf, start, close } = await apiStage();
afterAll(close);

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
  const own = await start();
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
