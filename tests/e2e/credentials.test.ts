import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { startReceiver } from '../stage/receiver.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  h = await startHandoff();
  // Echoes all it gets, as a careless server does.
  receiver = await startReceiver({
    fallback: (request, response) => {
      response.writeHead(request.path.includes('refused') ? 401 : 200, { 'x-echo': encodeURIComponent(request.url) });
      response.end(
        JSON.stringify({ url: request.url, headers: request.headers, first: request.headers.authorization }),
      );
    },
  });
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

let n = 0;
const make = async (auth: object, prefix = `${receiver.url}/api`) => {
  const made = await h.api('POST', '/credentials', { name: `Credential ${++n}`, prefix, auth });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const definitionOf = (credential: string, path = '/api/call?a=1') => ({
  url: `${receiver.url}${path}`,
  body: '{}',
  credential,
  mapping: [{ path: '$.first', attribute: 'stolen' }],
});

/** Everything that the database holds, as text. */
async function everything(): Promise<string> {
  const run = <Row>(text: string) => h.stage.database.run<Row>({ name: '', text });
  const tables = await run<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await run<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    // Bodies stand there in hex.
    for (const { row } of rows)
      texts.push(
        row,
        row.replace(/\\x([0-9a-f]*)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1')),
      );
  }
  return texts.join('\n');
}

const SECRETS = [
  'pass-word-1234',
  'ZGV2X2tleV8xMjM0OnBhc3Mtd29yZC0xMjM0',
  'token-1234567',
  'query-key-98765',
  'very-hidden-42',
];

test('each kind arrives at the receiver, and never in an answer, a record or the database', async () => {
  const cases: [
    auth: object,
    arrived: (r: { url: string; headers: Record<string, string> }) => unknown,
    want: unknown,
  ][] = [
    [
      { kind: 'basic', username: 'dev_key_1234', password: 'pass-word-1234' },
      (r) => r.headers.authorization,
      `Basic ${Buffer.from('dev_key_1234:pass-word-1234').toString('base64')}`,
    ],
    [{ kind: 'bearer', token: 'token-1234567' }, (r) => r.headers.authorization, 'Bearer token-1234567'],
    [
      { kind: 'api_key', in: 'query', name: 'api key', value: 'query-key-98765' },
      (r) => r.url,
      '/api/call?a=1&api%20key=query-key-98765',
    ],
    [
      {
        kind: 'headers',
        headers: [
          { name: 'X-App', value: 'shop', secret: false },
          { name: 'Proxy-Authorization', value: 'very-hidden-42' },
        ],
      },
      (r) => [r.headers['x-app'], r.headers['proxy-authorization']],
      ['shop', 'very-hidden-42'],
    ],
  ];
  const shown: string[] = [];
  const keep = (body: unknown) => shown.push(JSON.stringify(body));
  for (const [auth, arrived, want] of cases) {
    const credential = await make(auth);
    keep(credential);
    const definition = definitionOf(credential.id);
    const webhook = await h.api('POST', '/webhooks', { name: 'W', definition });
    expect(webhook.status, JSON.stringify(webhook.body)).toBe(201);
    const draft = {
      trigger: { kind: 'event', event: `E${n}` },
      start: 'call',
      steps: [{ id: 'call', kind: 'webhook', webhook: webhook.body.id }],
    };
    const scenario = (await h.api('POST', '/scenarios', { name: 'S', draft })).body.id;
    await h.api('POST', `/scenarios/${scenario}/publish`);
    const before = receiver.requests.length;
    await h.track('track', { userId: 'ada', event: `E${n}` });
    const delivery = await h.until('the delivery', async () => {
      const { items } = (await h.api('GET', `/deliveries?webhook=${webhook.body.id}&state=delivered`)).body;
      return items[0];
    });
    expect(arrived(receiver.requests[before]!)).toEqual(want);
    keep((await h.api('GET', `/deliveries/${delivery.id}`)).body);
    keep((await h.api('GET', `/profiles/${delivery.profile}`)).body);
    keep((await h.api('POST', '/webhooks/preview', { definition })).body);
    keep((await h.api('POST', '/webhooks/test', { definition })).body);
    const tested = await h.api('POST', `/credentials/${credential.id}/test`, { path: '/me' });
    expect(tested.body).toMatchObject({ ok: true, status: 200, url: `${receiver.url}/api/me` });
    keep(tested.body);
    const refused = await h.api('POST', `/credentials/${credential.id}/test`, { path: 'refused' });
    expect(refused.body).toMatchObject({ ok: false, status: 401 });
    expect(receiver.requests.slice(before).map((r) => r.path)).toEqual([
      '/api/call',
      '/api/call',
      '/api/me',
      '/api/refused',
    ]);
  }
  keep((await h.api('GET', '/credentials')).body);
  keep((await h.api('GET', '/audit')).body);
  const all = shown.join('\n') + (await everything());
  expect(all).toContain('Credential 1');
  expect(all).toContain('[redacted]');
  for (const secret of SECRETS) expect(all.includes(secret), secret).toBe(false);
});

test('credentials go to their prefix alone', async () => {
  const { id } = await make({ kind: 'bearer', token: 'token-1234567' });
  const refusedFor = async (path: string) => {
    const { status, body } = await h.api('POST', '/webhooks', { name: 'W', definition: definitionOf(id, path) });
    return [status, body.errors?.[0].field];
  };
  for (const path of [
    '/apis',
    '/other',
    '/api/../other',
    '/api{{ customer.id }}',
    '/{{ customer.id }}/api',
    '/api/%2e%2e/x',
    '/api/..%2fx',
  ])
    expect([path, ...(await refusedFor(path))]).toEqual([path, 422, 'definition.url']);
  for (const path of ['/api', '/api/', '/api/{{ customer.id }}', '/api?x={{ customer.id }}'])
    expect([path, ...(await refusedFor(path))]).toEqual([path, 201, undefined]);
  expect((await h.api('POST', `/credentials/${id}/test`, { path: '../other' })).status).toBe(422);
});

test('another prefix asks for the secrets again; a kept one stays; a change works at once', async () => {
  const made = await make({ kind: 'basic', username: 'dev_key_1234', password: 'pass-word-1234' }, receiver.url);
  const patch = (body: object) => h.api('PATCH', `/credentials/${made.id}`, body);
  const kept = { kind: 'basic', username: null, password: null };
  expect(made.auth).toEqual(kept);
  const moved = await patch({ prefix: 'https://evil.example/', auth: kept });
  expect(moved.status).toBe(422);
  expect(moved.body.errors.map((one: { field: string }) => one.field)).toEqual(['auth.username', 'auth.password']);
  expect((await patch({ prefix: 'https://evil.example/' })).status).toBe(422);
  expect((await patch({ auth: { kind: 'bearer', token: null } })).status).toBe(422);
  expect((await patch({ auth: { ...kept, password: 'pass-word-5678' } })).status).toBe(200);

  const definition = definitionOf(made.id);
  const webhook = (await h.api('POST', '/webhooks', { name: 'Its user', definition })).body;
  await h.api('POST', '/webhooks/test', { definition });
  const wanted = `Basic ${Buffer.from('dev_key_1234:pass-word-5678').toString('base64')}`;
  expect(receiver.requests.at(-1)!.headers.authorization).toBe(wanted);
  // A prefix that leaves out who uses it, and deleting, are refused with the names.
  const elsewhere = await patch({ prefix: `${receiver.url}/other`, auth: { ...kept, username: 'a', password: 'b' } });
  expect([elsewhere.status, elsewhere.body.detail]).toEqual([409, expect.stringContaining('"Its user"')]);
  const used = await h.api('DELETE', `/credentials/${made.id}`);
  expect([used.status, used.body.detail]).toEqual([409, expect.stringContaining('"Its user"')]);
  expect((await h.api('GET', `/credentials/${made.id}/webhooks`)).body.items).toEqual([
    { id: webhook.id, name: 'Its user' },
  ]);
  await h.api('DELETE', `/webhooks/${webhook.id}`);
  expect((await h.api('DELETE', `/credentials/${made.id}`)).status).toBe(204);
  // Whoever restores the webhook sends nothing without it.
  await h.api('POST', `/webhooks/${webhook.id}/restore`);
  const draft = {
    trigger: { kind: 'event', event: 'Back' },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: webhook.id }],
  };
  const scenario = (await h.api('POST', '/scenarios', { name: 'S', draft })).body.id;
  await h.api('POST', `/scenarios/${scenario}/publish`);
  // Lanes see it all within a second.
  const failed = await h.until('the end', async () => {
    await h.track('track', { userId: 'ada', event: 'Back' });
    return (await h.api('GET', `/deliveries?webhook=${webhook.id}&state=failed`)).body.items[0];
  });
  expect((await h.api('GET', `/deliveries/${failed.id}`)).body.reason).toMatchObject({ code: 'no_credential' });
  expect((await h.api('GET', `/deliveries/${failed.id}`)).body.attempts).toEqual([]);
});

test('what is only a webhook scope may name credentials, and neither make nor change nor try one', async () => {
  const { id } = await make({ kind: 'bearer', token: 'token-1234567' });
  const { key } = (await h.api('POST', '/api-keys', { name: 'k', scopes: ['read', 'webhooks'] })).body;
  const status = async (method: string, path: string, body?: unknown) =>
    (await h.api(method, path, body, { key })).status;
  expect(await status('GET', '/credentials')).toBe(200);
  expect(
    await status('POST', '/credentials', { name: 'x', prefix: receiver.url, auth: { kind: 'bearer', token: 'x' } }),
  ).toBe(403);
  expect(await status('PATCH', `/credentials/${id}`, { name: 'x' })).toBe(403);
  expect(await status('POST', `/credentials/${id}/test`, {})).toBe(403);
  expect(await status('DELETE', `/credentials/${id}`)).toBe(403);
});
