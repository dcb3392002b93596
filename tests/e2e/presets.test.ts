import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLink, firstWorkspace, ROLE_NAMES, type Role } from '../../server/accounts/index.ts';
import { apiRoutes } from '../../server/api/index.ts';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';
import { PASSWORD } from '../stage/web.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
/** Calls as the marketer. */
let mia: Awaited<ReturnType<typeof join>>;
beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
  mia = await join('mia@example.com', 'marketer');
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

/** Somebody of a role who has signed in. */
async function join(email: string, role: Role) {
  const { database, clock } = h.stage;
  const invited = { workspaceId: await firstWorkspace(database), kind: 'invite', email, role } as const;
  const { token } = await createLink(database, { ...invited, now: clock.now() });
  const answer = await fetch(`${h.url}/api/session/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: h.url },
    body: JSON.stringify({ token, name: 'Mia', password: PASSWORD }),
  });
  const cookies = answer.headers.getSetCookie().map((one) => one.split(';')[0]);
  return async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${h.url}/api/v1${path}`, {
      method,
      headers: {
        cookie: cookies.join('; '),
        origin: h.url,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json');
    return { status: answer.status, body: json ? JSON.parse(text) : text };
  };
}

test('a developer prepares a preset; a marketer fills in its parameters, sees nothing else in the list and changes nothing', async () => {
  const auth = { kind: 'bearer', token: 'token-1234567' };
  const credential = (await h.api('POST', '/credentials', { name: 'SMS', prefix: receiver.url, auth })).body;
  const definition = {
    url: `${receiver.url}/sms`,
    credential: credential.id,
    parameters: [{ name: 'text', label: 'Text', type: 'long_text', required: true }],
    body: '{"to":"{{ customer.phone }}","text":"{{ parameters.text }}"}',
  };
  const made = (await h.api('POST', '/webhooks', { name: 'Send an SMS', description: 'By our house', definition }))
    .body;
  expect((await mia('PUT', `/webhooks/${made.id}/preset`, { icon: '✉' })).status).toBe(403);
  expect((await h.api('PUT', `/webhooks/${made.id}/preset`, { icon: '✉' })).status).toBe(200);
  expect((await h.api('GET', `/webhooks/${made.id}`)).body.preset).toEqual({ icon: '✉', color: 'blue' });

  const listed = await mia('GET', '/presets');
  expect(listed.body.items).toEqual([
    {
      id: made.id,
      key: 'send-an-sms',
      name: 'Send an SMS',
      description: 'By our house',
      enabled: true,
      icon: '✉',
      color: 'blue',
      parameters: [expect.objectContaining({ name: 'text', label: 'Text', required: true })],
    },
  ]);
  for (const [method, path, body] of [
    ['PUT', `/webhooks/${made.id}/definition`, { ...definition, body: '{}' }],
    ['PATCH', `/webhooks/${made.id}`, { name: 'Mine' }],
    ['DELETE', `/webhooks/${made.id}`, undefined],
  ] as const) {
    const refused = await mia(method, path, body);
    expect([path, refused.status, refused.body.detail]).toEqual([path, 403, expect.stringContaining('preset')]);
  }

  const draft = {
    trigger: { kind: 'event', event: 'Bought' },
    start: 'sms',
    steps: [{ id: 'sms', kind: 'webhook', webhook: made.id, parameters: { text: 'Thanks!' } }],
  };
  const { id } = (await mia('POST', '/scenarios', { name: 'Thanks', draft })).body;
  expect((await mia('POST', `/scenarios/${id}/publish`)).status).toBe(200);
  await h.track('identify', { userId: 'ada', traits: { phone: '+441234567890' } });
  await h.track('track', { userId: 'ada', event: 'Bought' });
  const [got] = await receiver.waitFor(1);
  expect(JSON.parse(got!.body.toString())).toEqual({ to: '+441234567890', text: 'Thanks!' });
  expect(got!.headers.authorization).toBe('Bearer token-1234567');

  expect((await h.api('DELETE', `/webhooks/${made.id}/preset`)).status).toBe(204);
  expect((await mia('GET', '/presets')).body.items).toEqual([]);
  expect((await mia('PATCH', `/webhooks/${made.id}`, { name: 'Mine' })).status).toBe(200);
});

test('who may not edit connections may not make webhooks go out as somebody else', async () => {
  const auth = { kind: 'bearer', token: 'token-7654321' };
  const credential = (await h.api('POST', '/credentials', { name: 'Other', prefix: receiver.url, auth })).body;
  const definition = { url: `${receiver.url}/sms`, body: '{}' };
  const made = (await h.api('POST', '/webhooks', { name: 'Plain', definition })).body;
  expect((await mia('GET', `/credentials/${credential.id}`)).body.auth).toEqual({ kind: 'bearer', token: null });
  for (const [method, path, body] of [
    ['PUT', `/webhooks/${made.id}/definition`, { ...definition, credential: credential.id }],
    ['POST', '/webhooks/test', { webhook: made.id, definition: { ...definition, credential: credential.id } }],
    ['POST', '/credentials', { name: 'Mine', prefix: receiver.url, auth }],
    ['PATCH', `/credentials/${credential.id}`, { name: 'Mine' }],
    ['POST', `/credentials/${credential.id}/test`, {}],
    ['DELETE', `/credentials/${credential.id}`, undefined],
  ] as const)
    expect([method, path, (await mia(method, path, body)).status]).toEqual([method, path, 403]);
});

test('nobody reads a secret of a preset, by no route and in no role; a marketer sends it as it is alone', async () => {
  const secrets = [
    'header-secret-4711',
    'token-of-credential-0815',
    `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`,
  ];
  const [value, token, secret] = secrets as [string, string, string];
  receiver.on('/safe', does.json({ got: `${value} ${token}`, again: Buffer.from(token).toString('base64') }));
  const signing = (await h.api('POST', '/signing-keys', { name: 'Safe', secret })).body;
  const credential = (
    await h.api('POST', '/credentials', { name: 'Safe', prefix: receiver.url, auth: { kind: 'bearer', token } })
  ).body;
  const definition = {
    url: `${receiver.url}/safe`,
    credential: credential.id,
    headers: [{ name: 'X-Api-Key', value, secret: true }],
    parameters: [{ name: 'text', label: 'Text', type: 'text' }],
    body: '{"text": {{ parameters.text }}}',
    signing: { scheme: 'standard-webhooks', key: signing.id },
    mapping: [{ path: '$.got', attribute: 'got' }],
  };
  const made = (await h.api('POST', '/webhooks', { name: 'Safe', definition })).body;
  expect((await h.api('PUT', `/webhooks/${made.id}/preset`, {})).status).toBe(200);
  const draft = {
    trigger: { kind: 'event', event: 'Safe' },
    start: 'safe',
    steps: [{ id: 'safe', kind: 'webhook', webhook: made.id, parameters: { text: 'Hello' } }],
  };
  const scenario = (await mia('POST', '/scenarios', { name: 'Safe', draft })).body;
  expect((await mia('POST', `/scenarios/${scenario.id}/publish`)).status).toBe(200);
  await h.track('identify', { userId: 'eve' });
  await h.track('track', { userId: 'eve', event: 'Safe' });
  const delivery = await h.until(
    'the delivery',
    async () => (await h.api('GET', `/deliveries?webhook=${made.id}&state=delivered`)).body.items[0],
  );
  const sent = receiver.requests.at(-1)!;
  expect([sent.headers['x-api-key'], sent.headers.authorization]).toEqual([value, `Bearer ${token}`]);

  const ids: Record<string, string> = {
    webhook: made.id,
    scenario: scenario.id,
    delivery: delivery.id,
    profile: delivery.profile,
    event: delivery.event,
    enrollment: delivery.enrollment,
    credential: credential.id,
    signingKey: signing.id,
    version: '1',
  };
  const paths = apiRoutes.flatMap((route) => {
    if (route.method !== 'GET') return [];
    const names = Object.entries(route.params?.shape ?? {}).map(
      ([name, schema]) => [name, ids[(schema.meta() as { idKind?: string })?.idKind ?? name]] as const,
    );
    if (names.some(([, id]) => id === undefined)) return [];
    return [names.reduce((path, [name, id]) => path.replace(`{${name}}`, id!), route.path)];
  });
  expect(paths.length).toBeGreaterThan(30);
  const hidden = secrets.flatMap((one) => [one, Buffer.from(one).toString('base64'), encodeURIComponent(one)]);
  for (const role of ROLE_NAMES) {
    const call = await join(`${role}@example.com`, role);
    const read = await call('GET', `/webhooks/${made.id}`);
    expect([role, read.body.definition.headers]).toEqual([role, [{ name: 'X-Api-Key', value: null, secret: true }]]);
    const tried = { webhook: made.id, definition: read.body.definition, typed: { parameters: { text: 'Hi' } } };
    const answers = [
      ...(await Promise.all(paths.map(async (path) => [path, await call('GET', path)] as const))),
      ['preview', await call('POST', '/webhooks/preview', tried)] as const,
      ['test', await call('POST', '/webhooks/test', tried)] as const,
    ];
    for (const [path, { status, body }] of answers) {
      expect([role, path, status < 500]).toEqual([role, path, true]);
      const text = JSON.stringify(body);
      expect([role, path, hidden.filter((one) => text.includes(one))]).toEqual([role, path, []]);
    }
    expect([role, answers.at(-1)![1].status]).toEqual([role, role === 'viewer' ? 403 : 200]);
  }

  // What goes out under the preset's name and secrets is the preset.
  const stored = (await mia('GET', `/webhooks/${made.id}`)).body.definition;
  const other = { ...stored, body: '{"text": "anything"}' };
  expect((await mia('POST', '/webhooks/test', { webhook: made.id, definition: other })).status).toBe(403);
  expect((await mia('POST', `/webhooks/${made.id}/copy`)).status).toBe(403);
  expect((await h.api('POST', `/webhooks/${made.id}/copy`)).status).toBe(201);
  await h.api('DELETE', `/webhooks/${made.id}`);
  expect((await mia('POST', `/webhooks/${made.id}/restore`)).status).toBe(403);
});

test('a secret in the open keeps a webhook from being a preset', async () => {
  const open = {
    url: `${receiver.url}/open?access_token=abc`,
    query: [{ name: 'api_key', value: 'abc' }],
    headers: [
      { name: 'Authorization', value: 'Bearer abc' },
      { name: 'X-Api-Key', value: '{{ parameters.key }}' },
    ],
    body: '{}',
  };
  const made = (await h.api('POST', '/webhooks', { name: 'Open', definition: open })).body;
  const refused = await h.api('PUT', `/webhooks/${made.id}/preset`, {});
  expect(refused.status).toBe(422);
  expect(refused.body.errors.map((one: { field: string }) => one.field)).toEqual([
    'definition.headers.0.value',
    'definition.query.0.value',
    'definition.url',
  ]);
  const closed = { ...open, url: `${receiver.url}/open`, query: [], headers: [open.headers[1]] };
  expect((await h.api('PUT', `/webhooks/${made.id}/definition`, closed)).status).toBe(200);
  expect((await h.api('PUT', `/webhooks/${made.id}/preset`, {})).status).toBe(200);
  expect((await h.api('PUT', `/webhooks/${made.id}/definition`, open)).status).toBe(422);
});
