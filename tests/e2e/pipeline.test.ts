import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

let n = 0;

async function webhook(path: string, definition: object = {}): Promise<{ id: string; key: string }> {
  const made = await h.api('POST', '/webhooks', {
    name: `W${++n}`,
    definition: { url: `${receiver.url}${path}`, body: '{"id":"{{customer.id}}"}', ...definition },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

async function scenario(steps: object[], extra: object = {}): Promise<{ id: string; event: string }> {
  const event = `Event ${++n}`;
  const draft = { trigger: { kind: 'event', event }, start: (steps[0] as { id: string }).id, steps, ...extra };
  const made = await h.api('POST', '/scenarios', { name: event, draft });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const published = await h.api('POST', `/scenarios/${made.body.id}/publish`);
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  return { id: made.body.id, event };
}

/** Sends the event for a new user; returns the profile's id. */
async function send(event: string, properties: object = {}): Promise<string> {
  const userId = `user-${++n}`;
  expect((await h.track('track', { userId, event, properties })).status).toBe(200);
  const found = await h.until(
    'the profile',
    async () => (await h.api('GET', `/profiles?identifier=user_id:${userId}`)).body.items[0],
  );
  return found.id;
}

const delivery = (profile: string, state?: string, at = 0) =>
  h.until(`a delivery ${state ?? ''}`, async () => {
    const { items } = (await h.api('GET', `/deliveries?profile=${profile}${state ? `&state=${state}` : ''}`)).body;
    return items[at] && (await h.api('GET', `/deliveries/${items[at].id}`)).body;
  });

const one = (path: string, definition: object = {}, step: object = {}) =>
  webhook(path, definition).then((w) => scenario([{ id: 'call', kind: 'webhook', webhook: w.id, ...step }]));

test('two webhook steps: the second uses the first response and a mapped attribute', async () => {
  receiver.on('/lead', does.json({ lead: { id: 'L-7' }, score: 12.5, tags: ['a', 'b'] }));
  const first = await webhook('/lead', {
    body: '{"email":"{{customer.email}}","note":"{{event.note}}","total":{{event.total}}}',
    mapping: [
      { path: 'lead.id', attribute: 'lead_id' },
      { path: '$.score', attribute: 'score', mode: 'sum' },
      { path: '$.tags[*]', attribute: 'tags', mode: 'add_to_list' },
    ],
  });
  const second = await webhook('/second/{{steps.lead.response.lead.id}}', {
    body: '{"lead":"{{customer.lead_id}}","score":{{response.score}}}',
  });
  const { id, event } = await scenario([
    { id: 'lead', kind: 'webhook', webhook: first.id, next: 'check' },
    {
      id: 'check',
      kind: 'condition',
      if: { response: 'lead', path: 'score', op: 'greater_than', value: 10 },
      yes: 'second',
      no: null,
    },
    { id: 'second', kind: 'webhook', webhook: second.key, next: 'mark' },
    { id: 'mark', kind: 'update', set: [{ attribute: 'welcomed', value: true }] },
  ]);
  await h.track('identify', { userId: 'ada', traits: { email: 'Ada@Example.com' } });
  await h.track(
    'track',
    `{"userId":"ada","event":"${event}","properties":{"note":"say \\"hi\\"\\n\\u2028😀","total":12.50}}`,
  );
  const got = await receiver.waitFor((requests) => requests.some((r) => r.url === '/second/L-7'));
  expect(got).toBeTruthy();
  const lead = receiver.requests.find((r) => r.url === '/lead')!;
  expect(lead.body.toString()).toBe(
    '{"email":"ada@example.com","note":"say \\"hi\\"\\n\u2028😀","total":12.50}'.replace(
      '\u2028',
      JSON.stringify('\u2028').slice(1, -1),
    ),
  );
  const mine = receiver.requests.find((r) => r.url === '/second/L-7')!;
  expect(JSON.parse(mine.body.toString())).toEqual({ lead: 'L-7', score: 12.5 });
  const profile = await h.until('the scenario to end', async () => {
    const found = (await h.api('GET', '/profiles?identifier=user_id:ada')).body.items[0];
    return found?.attributes.welcomed && found;
  });
  expect(profile.attributes).toEqual({
    email: 'ada@example.com',
    lead_id: 'L-7',
    score: 12.5,
    tags: ['a', 'b'],
    welcomed: true,
  });
  const trail = (await h.api('GET', `/scenarios/${id}/profiles/${profile.id}/trail`)).body.items[0];
  expect(trail.trail.map((t: { step: string; outcome: string }) => [t.step, t.outcome])).toEqual([
    ['lead', 'delivered'],
    ['check', 'yes'],
    ['second', 'delivered'],
    ['mark', null],
  ]);
  const numbers = (await h.api('GET', `/scenarios/${id}/statistics`)).body;
  expect(numbers).toMatchObject({ entered: 1, profiles: 1, ended: 1 });
  expect(numbers.steps.find((s: { step: string }) => s.step === 'lead')).toMatchObject({
    reached: 1,
    accepted: 1,
    pending: 0,
  });
});

test('requests are signed as Standard Webhooks say, and a rotated key signs with both secrets', async () => {
  const key = (await h.api('POST', '/signing-keys', { name: 'mine' })).body;
  const { event } = await one('/signed', { signing: { key: key.id } });
  const rotated = (await h.api('POST', `/signing-keys/${key.id}/rotate`, {})).body;
  await h.until('the new secret to be seen', async () => {
    const before = receiver.requests.length;
    await send(event);
    await receiver.waitFor(before + 1);
    return String(receiver.requests.at(-1)!.headers['webhook-signature']).split(' ').length === 2;
  });
  const { headers, body } = receiver.requests.at(-1)!;
  for (const { secret } of [key, rotated])
    new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
  expect(headers['idempotency-key']).toBeTruthy();
});

test('Customer.io and sha256= signatures carry their own headers', async () => {
  const a = await one('/cio', { signing: { scheme: 'customer.io' } });
  await delivery(await send(a.event), 'delivered');
  const cio = receiver.requests.find((r) => r.url === '/cio')!.headers;
  expect(cio['x-cio-signature']).toMatch(/^[0-9a-f]{64}$/);
  expect(cio['x-cio-timestamp']).toMatch(/^\d+$/);
  const b = await one('/sha', { signing: { scheme: 'sha256', header: 'X-Hub' } });
  await delivery(await send(b.event), 'delivered');
  expect(receiver.requests.find((r) => r.url === '/sha')!.headers['x-hub']).toMatch(/^sha256=[0-9a-f]{64}$/);
});

test('500 twice and then 200: the same id, key and bytes, signed anew; the waits are the policy’s', async () => {
  receiver.on('/twice', does.statuses(500, 500, 200));
  const { event } = await one('/twice', { retry: { waits: [60, 600] } });
  const profile = await send(event);
  const waiting = await delivery(profile, 'retrying');
  const wait = Date.parse(waiting.next_try_at) - Date.parse(waiting.attempts[0].started_at);
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThan(70_000);
  await h.advance(70_000);
  await h.until('the second attempt', async () => (await delivery(profile)).attempts.length === 2);
  await h.advance(700_000);
  const done = await delivery(profile, 'delivered');
  expect(done.attempts.map((a: { status: number }) => a.status)).toEqual([500, 500, 200]);
  const sent = receiver.requests.filter((r) => r.url === '/twice');
  expect(new Set(sent.map((r) => `${r.headers['webhook-id']} ${r.headers['idempotency-key']} ${r.body}`)).size).toBe(1);
  expect(new Set(sent.map((r) => r.headers['webhook-signature'])).size).toBe(3);
});

test('429 with Retry-After waits as long as it was asked to', async () => {
  receiver.on('/later', does.tooMany('1800'));
  const { event } = await one('/later', { retry: { waits: [5] } });
  const waiting = await delivery(await send(event), 'retrying');
  expect(Date.parse(waiting.next_try_at) - Date.parse(waiting.attempts[0].started_at)).toBeGreaterThan(1_790_000);
});

test.each([
  ['/hang', 'timeout'],
  ['/drip', 'timeout'],
  ['/reset', 'reset'],
])('%s fails as %s, and uses up a try', async (path, code) => {
  const { event } = await one(path, { timeout_ms: 500, retry: 'none' });
  const failed = await delivery(await send(event), 'failed');
  expect(failed.reason.code).toBe(code);
  expect(failed.tries).toBe(1);
});

test('a redirect to a private address is not followed; it fails with a reason', async () => {
  const { event } = await one('/redirect');
  const failed = await delivery(await send(event), 'failed');
  expect(failed.reason.message).toMatch(/redirects are not followed/);
});

test.each(['/large', '/bomb'])('%s: 64 KB are kept, nothing is mapped, and the delivery says so', async (path) => {
  const { event } = await one(path, { mapping: [{ path: 'x', attribute: 'x' }] });
  const done = await delivery(await send(event), 'delivered');
  expect(done.attempts[0].response_cut).toBe(true);
  expect(done.attempts[0].response_body.bytes).toBeLessThanOrEqual(65_536);
  const timeline = await h.until('the outcome', async () => {
    const { items } = (await h.api('GET', `/profiles/${done.profile}/timeline`)).body;
    return items.find((i: { kind: string }) => i.kind === 'outcome');
  });
  expect(timeline.body.refused[0].reason).toMatch(/cut/);
});

test('invalid JSON maps nothing and says so; a failed call maps nothing', async () => {
  const { event } = await one('/invalid-json', { mapping: [{ path: 'x', attribute: 'x' }] });
  const profile = await send(event);
  const outcome = await h.until('the outcome', async () => {
    const { items } = (await h.api('GET', `/profiles/${profile}/timeline`)).body;
    return items.find((i: { kind: string }) => i.kind === 'outcome');
  });
  expect(outcome.body.refused[0]).toMatchObject({ attribute: 'x', reason: expect.stringMatching(/JSON/) });
});

test('the four modes with none, several, null and ill-typed results', async () => {
  receiver.on('/modes', does.json({ one: 'x', many: [1, 2, 2], nothing: null, word: 'text', num: 5 }));
  const { event } = await one('/modes', {
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
  const userId = `modes-${++n}`;
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

test('template errors and hostile templates cost one delivery and nothing else', async () => {
  const hostile = await one('/never', {
    body: '{"x":"{% for i in (1..100000000) %}{% for j in (1..100000000) %}x{% endfor %}{% endfor %}"}',
  });
  const broken = await one('/never', { body: '{"x": {{ event.a | divided_by: 0 }} }' });
  const unclosed = await one('/never', { body: '{"x": "{{ event.a }}" ' });
  const fine = await one('/fine');
  const people = await Promise.all([send(hostile.event), send(broken.event), send(unclosed.event), send(fine.event)]);
  const [a, b, c] = await Promise.all(people.slice(0, 3).map((p) => delivery(p, 'failed')));
  expect(a.reason.code).toBe('template_budget');
  expect(b.reason.code).toBe('template_error');
  expect(c.reason.code).toBe('invalid_json');
  await delivery(people[3]!, 'delivered');
  expect(receiver.requests.some((r) => r.url === '/never')).toBe(false);
});

test('a template that aborts skips the delivery with its reason and takes the fail branch', async () => {
  const w = await webhook('/abort', { body: '{% abort "no email" %}' });
  const { event } = await scenario([
    { id: 'call', kind: 'webhook', webhook: w.id, next: null, on_fail: 'mark' },
    { id: 'mark', kind: 'update', set: [{ attribute: 'skipped', value: true }] },
  ]);
  const profile = await send(event);
  expect((await delivery(profile, 'skipped')).reason.message).toMatch(/no email/);
  await h.until('the fail branch', async () => (await h.api('GET', `/profiles/${profile}`)).body.attributes.skipped);
});

test('move on at the first attempt: the next step does not wait for retries', async () => {
  receiver.on('/slow-success', does.statuses(500, 200));
  const w = await webhook('/slow-success', { retry: { waits: [3600] } });
  const { event } = await scenario([
    { id: 'call', kind: 'webhook', webhook: w.id, move_on: 'first_attempt', next: 'mark' },
    { id: 'mark', kind: 'update', set: [{ attribute: 'moved', value: true }] },
  ]);
  const profile = await send(event);
  await h.until('the next step', async () => (await h.api('GET', `/profiles/${profile}`)).body.attributes.moved);
  expect((await delivery(profile)).state).toBe('retrying');
});

test('pause holds what is queued, resume lets it go, archive cancels it', async () => {
  receiver.on('/held', does.statuses(500));
  const { id, event } = await one('/held', { retry: { waits: [30, 30, 30, 30, 30, 30] } });
  const profile = await send(event);
  await delivery(profile, 'retrying');
  expect((await h.api('POST', `/scenarios/${id}/pause`)).status).toBe(200);
  const before = receiver.requests.filter((r) => r.url === '/held').length;
  await h.advance(60_000);
  expect((await delivery(profile)).held).toBe(true);
  expect(receiver.requests.filter((r) => r.url === '/held').length).toBe(before);
  await h.api('POST', `/scenarios/${id}/resume`);
  await h.until('the next attempt', async () => receiver.requests.filter((r) => r.url === '/held').length > before);
  await h.api('POST', `/scenarios/${id}/archive`);
  expect((await delivery(profile, 'cancelled')).reason.code).toBeTruthy();
  const enrollment = await h.until('the end', async () => {
    const { items } = (await h.api('GET', `/profiles/${profile}/enrollments`)).body;
    return items[0]?.state === 'ended' && items[0];
  });
  expect(enrollment.reason).toBe('archived');
});

test('resend: a new delivery with the first one’s id, key and bytes; it moves no enrollment', async () => {
  const { event } = await one('/again');
  const profile = await send(event);
  const first = await delivery(profile, 'delivered');
  const made = await h.api('POST', `/deliveries/${first.id}/resend`);
  expect(made.status).toBe(201);
  await h.until('the resend', async () => receiver.requests.filter((r) => r.url === '/again').length === 2);
  const [a, b] = receiver.requests.filter((r) => r.url === '/again');
  expect([b!.headers['webhook-id'], b!.headers['idempotency-key'], b!.body.toString()]).toEqual([
    a!.headers['webhook-id'],
    a!.headers['idempotency-key'],
    a!.body.toString(),
  ]);
});

test('a secret leaves in its request alone: answers, records and mapped values hide it', async () => {
  const secret = 'topsecret-9876543210';
  receiver.on(
    '/echo',
    does.json({ token: secret, nested: { base64: Buffer.from(`x:${secret}`).toString('base64') }, fine: 'yes' }),
  );
  const w = await webhook('/echo', {
    headers: [{ name: 'Authorization', value: `Bearer ${secret}`, secret: true }],
    mapping: [
      { path: 'token', attribute: 'stolen' },
      { path: 'fine', attribute: 'fine' },
    ],
  });
  const { event } = await scenario([{ id: 'call', kind: 'webhook', webhook: w.id }]);
  const profile = await send(event);
  const done = await delivery(profile, 'delivered');
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

test('NUL and lone surrogates become U+FFFD, and neighbours are kept', async () => {
  const { event } = await one('/odd', { body: '{"v":"{{event.v}}"}' });
  const answer = await h.track(
    'batch',
    `{"batch":[{"type":"track","userId":"odd","event":"${event}","properties":{"v":"a\\u0000b\\ud800c"}},{"type":"track","event":"nobody"},{"type":"identify","userId":"odd","traits":{"k\\u0000":"v"}}]}`,
  );
  expect(answer.status).toBe(200);
  expect(answer.body.rejected).toEqual([{ index: 1, messageId: null, reason: expect.stringMatching(/names nobody/) }]);
  const got = await receiver.waitFor((requests) => requests.some((r) => r.url === '/odd'));
  expect(got).toBeTruthy();
  expect(JSON.parse(receiver.requests.find((r) => r.url === '/odd')!.body.toString()).v).toBe('a\uFFFDb\uFFFDc');
  expect((await h.api('GET', '/rejected-messages')).body.items[0].index).toBe(1);
});

test('a repeated message id counts once; numbers leave as they were written', async () => {
  const { event } = await one('/once', { body: '{"n":{{event.n}},"d":{{event.d}}}' });
  const message = `{"userId":"once","messageId":"m-1","event":"${event}","properties":{"n":12345678901234567890,"d":1.10}}`;
  await h.track('track', message);
  await h.track('track', message);
  await receiver.waitFor((requests) => requests.some((r) => r.url === '/once'));
  expect(receiver.requests.find((r) => r.url === '/once')!.body.toString()).toBe('{"n":12345678901234567890,"d":1.10}');
  const person = (await h.api('GET', '/profiles?identifier=user_id:once')).body.items[0];
  expect(
    (await h.api('GET', `/profiles/${person.id}/timeline`)).body.items.filter(
      (i: { kind: string }) => i.kind === 'track',
    ),
  ).toHaveLength(1);
});

test('publishing says what is missing; a POST with an Idempotency-Key happens once', async () => {
  const made = await h.api('POST', '/scenarios', {
    name: 'half',
    draft: { start: 'a', steps: [{ id: 'a', kind: 'webhook', webhook: 'nowhere', next: 'b' }] },
  });
  const answer = await h.api('POST', `/scenarios/${made.body.id}/publish`);
  expect(answer.status).toBe(422);
  expect(answer.body.errors.length).toBeGreaterThanOrEqual(3);
  const headers = { 'idempotency-key': 'k-1' };
  const [a, b] = [
    await h.api('POST', '/scenarios', { name: 'x', draft: {} }, { headers }),
    await h.api('POST', '/scenarios', { name: 'x', draft: {} }, { headers }),
  ];
  expect(a.body.id).toBe(b.body.id);
  expect((await h.api('POST', '/scenarios', { name: 'y', draft: {} }, { headers })).status).toBe(422);
});

test('an anonymous person who signs up is one profile with one timeline', async () => {
  const anonymousId = `anon-${++n}`;
  await h.track('track', { anonymousId, event: 'Looked' });
  await h.track('identify', { userId: `named-${n}`, traits: { email: `p${n}@x.org` } });
  await h.track('identify', { userId: `named-${n}`, anonymousId });
  await h.track('track', { anonymousId, event: 'Looked again' });
  const person = await h.until('one profile', async () => {
    const [a] = (await h.api('GET', `/profiles?identifier=user_id:named-${n}`)).body.items;
    const [b] = (await h.api('GET', `/profiles?identifier=anonymous_id:${anonymousId}`)).body.items;
    return a && b && a.id === b.id && a;
  });
  await h.until('both events', async () => {
    const { items } = (await h.api('GET', `/profiles/${person.id}/timeline`)).body;
    return ['Looked', 'Looked again'].every((name) => items.some((i: { name: string }) => i.name === name));
  });
});

test('a template that a stricter reading would refuse is saved and sent; the preview says where', async () => {
  const definition = { url: `${receiver.url}/lax`, body: '{"a": "{{ customer.name | nope }}"}' };
  const { id } = await webhook('/lax', definition);
  const typed = { customer: { name: 'Ann' } };
  const answer = await h.api('POST', '/webhooks/preview', { webhook: id, definition, typed });
  expect(answer.body).toMatchObject({
    problems: [],
    warnings: [{ field: 'body', line: 1, column: 27, message: expect.stringContaining('nope') }],
    request: { body: { content: '{"a": "Ann"}' } },
  });
});
