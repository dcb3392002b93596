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

test('two webhook steps: the second uses the first response and a mapped attribute', async () => {
  receiver.on('/lead', does.json({ lead: { id: 'L-7' }, score: 12.5, tags: ['a', 'b'] }));
  const first = await flow.webhook('/lead', {
    body: '{"email":"{{customer.email}}","note":"{{event.note}}","total":{{event.total}}}',
    mapping: [
      { path: 'lead.id', attribute: 'lead_id' },
      { path: '$.score', attribute: 'score', mode: 'sum' },
      { path: '$.tags[*]', attribute: 'tags', mode: 'add_to_list' },
    ],
  });
  const second = await flow.webhook('/second/{{steps.lead.response.lead.id}}', {
    body: '{"lead":"{{customer.lead_id}}","score":{{response.score}}}',
  });
  const { id, event } = await flow.scenario([
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

test('template errors and hostile templates cost one delivery and nothing else', async () => {
  const hostile = await flow.one('/never', {
    body: '{"x":"{% for i in (1..100000000) %}{% for j in (1..100000000) %}x{% endfor %}{% endfor %}"}',
  });
  const broken = await flow.one('/never', { body: '{"x": {{ event.a | divided_by: 0 }} }' });
  const unclosed = await flow.one('/never', { body: '{"x": "{{ event.a }}" ' });
  const fine = await flow.one('/fine');
  const people = await Promise.all([
    flow.send(hostile.event),
    flow.send(broken.event),
    flow.send(unclosed.event),
    flow.send(fine.event),
  ]);
  const [a, b, c] = await Promise.all(people.slice(0, 3).map((p) => flow.delivery(p, 'failed')));
  expect(a.reason.code).toBe('template_budget');
  expect(b.reason.code).toBe('template_error');
  expect(c.reason.code).toBe('invalid_json');
  await flow.delivery(people[3]!, 'delivered');
  expect(receiver.requests.some((r) => r.url === '/never')).toBe(false);
});

test('a template that aborts skips the delivery with its reason and takes the fail branch', async () => {
  const w = await flow.webhook('/abort', { body: '{% abort "no email" %}' });
  const { event } = await flow.scenario([
    { id: 'call', kind: 'webhook', webhook: w.id, next: null, on_fail: 'mark' },
    { id: 'mark', kind: 'update', set: [{ attribute: 'skipped', value: true }] },
  ]);
  const profile = await flow.send(event);
  expect((await flow.delivery(profile, 'skipped')).reason.message).toMatch(/no email/);
  await h.until('the fail branch', async () => (await h.api('GET', `/profiles/${profile}`)).body.attributes.skipped);
});

test('move on at the first attempt: the next step does not wait for retries', async () => {
  receiver.on('/slow-success', does.statuses(500, 200));
  const w = await flow.webhook('/slow-success', { retry: { waits: [3600] } });
  const { event } = await flow.scenario([
    { id: 'call', kind: 'webhook', webhook: w.id, move_on: 'first_attempt', next: 'mark' },
    { id: 'mark', kind: 'update', set: [{ attribute: 'moved', value: true }] },
  ]);
  const profile = await flow.send(event);
  await h.until('the next step', async () => (await h.api('GET', `/profiles/${profile}`)).body.attributes.moved);
  expect((await flow.delivery(profile)).state).toBe('retrying');
});

test('pause holds what is queued, resume lets it go, archive cancels it', async () => {
  receiver.on('/held', does.statuses(500));
  const { id, event } = await flow.one('/held', { retry: { waits: [30, 30, 30, 30, 30, 30] } });
  const profile = await flow.send(event);
  await flow.delivery(profile, 'retrying');
  expect((await h.api('POST', `/scenarios/${id}/pause`)).status).toBe(200);
  const before = receiver.requests.filter((r) => r.url === '/held').length;
  await h.advance(60_000);
  expect((await flow.delivery(profile)).held).toBe(true);
  expect(receiver.requests.filter((r) => r.url === '/held').length).toBe(before);
  await h.api('POST', `/scenarios/${id}/resume`);
  await h.until('the next attempt', async () => receiver.requests.filter((r) => r.url === '/held').length > before);
  await h.api('POST', `/scenarios/${id}/archive`);
  expect((await flow.delivery(profile, 'cancelled')).reason.code).toBeTruthy();
  const enrollment = await h.until('the end', async () => {
    const { items } = (await h.api('GET', `/profiles/${profile}/enrollments`)).body;
    return items[0]?.state === 'ended' && items[0];
  });
  expect(enrollment.reason).toBe('archived');
});

test('resend: a new delivery with the first one’s id, key and bytes; it moves no enrollment', async () => {
  const { event } = await flow.one('/again');
  const profile = await flow.send(event);
  const first = await flow.delivery(profile, 'delivered');
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

test('NUL and lone surrogates become U+FFFD, and neighbours are kept', async () => {
  const { event } = await flow.one('/odd', { body: '{"v":"{{event.v}}"}' });
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
  const { event } = await flow.one('/once', { body: '{"n":{{event.n}},"d":{{event.d}}}' });
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
  const n = flow.next();
  const anonymousId = `anon-${n}`;
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
  const { id } = await flow.webhook('/lax', definition);
  const typed = { customer: { name: 'Ann' } };
  const answer = await h.api('POST', '/webhooks/preview', { webhook: id, definition, typed });
  expect(answer.body).toMatchObject({
    problems: [],
    warnings: [{ field: 'body', line: 1, column: 27, message: expect.stringContaining('nope') }],
    request: { body: { content: '{"a": "Ann"}' } },
  });
});
