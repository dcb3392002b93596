import { createRequire } from 'node:module';
import { Analytics as CustomerIo } from '@customerio/cdp-analytics-node';
import { Analytics as Segment } from '@segment/analytics-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';

let h: Handoff;
let writeKey: string;
beforeAll(async () => {
  h = await startHandoff();
  // A tracking write key is an API key with the scope ingest.
  writeKey = (await h.api('POST', '/api-keys', { name: 'site', scopes: ['ingest'] })).body.key;
});
afterAll(() => h.stop());

/** What every client is asked to send, for a person of its own. */
const calls = (userId: string) =>
  [
    ['identify', { userId, traits: { email: `${userId}@Example.com`, plan: 'pro', logins: 3 } }],
    [
      'track',
      { userId, event: 'Order Completed', properties: { total: 12.5 }, timestamp: new Date('2026-01-02T03:04:05Z') },
    ],
    ['page', { userId, name: 'Home', properties: { path: '/' } }],
    ['screen', { userId, name: 'Start', properties: { tab: 1 } }],
    ['group', { userId, groupId: 'acme', traits: { size: 5 } }],
    ['alias', { userId, previousId: `${userId}-before` }],
  ] as const;

/** Waits for the six calls on the person's timeline, and looks at them. */
async function arrived(userId: string): Promise<void> {
  const person = await h.until('the profile', async () => {
    const found = (await h.api('GET', `/profiles?identifier=user_id:${userId}`)).body.items[0];
    return found?.attributes.plan && found;
  });
  expect(person.attributes).toMatchObject({ email: `${userId}@example.com`, plan: 'pro', logins: 3 });
  const items = await h.until('all six calls', async () => {
    const { items: all } = (await h.api('GET', `/profiles/${person.id}/timeline`)).body;
    return all.length >= 6 && all;
  });
  expect(items.map((i: { kind: string }) => i.kind).sort()).toEqual([
    'alias',
    'group',
    'identify',
    'page',
    'screen',
    'track',
  ]);
  const track = items.find((i: { kind: string }) => i.kind === 'track');
  expect(track).toMatchObject({ name: 'Order Completed', body: { total: 12.5 } });
  // The client's clock and ours are the same machine's, so the corrected time is the time given, but for the way.
  expect(Math.abs(Date.parse(track.occurred_at) - Date.UTC(2026, 0, 2, 3, 4, 5))).toBeLessThan(60_000);
  expect((await h.api('GET', `/profiles?identifier=email:${userId}@example.com`)).body.items[0].id).toBe(person.id);
}

test.each([
  ['@segment/analytics-node', Segment],
  ['@customerio/cdp-analytics-node', CustomerIo],
])('%s works unchanged', async (name, Client) => {
  const userId = name.replace(/\W/g, '');
  const client = new Client({ writeKey, host: h.url });
  const errors: unknown[] = [];
  (client as Segment).on('error', (error) => errors.push(error));
  // biome-ignore lint/suspicious/noExplicitAny: the same calls for every client
  for (const [call, message] of calls(userId)) (client as any)[call](message);
  await client.closeAndFlush();
  expect(errors).toEqual([]);
  await arrived(userId);
});

test('@rudderstack/rudder-sdk-node works unchanged', async () => {
  const loaded = createRequire(import.meta.url)('@rudderstack/rudder-sdk-node');
  const Client = loaded.default ?? loaded;
  const client = new Client(writeKey, { dataPlaneUrl: h.url, flushInterval: 10 });
  for (const [call, message] of calls('rudder')) client[call](message);
  await new Promise((resolve) => client.flush(resolve));
  await arrived('rudder');
});

test('the same message twice, also in one batch, counts once; a key without the scope is refused', async () => {
  const message = { type: 'track', userId: 'twice', event: 'E', messageId: 'same' };
  for (let i = 0; i < 2; i++)
    expect((await h.track('batch', { batch: [message, message] }, writeKey)).body).toEqual({ success: true });
  const person = await h.until(
    'the profile',
    async () => (await h.api('GET', '/profiles?identifier=user_id:twice')).body.items[0],
  );
  expect((await h.api('GET', `/profiles/${person.id}/timeline`)).body.items).toHaveLength(1);
  expect((await h.api('GET', '/profiles', undefined, { key: writeKey })).status).toBe(403);
  expect((await h.track('track', message, 'hk_wrong')).status).toBe(401);
});

test('limits: 32 KB a message, 500 KB a batch; unreadable is 400', async () => {
  expect((await h.track('track', { userId: 'big', event: 'E', properties: { x: 'y'.repeat(33_000) } })).status).toBe(
    413,
  );
  const mixed = await h.track('batch', {
    batch: [
      { type: 'track', userId: 'big', event: 'E', properties: { x: 'y'.repeat(33_000) } },
      { type: 'track', userId: 'small', event: 'E' },
    ],
  });
  expect(mixed.body.rejected).toEqual([{ index: 0, messageId: null, reason: 'The message is larger than 32 KB.' }]);
  expect((await h.track('batch', { batch: [{ x: 'y'.repeat(520_000) }] })).status).toBe(413);
  expect((await h.track('batch', '{nonsense')).status).toBe(400);
});

test('twenty requests at once for one new person make one profile', async () => {
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      h.track('track', { userId: 'crowd', anonymousId: 'crowd-anon', event: `E${i}` }),
    ),
  );
  const person = await h.until(
    'the profile',
    async () => (await h.api('GET', '/profiles?identifier=user_id:crowd')).body.items[0],
  );
  await h.until(
    'all events',
    async () => (await h.api('GET', `/profiles/${person.id}/timeline?limit=50`)).body.items.length === 20,
  );
});
