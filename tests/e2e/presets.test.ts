import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLink, firstWorkspace } from '../../server/accounts/index.ts';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { startReceiver } from '../stage/receiver.ts';
import { PASSWORD } from '../stage/web.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let cookie: string;
beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
  const { database, clock } = h.stage;
  const invited = { workspaceId: await firstWorkspace(database), kind: 'invite', email: 'mia@example.com' } as const;
  const { token } = await createLink(database, { ...invited, role: 'marketer', now: clock.now() });
  const answer = await fetch(`${h.url}/api/session/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: h.url },
    body: JSON.stringify({ token, name: 'Mia', password: PASSWORD }),
  });
  cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

/** A call as the marketer. */
async function mia(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${h.url}/api/v1${path}`, {
    method,
    headers: { cookie, origin: h.url, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
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
