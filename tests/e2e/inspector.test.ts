import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;

beforeAll(async () => {
  // No address but public ones may be called: loopback stays shut.
  h = await startHandoff({ allow: [] });
  receiver = await startReceiver();
  receiver.on('/x', does.json({ ok: true }));
  // For the webhooks that must be refused; those to an inspector do without.
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

/** A webhook to a URL, called for one event of its own; gives the delivery when it has ended or was tried. */
async function deliver(name: string, url: string, extra: object = {}) {
  const definition = { url, method: 'POST', body: '{"plan": "{{ event.plan }}"}', retry: 'none', ...extra };
  const webhook = await h.api('POST', '/webhooks', { name, definition });
  expect(webhook.status, JSON.stringify(webhook.body)).toBe(201);
  const draft = {
    trigger: { kind: 'event', event: name },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: webhook.body.id }],
  };
  const scenario = await h.api('POST', '/scenarios', { name, draft });
  expect((await h.api('POST', `/scenarios/${scenario.body.id}/publish`)).status).toBe(200);
  await h.track('track', { userId: `user of ${name}`, event: name, properties: { plan: 'gold' } });
  return h.until(`the delivery of ${name}`, async () => {
    const { body } = await h.api('GET', `/deliveries?webhook=${webhook.body.id}`);
    const [found] = body.items;
    return found && ['delivered', 'failed', 'retrying'].includes(found.state) && found;
  });
}

const inspector = async (name: string) => (await h.api('POST', '/inspectors', { name })).body;
const arrivals = async (id: string) => (await h.api('GET', `/inspectors/${id}/requests`)).body.items;

test('a delivery to an inspector arrives signed, is recorded and mapped, without a way to any other address', async () => {
  const own = await inspector('Arrivals');
  await h.api('PATCH', `/inspectors/${own.id}`, { answer: { body: '{"tier": "top"}' } });
  const mapping = [{ path: '$.tier', attribute: 'tier' }];
  const headers = [{ name: 'X-Api-Key', value: 'a-secret-of-ours', secret: true }];
  const delivery = await deliver('to-inspector', `${own.url}/below?a=1`, { mapping, headers });
  expect(delivery).toMatchObject({ state: 'delivered' });
  const [arrived, ...more] = await arrivals(own.id);
  expect(more).toEqual([]);
  expect(arrived).toMatchObject({
    method: 'POST',
    path: '/below',
    query: 'a=1',
    body: '{"plan": "gold"}',
    size: 16,
    cut: false,
    signature: { checked: true, valid: true, scheme: 'standard-webhooks' },
  });
  expect(JSON.stringify(arrived)).not.toContain('a-secret-of-ours');
  expect(arrived.headers).toContainEqual(['X-Api-Key', '(secret, not kept)']);
  const profile = await h.until('the mapped attribute', async () => {
    const { body } = await h.api('GET', `/profiles/${delivery.profile}`);
    return body.attributes.tier && body;
  });
  expect(profile.attributes.tier).toBe('top');
});

test('loopback stays refused: another port, another path of our own, a path that leads out of /i/', async () => {
  const own = await inspector('Neighbour');
  const token = new URL(own.url).pathname;
  const others = {
    'other-port': `${receiver.url}${token}`,
    'plain-port': `${receiver.url}/x`,
    'other-path': `${h.url}/api/v1/workspace`,
    'out-of-it': `${own.url}/../../livez`,
    'other-name': own.url.replace('127.0.0.1', 'localhost'),
    'no-token': `${h.url}/i/short`,
  };
  for (const [name, url] of Object.entries(others)) {
    const delivery = await deliver(name, url);
    expect([name, delivery.state, delivery.reason?.code]).toEqual([name, 'failed', 'forbidden_address']);
  }
  expect(receiver.requests).toEqual([]);
  expect(await arrivals(own.id)).toEqual([]);
});

test('answers in turn: 500, then 200', async () => {
  const own = await inspector('In turn');
  await h.api('PATCH', `/inspectors/${own.id}`, { answer: { sequence: [{ status: 500 }, { status: 200 }] } });
  const first = await deliver('in-turn', own.url, { retry: { waits: [0.1] } });
  await h.until('the second try', async () => {
    const { body } = await h.api('GET', `/deliveries/${first.id}`);
    return body.state === 'delivered';
  });
  expect(await arrivals(own.id)).toHaveLength(2);
});

test('a deadline ends a delayed answer, and what arrived is seen', async () => {
  const own = await inspector('Slow');
  await h.api('PATCH', `/inspectors/${own.id}`, { answer: { delay_ms: 30_000 } });
  const delivery = await deliver('slow', own.url, { timeout_ms: 200 });
  expect(delivery).toMatchObject({ state: 'failed', reason: { code: 'timeout' } });
  expect(await arrivals(own.id)).toHaveLength(1);
});
