import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
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

test('as the browser library calls: short paths, the key in a body of plain text, nothing attached to a known profile', async () => {
  const { key } = (await h.api('POST', '/api-keys', { name: 'page', kind: 'browser', scopes: ['ingest'] })).body;
  const post = (path: string, body: object) =>
    fetch(`${h.url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', origin: 'https://shop.example' },
      body: JSON.stringify({ ...body, writeKey: key }),
    });
  const who = { anonymousId: 'tab', sentAt: new Date().toISOString() };
  const answers = await Promise.all([
    post('t', { ...who, event: 'Seen' }),
    post('p', { ...who, name: 'Home' }),
    post('s', { ...who, name: 'Start' }),
    post('g', { ...who, groupId: 'acme' }),
    post('a', { ...who, previousId: 'tab-before' }),
    post('b', { batch: [{ ...who, type: 'track', event: 'In a batch', writeKey: key }] }),
  ]);
  for (const answer of answers) {
    expect([answer.status, await answer.json()]).toEqual([200, { success: true }]);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  }
  expect((await post('i', { ...who, userId: 'tabby', traits: { plan: 'free' } })).status).toBe(200);
  const person = await h.until(
    'the profile',
    async () => (await h.api('GET', '/profiles?identifier=user_id:tabby')).body.items[0],
  );
  await h.until(
    'seven calls',
    async () => (await h.api('GET', `/profiles/${person.id}/timeline`)).body.items.length >= 7,
  );
  const asked = await fetch(`${h.url}/v1/t`, {
    method: 'OPTIONS',
    headers: { origin: 'https://shop.example', 'access-control-request-headers': 'anonymousid,authorization' },
  });
  expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([
    204,
    expect.stringMatching(/authorization.*anonymousid/),
  ]);
});

test('bodies in gzip are read; a bomb, a cut one and other encodings are refused', async () => {
  const post = async (body: Buffer, encoding = 'gzip') => {
    const answer = await fetch(`${h.url}/v1/batch`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
        'content-type': 'application/json',
        'content-encoding': encoding,
      },
      body: new Uint8Array(body),
    });
    await answer.text();
    return answer.status;
  };
  const packed = gzipSync(JSON.stringify({ batch: [{ type: 'track', userId: 'zip', event: 'E' }] }));
  expect(await post(packed)).toBe(200);
  expect(await post(packed, 'GZIP')).toBe(200);
  expect(await post(gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '), { level: 9 }))).toBe(413);
  expect(await post(packed.subarray(0, packed.length - 12))).toBe(400);
  expect(await post(Buffer.from('not gzip'))).toBe(400);
  expect(await post(packed, 'br')).toBe(415);
});

test('one message that is nested without end doesn’t fail its neighbours, whatever else is in the batch', async () => {
  const deep = '['.repeat(50_000) + ']'.repeat(50_000);
  for (const number of ['1', '12345678901234567890']) {
    const batch = `{"batch":[{"type":"track","userId":"deep","event":"E","properties":{"n":${number}}},{"type":"track","userId":"deep","event":"E","properties":{"x":${deep}}},{"type":"constructor","userId":"deep"}]}`;
    const { status, body } = await h.track('batch', batch);
    expect([status, body.rejected.map((r: { index: number }) => r.index)]).toEqual([200, [1, 2]]);
  }
  const many = await h.track('batch', { batch: Array.from({ length: 20_001 }, () => 1) });
  expect(many.status).toBe(413);
});

test('a single message that names nobody is refused with what to do', async () => {
  const { status, body } = await h.track('track', { event: 'E', userId: 'undefined' });
  expect([status, body.detail]).toEqual([400, expect.stringMatching(/names nobody/)]);
});
