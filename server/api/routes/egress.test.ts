import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { type ConnectProxy, startConnectProxy } from '../../../tests/stage/proxy.ts';
import { type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';

// A public address, which the stage's proxy leads to the receiver.
const PUBLIC = '93.184.215.14';
let receiver: Receiver;
let proxy: ConnectProxy;
let h: Handoff;

beforeAll(async () => {
  receiver = await startReceiver();
  proxy = await startConnectProxy({ leadTo: receiver.port, credentials: 'me:very-secret' });
  h = await startHandoff({
    allow: [],
    proxy: `http://me:very-secret@127.0.0.1:${proxy.port}`,
    addresses: ['203.0.113.7', '2001:db8::/64'],
  });
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await h.stop();
  await proxy.close();
  await receiver.close();
});

async function send(name: string, url: string): Promise<() => Promise<Answer['body']>> {
  const webhook = (await h.api('POST', '/webhooks', { name, definition: { url, body: '{}', retry: { waits: [1] } } }))
    .body;
  const steps = [{ id: 'call', kind: 'webhook', webhook: webhook.id }];
  const draft = { trigger: { kind: 'event', event: name }, start: 'call', steps };
  const scenario = (await h.api('POST', '/scenarios', { name, draft })).body;
  await h.api('POST', `/scenarios/${scenario.id}/publish`);
  await h.track('track', { userId: 'u1', event: name });
  const found = () => h.api('GET', `/deliveries?webhook=${webhook.id}`);
  const { id } = await h.until('the delivery', async () => (await found()).body.items[0]);
  return async () => (await h.api('GET', `/deliveries/${id}`)).body;
}

test('says which addresses receivers see, or that it does not know and how to set them', async () => {
  expect(await h.api('GET', '/egress-addresses')).toMatchObject({
    status: 200,
    body: {
      known: true,
      addresses: ['203.0.113.7', '2001:db8::/64'],
      proxy: `127.0.0.1:${proxy.port}`,
      allow: [],
    },
  });
  const plain = await startHandoff();
  const { body } = await plain.api('GET', '/egress-addresses');
  expect(body).toMatchObject({ known: false, addresses: [], proxy: null, allow: ['127.0.0.0/8', '::1/128'] });
  expect(body.note).toContain('HANDOFF_EGRESS_ADDRESSES');
  await plain.stop();
});

test('a delivery goes through the proxy, and its attempt says so; its trouble uses up no try', async () => {
  proxy.answer(407);
  const read = await send('through', `http://${PUBLIC}/hook`);
  const waiting = await h.until('an attempt', async () => {
    const { attempts, ...delivery } = await read();
    return attempts.length > 0 && delivery.state === 'queued' && { ...delivery, attempts };
  });
  expect(waiting).toMatchObject({ state: 'queued', tries: 0 });
  expect(waiting.attempts[0]).toMatchObject({
    outcome: 'ours',
    address: PUBLIC,
    proxy: `127.0.0.1:${proxy.port}`,
    reason: expect.stringContaining('407'),
  });
  proxy.answer(200);
  const delivered = await h.until('its end', async () => {
    const delivery = await read();
    return delivery.state === 'delivered' && delivery;
  });
  expect(delivered).toMatchObject({ tries: 1 });
  expect(delivered.attempts.at(-1)).toMatchObject({
    outcome: 'delivered',
    status: 200,
    address: PUBLIC,
    proxy: `127.0.0.1:${proxy.port}`,
  });
  expect(JSON.stringify(delivered)).not.toContain('very-secret');
});

test('a forbidden address fails without the proxy hearing of it', async () => {
  const before = proxy.asked.length;
  const read = await send('inside', 'http://169.254.169.254/latest');
  const failed = await h.until('its end', async () => {
    const delivery = await read();
    return delivery.state === 'failed' && delivery;
  });
  expect(failed).toMatchObject({ reason: { code: 'forbidden_address' }, attempts: [{ address: null, proxy: null }] });
  expect(proxy.asked).toHaveLength(before);
});
