import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
let profile: string;
let scenario: string;
let hook: string;
const DAY = 86_400;

const draft = () => ({
  trigger: { kind: 'event', event: 'signed up', filter: { property: 'plan', op: 'exists' } },
  start: 'score',
  steps: [
    { id: 'score', kind: 'webhook', webhook: hook, next: 'rest', on_fail: 'sorry' },
    { id: 'rest', kind: 'wait', seconds: DAY, next: 'good' },
    {
      id: 'good',
      kind: 'condition',
      if: { response: 'score', path: 'score', op: 'at_least', value: 5 },
      yes: 'mark',
      no: 'out',
    },
    { id: 'mark', kind: 'update', set: [{ attribute: 'tier', value: 'gold' }], next: 'tell' },
    { id: 'tell', kind: 'webhook', webhook: 'teller', next: null },
    { id: 'sorry', kind: 'exit', reason: 'no score' },
    { id: 'out', kind: 'exit', reason: 'too low' },
  ],
});

beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
  const headers = [{ name: 'X-Key', value: 'a-secret-of-this-webhook', secret: true }];
  const score = {
    url: `${receiver.url}/score`,
    headers,
    body: '{"plan": "{{ event.plan }}", "step": "{{ step }}"}',
    mapping: [{ path: '$.score', attribute: 'score' }],
  };
  hook = (await h.api('POST', '/webhooks', { name: 'score', definition: score })).body.id;
  const body =
    '{"tier": "{{ customer.tier }}", "score": {{ customer.score }}, "raw": {{ steps.score.response.score }}, "at": "{{ now }}", "by": "{{ scenario.name }}"}';
  await h.api('POST', '/webhooks', {
    name: 'teller',
    key: 'teller',
    definition: { url: `${receiver.url}/tell`, body },
  });
  await h.track('identify', { userId: 'ann', traits: { name: 'Ann' } });
  const found = () => h.api('GET', '/profiles?identifier=user_id:ann');
  profile = await h.until('the profile', async () => (await found()).body.items[0]?.id);
  scenario = (await h.api('POST', '/scenarios', { name: 'Welcome', draft: draft() })).body.id;
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

const run = async (given: object) =>
  (await h.api('POST', `/scenarios/${scenario}/dry-run`, { profile, ...given })).body;
const steps = (answer: { path: { step: string; note: string }[] }) => answer.path.map((one) => one.step);
const everything = async () => {
  const held: Record<string, number> = {};
  for (const table of [
    'deliveries',
    'enrollments',
    'events',
    'timers',
    'lane_queue',
    'inbox',
    'scenario_profiles',
    'requests',
  ])
    held[table] = (
      await h.stage.database.run<{ n: number }>({ name: '', text: `SELECT count(*) AS n FROM ${table}` })
    )[0]!.n;
  return held;
};

it('walks the way that a profile would go, and neither writes nor sends', async () => {
  const before = await everything();
  const [was] = (await h.api('GET', '/profiles')).body.items;
  const from = h.stage.clock.now();
  const answer = await run({ properties: { plan: 'pro' }, responses: { score: { score: 7 } } });
  expect(steps(answer)).toEqual(['score', 'rest', 'good', 'mark', 'tell']);
  expect(answer.ended).toBe('completed');
  const [score, rest, good, mark, tell] = answer.path;
  expect(score).toMatchObject({
    kind: 'webhook',
    note: 'delivered',
    problems: [],
    mapped: [{ attribute: 'score', mode: 'set', value: 7 }],
  });
  expect(score.request.body.content).toBe('{"plan": "pro", "step": "score"}');
  expect(score.request.headers).toContainEqual({ name: 'X-Key', value: '•••' });
  expect(score.request.headers.map((one: { name: string }) => one.name)).toContain('webhook-signature');
  const due = Date.parse(score.at) + DAY * 1000;
  expect(rest.note).toBe(`until ${new Date(due).toISOString()}`);
  expect([good.note, Date.parse(good.at), mark.note]).toEqual(['yes', due, 'tier = "gold"']);
  expect(Date.parse(score.at)).toBeGreaterThanOrEqual(from);
  // Templates see the moved time, what was mapped and written on the way, and the response.
  const told = { tier: 'gold', score: 7, raw: 7, at: new Date(due).toISOString(), by: 'Welcome' };
  expect(JSON.parse(tell.request.body.content)).toEqual(told);
  expect(await everything()).toEqual(before);
  expect((await h.api('GET', '/profiles')).body.items).toEqual([was]);
  expect(receiver.requests).toEqual([]);
});

it('goes the way of the outcomes and responses that are given', async () => {
  const properties = { plan: 'pro' };
  const failed = await run({ properties, outcomes: { score: 'failed' } });
  expect([steps(failed), failed.ended]).toEqual([['score', 'sorry'], 'no score']);
  const low = await run({ properties, responses: { score: '{"score": 4}' } });
  expect([steps(low), low.ended]).toEqual([['score', 'rest', 'good', 'out'], 'too low']);
  const empty = await run({ properties });
  expect(empty.ended).toBe('too low');
  expect(empty.path[0].refused).toHaveLength(1);
  expect(await run({})).toMatchObject({ path: [], ended: expect.stringContaining('filter') });
});

it('shows where a template fails, and goes on as a failed delivery does', async () => {
  const definition = { url: `${receiver.url}/x`, body: '{"a": {{ customer.name }} {{ customer.name }}}' };
  expect((await h.api('POST', '/webhooks', { name: 'broken', key: 'broken', definition })).status).toBe(201);
  const broken = { ...draft(), start: 'tell', steps: [{ id: 'tell', kind: 'webhook', webhook: 'broken' }] };
  const answer = await run({ draft: broken, properties: { plan: 'a' } });
  expect(answer.path[0]).toMatchObject({ step: 'tell', request: null, problems: [{ field: 'body' }] });
  expect(answer.path[0].note).toMatch(/^failed: /);
});

it('stops after 100 steps', async () => {
  const round = {
    ...draft(),
    start: 'a',
    steps: [
      { id: 'a', kind: 'wait', seconds: 60, next: 'b' },
      { id: 'b', kind: 'update', set: [{ attribute: 'n', mode: 'sum', value: 1 }], next: 'a' },
    ],
  };
  const answer = await run({ draft: round, properties: { plan: 'a' } });
  expect(answer.path).toHaveLength(100);
  expect(answer.ended).toContain('100 steps');
  expect(answer.path.at(-1).note).toBe('n = 50');
});

it('takes an event of the profile, by the way that it really went', async () => {
  receiver.on('/score', does.json({ score: 9 }));
  await h.api('POST', `/scenarios/${scenario}/publish`);
  await h.track('track', { userId: 'ann', event: 'signed up', properties: { plan: 'team' } });
  const delivery = await h.until(
    'the delivery',
    async () => (await h.api('GET', '/deliveries?step=score&state=delivered')).body.items[0],
  );
  const sent = (await h.api('GET', `/deliveries/${delivery.id}`)).body.request;
  const answer = await run({ event: delivery.event, responses: { score: { score: 9 } } });
  expect(answer.path[0].request.body).toEqual(sent.body);
  await h.advance(DAY * 1000 + 1000);
  const enrollment = await h.until('the end', async () => {
    const { body } = await h.api('GET', `/enrollments/${delivery.enrollment}`);
    return body.state === 'ended' && body;
  });
  expect(steps(answer)).toEqual(enrollment.trail.map((one: { step: string }) => one.step));
  const once = await run({ draft: { ...draft(), reentry: 'once' }, event: delivery.event });
  expect(once).toMatchObject({ path: [], ended: expect.stringContaining('once') });
});

it('says what is missing', async () => {
  const ask = (given: object, at = scenario) => h.api('POST', `/scenarios/${at}/dry-run`, { profile, ...given });
  expect((await ask({}, `scn_${'0'.repeat(32)}`)).status).toBe(404);
  expect((await ask({ profile: `prf_${'0'.repeat(32)}` })).status).toBe(404);
  expect((await ask({ event: `evt_${'0'.repeat(32)}` })).status).toBe(404);
  expect((await ask({ profile: 'ann' })).status).toBe(422);
  const incomplete = await ask({ draft: { ...draft(), start: 'nowhere' } });
  expect([incomplete.status, incomplete.body.problems.length > 0]).toEqual([422, true]);
});

it('a profile shows what changed it, and a webhook what uses it', async () => {
  await h.api('PATCH', `/profiles/${profile}`, { attributes: { city: 'Bern' } });
  await h.until('the change', async () => (await h.api('GET', `/profiles/${profile}`)).body.attributes.city === 'Bern');
  await h.track('identify', { userId: 'ann', traits: { city: 'Basel' } });
  await h.until(
    'the change',
    async () => (await h.api('GET', `/profiles/${profile}`)).body.attributes.city === 'Basel',
  );
  const history = async (query: string) => (await h.api('GET', `/profiles/${profile}/history?${query}`)).body;
  const city = await history('attribute=city');
  expect(city.items).toMatchObject([
    { kind: 'identify', origin: 'event', changes: [{ attribute: 'city', value: 'Basel' }] },
    { kind: 'update', origin: 'person', changes: [{ attribute: 'city', mode: 'set', value: 'Bern' }] },
  ]);
  expect(city.latest).toMatchObject({ value: 'Basel', origin: 'event' });
  const [delivery] = (await h.api('GET', '/deliveries?step=score')).body.items;
  const score = await history('attribute=score');
  expect(score.items).toMatchObject([
    {
      kind: 'outcome',
      origin: 'response',
      delivery: delivery.id,
      webhook: hook,
      scenario,
      step: 'score',
      changes: [{ value: 9 }],
    },
  ]);
  // A scenario's own step leaves no entry, but the attribute says where it came from.
  expect(await history('attribute=tier')).toMatchObject({ items: [], latest: { value: 'gold', origin: 'scenario' } });
  const first = await history('limit=1');
  expect((await history(`limit=1&cursor=${first.next_cursor}`)).items).not.toEqual(first.items);
  expect((await h.api('GET', `/profiles/prf_${'0'.repeat(32)}/history`)).status).toBe(404);

  const using = async (id: string) => (await h.api('GET', `/webhooks/${id}/scenarios`)).body.items;
  expect(await using(hook)).toEqual([{ id: scenario, name: 'Welcome', state: 'active', draft: true, published: true }]);
  const all = (await h.api('GET', '/webhooks')).body.items as { id: string; key: string }[];
  expect(await using(all.find((one) => one.key === 'teller')!.id)).toHaveLength(1);
  await h.api('PATCH', `/scenarios/${scenario}`, { draft: { trigger: null, start: null, steps: [] } });
  expect(await using(hook)).toMatchObject([{ draft: false, published: true }]);
  expect(await using(all.find((one) => one.key === 'broken')!.id)).toEqual([]);
});
