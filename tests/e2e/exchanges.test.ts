import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Flow, startFlow } from '../stage/flow.ts';
import type { Handoff } from '../stage/handoff.ts';
import { does, type Receiver } from '../stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
let flow: Flow;
beforeAll(async () => {
  flow = await startFlow();
  ({ h, receiver } = flow);
});
afterAll(() => flow.stop());

test('requests are signed as Standard Webhooks say, and a rotated key signs with both secrets', async () => {
  const key = (await h.api('POST', '/signing-keys', { name: 'mine' })).body;
  const { event } = await flow.one('/signed', { signing: { key: key.id } });
  const rotated = (await h.api('POST', `/signing-keys/${key.id}/rotate`, {})).body;
  await h.until('the new secret to be seen', async () => {
    const before = receiver.requests.length;
    await flow.send(event);
    await receiver.waitFor(before + 1);
    return String(receiver.requests.at(-1)!.headers['webhook-signature']).split(' ').length === 2;
  });
  const { headers, body } = receiver.requests.at(-1)!;
  for (const { secret } of [key, rotated])
    new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
  expect(headers['idempotency-key']).toBeTruthy();
});

test('Customer.io and sha256= signatures carry their own headers', async () => {
  const a = await flow.one('/cio', { signing: { scheme: 'customer.io' } });
  await flow.delivery(await flow.send(a.event), 'delivered');
  const cio = receiver.requests.find((r) => r.url === '/cio')!.headers;
  expect(cio['x-cio-signature']).toMatch(/^[0-9a-f]{64}$/);
  expect(cio['x-cio-timestamp']).toMatch(/^\d+$/);
  const b = await flow.one('/sha', { signing: { scheme: 'sha256', header: 'X-Hub' } });
  await flow.delivery(await flow.send(b.event), 'delivered');
  expect(receiver.requests.find((r) => r.url === '/sha')!.headers['x-hub']).toMatch(/^sha256=[0-9a-f]{64}$/);
});

test('500 twice and then 200: the same id, key and bytes, signed anew; the waits are the policy’s', async () => {
  receiver.on('/twice', does.statuses(500, 500, 200));
  const { event } = await flow.one('/twice', { retry: { waits: [60, 600] } });
  const profile = await flow.send(event);
  const waiting = await flow.delivery(profile, 'retrying');
  const wait = Date.parse(waiting.next_try_at) - Date.parse(waiting.attempts[0].started_at);
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThan(70_000);
  await h.advance(70_000);
  await h.until('the second attempt', async () => (await flow.delivery(profile)).attempts.length === 2);
  await h.advance(700_000);
  const done = await flow.delivery(profile, 'delivered');
  expect(done.attempts.map((a: { status: number }) => a.status)).toEqual([500, 500, 200]);
  const sent = receiver.requests.filter((r) => r.url === '/twice');
  expect(new Set(sent.map((r) => `${r.headers['webhook-id']} ${r.headers['idempotency-key']} ${r.body}`)).size).toBe(1);
  expect(new Set(sent.map((r) => r.headers['webhook-signature'])).size).toBe(3);
});

test('429 with Retry-After waits as long as it was asked to', async () => {
  receiver.on('/later', does.tooMany('1800'));
  const { event } = await flow.one('/later', { retry: { waits: [5] } });
  const waiting = await flow.delivery(await flow.send(event), 'retrying');
  expect(Date.parse(waiting.next_try_at) - Date.parse(waiting.attempts[0].started_at)).toBeGreaterThan(1_790_000);
});

test.each([
  ['/hang', 'timeout'],
  ['/drip', 'timeout'],
  ['/reset', 'reset'],
])('%s fails as %s, and uses up a try', async (path, code) => {
  const { event } = await flow.one(path, { timeout_ms: 500, retry: 'none' });
  const failed = await flow.delivery(await flow.send(event), 'failed');
  expect(failed.reason.code).toBe(code);
  expect(failed.tries).toBe(1);
});

test('a redirect to a private address is not followed; it fails with a reason', async () => {
  const { event } = await flow.one('/redirect');
  const failed = await flow.delivery(await flow.send(event), 'failed');
  expect(failed.reason.message).toMatch(/redirects are not followed/);
});

test.each(['/large', '/bomb'])('%s: 64 KB are kept, nothing is mapped, and the delivery says so', async (path) => {
  const { event } = await flow.one(path, { mapping: [{ path: 'x', attribute: 'x' }] });
  const done = await flow.delivery(await flow.send(event), 'delivered');
  expect(done.attempts[0].response_cut).toBe(true);
  expect(done.attempts[0].response_body.bytes).toBeLessThanOrEqual(65_536);
  const timeline = await h.until('the outcome', async () => {
    const { items } = (await h.api('GET', `/profiles/${done.profile}/timeline`)).body;
    return items.find((i: { kind: string }) => i.kind === 'outcome');
  });
  expect(timeline.body.refused[0].reason).toMatch(/cut/);
});

test('invalid JSON maps nothing and says so; a failed call maps nothing', async () => {
  const { event } = await flow.one('/invalid-json', { mapping: [{ path: 'x', attribute: 'x' }] });
  const profile = await flow.send(event);
  const outcome = await h.until('the outcome', async () => {
    const { items } = (await h.api('GET', `/profiles/${profile}/timeline`)).body;
    return items.find((i: { kind: string }) => i.kind === 'outcome');
  });
  expect(outcome.body.refused[0]).toMatchObject({ attribute: 'x', reason: expect.stringMatching(/JSON/) });
});

test('the four modes with none, several, null and ill-typed results', async () => {
  receiver.on('/modes', does.json({ one: 'x', many: [1, 2, 2], nothing: null, word: 'text', num: 5 }));
  const { event } = await flow.one('/modes', {
    mapping: [
      { path: 'missing', attribute: 'm_none' },
      { path: '$.many[*]', attribute: 'm_many' },
      { path: 'nothing', attribute: 'm_null' },
      { path: 'one', attribute: 'm_kept', mode: 'set_if_empty' },
      { path: 'one', attribute: 'm_filled', mode: 'set_if_empty' },
      { path: '$.many[*]', attribute: 'm_list', mode: 'add_to_list' },
      { path: 'nothing', attribute: 'm_list', mode: 'add_to_list' },
      { path: 'num', attribute: 'm_sum', mode: 'sum' },
      { path: 'word', attribute: 'm_sum', mode: 'sum' },
      { path: 'num', attribute: 'm_kept', mode: 'set' },
    ],
  });
  const userId = `modes-${flow.next()}`;
  await h.track('identify', { userId, traits: { m_kept: 'before', m_list: [2, 3], m_sum: 10 } });
  await h.track('track', { userId, event });
  const outcome = await h.until('the outcome', async () => {
    const found = (await h.api('GET', `/profiles?identifier=user_id:${userId}`)).body.items[0];
    if (!found) return null;
    const { items } = (await h.api('GET', `/profiles/${found.id}/timeline`)).body;
    return (
      items.find((i: { kind: string }) => i.kind === 'outcome') && {
        found: (await h.api('GET', `/profiles/${found.id}`)).body,
        entry: items.find((i: { kind: string }) => i.kind === 'outcome'),
      }
    );
  });
  expect(outcome.found.attributes).toEqual({
    m_kept: 'before',
    m_list: [2, 3, 1],
    m_sum: 15,
    m_many: [1, 2, 2],
    m_null: null,
    m_filled: 'x',
  });
  const refused = outcome.entry.body.refused.map((r: { attribute: string }) => r.attribute).sort();
  expect(refused).toEqual(['m_kept', 'm_list', 'm_none', 'm_sum']);
});

test('a secret leaves in its request alone: answers, records and mapped values hide it', async () => {
  const secret = 'topsecret-9876543210';
  receiver.on(
    '/echo',
    does.json({ token: secret, nested: { base64: Buffer.from(`x:${secret}`).toString('base64') }, fine: 'yes' }),
  );
  const w = await flow.webhook('/echo', {
    headers: [{ name: 'Authorization', value: `Bearer ${secret}`, secret: true }],
    mapping: [
      { path: 'token', attribute: 'stolen' },
      { path: 'fine', attribute: 'fine' },
    ],
  });
  const { event } = await flow.scenario([{ id: 'call', kind: 'webhook', webhook: w.id }]);
  const profile = await flow.send(event);
  const done = await flow.delivery(profile, 'delivered');
  expect(receiver.requests.find((r) => r.url === '/echo')!.headers.authorization).toBe(`Bearer ${secret}`);
  const person = await h.until('the mapping', async () => {
    const found = (await h.api('GET', `/profiles/${profile}`)).body;
    return found.attributes.fine && found;
  });
  const all = JSON.stringify([
    done,
    person,
    (await h.api('GET', `/webhooks/${w.id}`)).body,
    (await h.api('GET', `/profiles/${profile}/timeline`)).body,
  ]);
  expect(all).not.toContain(secret);
  expect(all).not.toContain(Buffer.from(secret).toString('base64').slice(4, 20));
  const tables = await h.stage.database.run<{ text: string }>({
    name: '',
    text: `SELECT string_agg(v.*::text, '') || (SELECT string_agg(encode(coalesce(response_body, ''), 'escape') || coalesce(sent_headers, ''), '') FROM attempts) || (SELECT string_agg(headers, '') FROM requests) AS text FROM webhook_versions v`,
  });
  expect(tables[0]!.text).not.toContain(secret);
});
