import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { routeParts } from '../../../tests/stage/route-parts.ts';
import { createApiKey, createKeyCheck, SCOPES } from '../../accounts/index.ts';
import { createRenderPool, type RenderPool } from '../../flow/rendering/index.ts';
import { parse } from '../../platform/ids.ts';
import { createLog } from '../../platform/log.ts';
import { createSecrets } from '../../platform/secrets.ts';
import { Signals } from '../../platform/signals.ts';
import { createWebhookCache } from '../../webhooks/index.ts';
import { createApp } from '../app.ts';
import { webhookVersionRoutes } from './webhook-versions.ts';
import { webhookRoutes } from './webhooks.ts';
import { workspaceRoutes } from './workspace.ts';

let on: Stage;
let app: FastifyInstance;
let pool: RenderPool;
let key: string;
const secrets = createSecrets('a secret of these tests, of 32 characters');

beforeAll(async () => {
  on = await stage();
  const { database, clock } = on;
  const log = createLog('silent');
  pool = createRenderPool({ size: 1, log });
  const made = { workspaceId: on.workspace, name: 't', kind: 'server', scopes: SCOPES, now: clock.now() } as const;
  key = (await createApiKey(database, made)).key;
  app = createApp({
    parts: {
      database,
      clock,
      log,
      signals: new Signals(),
      secrets,
      renderPool: pool,
      ...routeParts(database, clock),
    },
    routes: [...webhookRoutes, ...webhookVersionRoutes, ...workspaceRoutes],
    checks: { key: createKeyCheck(database, clock), session: async () => null },
    allow: () => true,
    publicUrl: null,
    trustProxy: false,
  });
});
afterAll(async () => {
  await app.close();
  await pool.stop();
  await on.close();
});

async function call(method: string, url: string, payload?: object) {
  const response = await app.inject({
    method: method as 'GET',
    url: `/api/v1${url}`,
    headers: { authorization: `Bearer ${key}` },
    ...(payload && { payload }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
  return { status: response.statusCode, body: response.body ? (JSON.parse(response.body) as any) : null };
}
const url = 'https://api.example/hooks';
const create = (name: string, definition: object = {}, extra: object = {}) =>
  call('POST', '/webhooks', { name, definition: { url, ...definition }, ...extra });
const secret = (value: string | null) => ({ headers: [{ name: 'Authorization', value, secret: true }] });

/** What delivery would send, by the webhook's id. */
async function sent(id: string) {
  const webhookId = parse('webhook', id)!;
  const cache = createWebhookCache(on.database, secrets);
  return (await cache.current([{ workspaceId: on.workspace, webhookId }], 1)).get(webhookId);
}
const version = async () =>
  (await on.database.run<{ version: number }>({ name: '', text: 'SELECT version FROM definitions' }))[0]!.version;

it('a webhook is made with a key that stays, a lane and a first version; each change is told', async () => {
  let before = await version();
  const told = async () => {
    const now = await version();
    const moved = now > before;
    before = now;
    return moved;
  };
  const { status, body: made } = await create('Élan & Co: Orders!');
  expect([status, made.key, made.version, made.enabled]).toEqual([201, 'elan-co-orders', 1, true]);
  expect(await told()).toBe(true);
  const lanes = 'SELECT 1 FROM lanes WHERE workspace_id = $1 AND webhook_id = $2';
  expect(await on.database.run({ name: '', text: lanes }, [on.workspace, parse('webhook', made.id)])).toHaveLength(1);
  const at = `/webhooks/${made.id}`;
  const changed = await call('PATCH', at, { name: 'Other', description: 'Sends orders', enabled: false });
  expect(changed.body).toMatchObject({ key: 'elan-co-orders', name: 'Other', enabled: false, version: 1 });
  expect(await told()).toBe(true);
  expect((await call('PUT', `${at}/definition`, { url, body: '{"a":1}' })).body).toMatchObject({
    version: 2,
    definition: { body: '{"a":1}' },
  });
  expect(await told()).toBe(true);
  expect((await call('GET', `${at}/versions`)).body.items.map((one: { version: number }) => one.version)).toEqual([
    2, 1,
  ]);
  expect((await call('GET', `${at}/versions/1`)).body).toMatchObject({ version: 1, definition: { body: '' } });
  expect((await call('GET', `${at}/versions/3`)).status).toBe(404);
  expect((await call('DELETE', at)).status).toBe(204);
  expect(await told()).toBe(true);
  expect((await sent(made.id))?.deleted).toBe(true);
  expect((await call('PUT', `${at}/definition`, { url })).status).toBe(409);
  const ids = async (query: string) =>
    (await call('GET', `/webhooks?${query}`)).body.items.map((one: { id: string }) => one.id);
  expect(await ids('limit=200')).not.toContain(made.id);
  expect(await ids('deleted=true&q=ORDERS')).toEqual([made.id]);
  expect((await call('PATCH', at, { name: 'While it is deleted' })).status).toBe(409);
  expect((await call('POST', `${at}/restore`)).body.deleted_at).toBeNull();
  expect(await ids('q=sends+orders')).toEqual([made.id]);
  expect(await ids('q=%25')).toEqual([]);
});

it('keys are unique, deleted ones included; made-up ones get a number', async () => {
  expect((await create('Twin')).body.key).toBe('twin');
  expect((await create('Twin')).body.key).toBe('twin-2');
  expect(await create('Third', {}, { key: 'twin' })).toMatchObject({
    status: 409,
    body: { errors: [{ field: 'key' }] },
  });
  expect((await create('日本')).body.key).toBe('webhook');
  expect((await create('Bad', {}, { key: 'Has Space' })).status).toBe(422);
  const many = await Promise.all(Array.from({ length: 8 }, () => create('At once')));
  expect(new Set(many.map((one) => one.body.key)).size).toBe(8);
});

it('faults name the field; templates and paths their place', async () => {
  const faults: [object, string, RegExp][] = [
    [{ url: 'http://api.example' }, 'url', /allow_http/],
    [{ url: 'ftp://api.example' }, 'url', /https/],
    [{ url: '{{ customer.url }}' }, 'url', /placeholders/],
    [{ url: 'https://{{ customer.host }}/x' }, 'url', /placeholders/],
    [{ url: 'https://api.example:{{ port }}/x' }, 'url', /placeholders/],
    [{ url: 'https://api.example{% if a %}.evil.example{% endif %}/' }, 'url', /placeholders/],
    [{ url: 'https://ann:pw@api.example/' }, 'url', /make a credential/],
    [{ url: 'https://api.example\\@evil.example/' }, 'url', /make a credential/],
    [{ url: 'https:///x' }, 'url', /host/],
    [{ url: 'https://a b/' }, 'url', /read/],
    [{ method: 'GET', body: 'x' }, 'body', /GET/],
    [{ headers: [{ name: 'Content-Length', value: '1' }] }, 'headers.0.name', /Handoff/],
    [{ headers: [{ name: 'My Header', value: '1' }] }, 'headers.0.name', /spaces/],
    [{ headers: [{ name: 'A', value: 'x\r\nB: y' }] }, 'headers.0.value', /line break/],
    [{ headers: ['A', 'a'].map((name) => ({ name, value: '1' })) }, 'headers.1.name', /twice/],
    [{ headers: [{ name: 'A', value: '', secret: true }] }, 'headers.0.value', /needs a value/],
    [{ headers: [{ name: 'A', value: null }] }, 'headers.0.value', /secret/],
    [{ body: '{"a":\n "{% nosuch %}"}' }, 'body', /line 2, column \d+: .*nosuch/],
    [{ url: `${url}/{% if %}` }, 'url', /line 1, column/],
    [{ mapping: [{ path: '$.a[', attribute: 'x' }] }, 'mapping.0.path', /./],
    [{ signing: { key: 'sgk_01900000000070008000000000000000' } }, 'signing.key', /workspace/],
    [{ retry: 'sometimes' }, 'retry', /./],
  ];
  const existing = (await create('Sound')).body.id;
  for (const [definition, field, message] of faults) {
    const made = await create('Faulty', definition);
    expect(made, JSON.stringify(definition)).toMatchObject({ status: 422 });
    const found = made.body.errors.find((one: { field: string }) => one.field === `definition.${field}`);
    expect(found?.message, JSON.stringify([definition, made.body.errors])).toMatch(message);
    const put = await call('PUT', `/webhooks/${existing}/definition`, { url, ...definition });
    expect(put.body.errors.map((one: { field: string }) => one.field)).toContain(field);
  }
  expect((await call('GET', `/webhooks/${existing}`)).body.version).toBe(1);
  expect((await call('GET', '/webhooks?q=Faulty')).body.items).toEqual([]);
  expect((await call('PATCH', '/workspace', { allow_http: true })).status).toBe(200);
  expect((await create('Plain', { url: 'http://api.example' })).status).toBe(201);
});

it('a secret header is never shown, and kept by a new version that gives it back as it was shown', async () => {
  const value = 'Bearer s3cret-value';
  const { body: made } = await create('Secretive', secret(value));
  const at = `/webhooks/${made.id}`;
  expect(made.definition.headers).toEqual([{ name: 'Authorization', value: null, secret: true }]);
  const changed = await call('PUT', `${at}/definition`, { ...made.definition, body: 'new' });
  expect(changed.status).toBe(200);
  const copy = await call('POST', `${at}/copy`);
  for (const path of [at, '/webhooks', `${at}/versions`, `${at}/versions/1`, `/webhooks/${copy.body.id}`])
    expect(JSON.stringify((await call('GET', path)).body)).not.toContain('s3cret');
  for (const id of [made.id, copy.body.id])
    expect(await sent(id)).toMatchObject({ definition: { body: 'new' }, secretHeaders: [['Authorization', value]] });
  const rows = await on.database.run({
    name: '',
    text: "SELECT definition, encode(secrets, 'escape') FROM webhook_versions",
  });
  expect(JSON.stringify(rows)).not.toContain('s3cret');

  await call('PUT', `${at}/definition`, { url, ...secret('Bearer second') });
  expect((await sent(made.id))?.secretHeaders).toEqual([['Authorization', 'Bearer second']]);
  expect((await sent(copy.body.id))?.secretHeaders).toEqual([['Authorization', value]]);
});

it('a kept secret goes to the origin that it was given for and to no other', async () => {
  const { body: made } = await create('Bound', secret('Bearer s3cret-value'));
  const put = (definition: object) => call('PUT', `/webhooks/${made.id}/definition`, definition);
  for (const other of ['https://evil.example/hooks', 'https://api.example:8443/hooks', 'http://api.example/hooks']) {
    const refused = await put({ url: other, ...secret(null) });
    expect(refused, other).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'headers.0.value', message: expect.stringContaining('https://api.example') }] },
    });
  }
  expect((await put({ url, headers: [{ name: 'X-Other', value: null, secret: true }] })).body).toMatchObject({
    errors: [{ field: 'headers.0.value' }],
  });
  expect((await put({ url: 'https://API.example:443/else', ...secret(null) })).status).toBe(200);
  expect((await put({ url: 'https://evil.example/', ...secret('for them') })).status).toBe(200);
  expect((await sent(made.id))?.secretHeaders).toEqual([['Authorization', 'for them']]);
});
