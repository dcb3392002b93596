import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
let profile: string;

beforeAll(async () => {
  h = await startHandoff({ allow: ['127.0.0.1/32'] });
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
  await h.track('identify', { userId: 'ann', traits: { email: 'ann@example.com', name: 'Ann "A" Ö', total: 12.5 } });
  profile = await h.until('the profile', async () => (await find('ann'))?.id);
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

const find = async (user: string) => (await h.api('GET', `/profiles?identifier=user_id:${user}`)).body.items[0];
const SECRET = 'Bearer very-secret-token-0815';
const definition = (path: string, more: object = {}) => ({
  url: `${receiver.url}${path}?who={{ customer.email }}`,
  query: [{ name: 'n', value: '{{ event.n }}' }],
  headers: [
    { name: 'X-Name', value: '{{ customer.name }}' },
    { name: 'Authorization', value: SECRET, secret: true },
  ],
  body: '{"name": {{ customer.name | json }}, "total": {{ customer.total }}, "n": {{ event.n }}, "delivery": "{{ delivery.id }}", "at": "{{ now }}"}',
  ...more,
});
type Pair = { name: string; value: string };
const CHANGING = new Set(['webhook-id', 'idempotency-key', 'webhook-timestamp', 'webhook-signature']);
const steady = (pairs: Pair[]) =>
  pairs.map(({ name, value }) => (CHANGING.has(name.toLowerCase()) ? [name, ''] : [name, value]));
/** A body without what no two deliveries have in common. */
const same = (text: string) => text.replace(/dlv_[0-9a-f]{32}/, 'dlv').replace(/"at": "[^"]*"/, '"at": ""');

it('a preview is what a real delivery sends', async () => {
  receiver.on('/real', does.json({ ok: true }));
  const hook = (await h.api('POST', '/webhooks', { name: 'real', definition: definition('/real') })).body;
  const draft = {
    trigger: { kind: 'event', event: 'order' },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: hook.id }],
  };
  const scenario = (await h.api('POST', '/scenarios', { name: 'real', draft })).body;
  expect((await h.api('POST', `/scenarios/${scenario.id}/publish`)).status).toBe(200);
  await h.track('track', { userId: 'ann', event: 'order', properties: { n: 7.1 } });
  const [wire] = await receiver.waitFor((all) => all.some((one) => one.path === '/real'));
  const listed = await h.until(
    'the delivery',
    async () => (await h.api('GET', `/deliveries?state=delivered&webhook=${hook.id}`)).body.items[0],
  );
  const { body: sent } = await h.api('GET', `/deliveries/${listed.id}`);

  const { status, body } = await h.api('POST', '/webhooks/preview', {
    definition: hook.definition,
    webhook: hook.id,
    profile,
    event: sent.event,
  });
  expect([status, body.problems, body.skipped]).toEqual([200, [], null]);
  const { request } = body;
  expect([request.method, request.url]).toEqual([sent.request.method, sent.request.url]);
  expect(request.url).toBe(`${receiver.url}${wire!.url}`);
  expect(same(request.body.content)).toBe(same(wire!.body.toString()));
  expect(request.body.bytes).toBe(wire!.body.length);
  expect(wire!.body.toString()).toContain('"Ann \\"A\\" Ö"');
  // What was sent: the request's own headers, then what is added, secrets hidden.
  expect(steady(request.headers)).toEqual(steady([...sent.request.headers, ...sent.attempts[0].added_headers]));
  for (const { name } of request.headers) expect(wire!.headers).toHaveProperty(name.toLowerCase());
  expect(wire!.headers.authorization).toBe(SECRET);
  expect(JSON.stringify(body)).not.toContain('very-secret');
});

it('a preview names what is wrong, and where', async () => {
  const ask = async (given: object, extra: object = { profile }) =>
    (await h.api('POST', '/webhooks/preview', { definition: definition('/x', given), ...extra })).body;
  expect(await ask({ body: '{\n  "a": {{ customer.name \n}' })).toMatchObject({
    request: null,
    problems: [{ field: 'body', line: 2 }],
  });
  expect((await ask({ body: '{"a": }' })).problems[0]).toMatchObject({ field: 'body' });
  expect((await ask({ url: 'ftp://example.com/' })).problems[0]).toMatchObject({ field: 'url' });
  const unknown = `sgk_${'0'.repeat(32)}`;
  expect(await ask({ signing: { key: unknown } })).toMatchObject({
    request: null,
    problems: [{ field: 'signing.key' }],
  });
  expect(await ask({ signing: { key: 'none' } })).toMatchObject({
    request: null,
    problems: [{ field: 'signing.key' }],
  });
  const skips = await ask({ body: '{% abort "no" %}' });
  expect(skips).toEqual({
    other: null,
    request: null,
    problems: [],
    warnings: [],
    skipped: 'The template ended this delivery: no',
  });
  const typed = {
    customer: { email: 'b@example.com', name: 'B', total: 1 },
    event: { name: 'e', properties: { n: 2 } },
  };
  expect((await ask({}, { typed })).request.url).toBe(`${receiver.url}/x?who=b%40example.com&n=2`);
  const nobody = `prf_${'0'.repeat(32)}`;
  expect((await h.api('POST', '/webhooks/preview', { definition: definition('/x'), profile: nobody })).status).toBe(
    404,
  );
});

it('a test really sends, once, and makes no delivery', async () => {
  receiver.on('/test', does.json({ plan: 'gold', echo: SECRET }));
  const mapping = [
    { path: '$.plan', attribute: 'plan' },
    { path: '$.echo', attribute: 'echo' },
    { path: '$.none', attribute: 'none' },
  ];
  const before = receiver.requests.length;
  const given = { definition: definition('/test', { mapping }), profile, typed: { event: { properties: { n: 1 } } } };
  const { status, body } = await h.api('POST', '/webhooks/test', given);
  expect(status).toBe(200);
  expect(body).toMatchObject({ ok: true, reason: null, response: { status: 200, cut: false }, problems: [] });
  // A secret that comes back is hidden before anything is mapped, as in a delivery.
  expect(body.mapped).toEqual([
    { attribute: 'plan', value: 'gold' },
    { attribute: 'echo', value: '[redacted]' },
  ]);
  expect(body.refused).toEqual([{ attribute: 'none', reason: 'no match' }]);
  expect(JSON.stringify(body)).not.toContain('very-secret');
  const arrived = receiver.requests.slice(before);
  expect(arrived).toHaveLength(1);
  expect(arrived[0]!.headers.authorization).toBe(SECRET);
  expect(body.request.body.content).toBe(arrived[0]!.body.toString());
  expect(body.address).toContain('127.0.0.1');
  expect((await find('ann')).attributes).not.toHaveProperty('plan');
  const deliveries = await h.stage.database.run({ name: '', text: 'SELECT 1 FROM deliveries WHERE step IS NULL' });
  expect(deliveries).toHaveLength(0);
});

it('a test says how an endpoint misbehaved', async () => {
  const ask = async (definition: object) =>
    (await h.api('POST', '/webhooks/test', { definition, profile, typed: { event: { properties: { n: 1 } } } })).body;
  expect(await ask(definition('/status/500'))).toMatchObject({ ok: false, response: { status: 500 } });
  const from = performance.now();
  const hung = await ask(definition('/hang', { timeout_ms: 300 }));
  expect(performance.now() - from).toBeLessThan(5_000);
  expect(hung).toMatchObject({ ok: false, response: null });
  expect(hung.duration_ms).toBeGreaterThanOrEqual(290);
  expect(hung.reason).toMatch(/300|0\.3/);
  const before = receiver.requests.length;
  const forbidden = await ask({ ...definition('/x'), url: `http://169.254.169.254/latest/` });
  expect(forbidden).toMatchObject({ ok: false, response: null });
  expect(forbidden.reason).toMatch(/Nothing was sent to 169/);
  expect((await ask({ ...definition('/x'), url: receiver.url.replace('127.0.0.1', '127.0.0.2') })).ok).toBe(false);
  expect(receiver.requests).toHaveLength(before);
});

it('a stored secret counts for its own origin alone', async () => {
  const stored = (await h.api('POST', '/webhooks', { name: 'stored', definition: definition('/own') })).body;
  const given = { definition: stored.definition, webhook: stored.id, profile };
  const before = receiver.requests.length;
  expect(
    (await h.api('POST', '/webhooks/test', { ...given, typed: { event: { properties: { n: 1 } } } })).body.ok,
  ).toBe(true);
  expect(receiver.requests[before]!.headers.authorization).toBe(SECRET);
  const elsewhere = { ...given, definition: { ...stored.definition, url: 'https://elsewhere.example/' } };
  expect((await h.api('POST', '/webhooks/test', elsewhere)).status).toBe(422);
  expect((await h.api('POST', '/webhooks/preview', elsewhere)).status).toBe(422);
});

it('mapping rules are tried on a body', async () => {
  const rules = [
    { path: '$.a.b', attribute: 'x' },
    { path: '$.list[*]', attribute: 'y', mode: 'add_to_list' },
    { path: '$.gone', attribute: 'z' },
  ];
  const wanted = {
    changes: [
      { attribute: 'x', mode: 'set', value: 1 },
      { attribute: 'y', mode: 'add_to_list', value: ['p', 'q'] },
    ],
    refused: [{ attribute: 'z', reason: 'no match' }],
  };
  const value = { a: { b: 1 }, list: ['p', 'q'] };
  expect((await h.api('POST', '/mappings/try', { rules, body: value })).body).toEqual(wanted);
  expect((await h.api('POST', '/mappings/try', { rules, body: JSON.stringify(value) })).body).toEqual(wanted);
  const broken = await h.api('POST', '/mappings/try', { rules, body: 'no json' });
  expect([broken.status, broken.body.refused.length]).toEqual([200, 3]);
  expect(
    (await h.api('POST', '/mappings/try', { rules: [{ path: '$..[', attribute: 'x' }], body: {} })).body.refused,
  ).toHaveLength(1);
});

it('what an answer says of each profile of a batch is tried on a body, and rules read the first entry', async () => {
  const body = { results: [{ id: 7, ok: true }, { ok: false }, { status: 503, ok: true }] };
  const success = { path: 'ok', op: 'equals', value: true };
  const rules = [{ path: '$.id', attribute: 'x' }];
  const entries = { list: '$.results', status: '$.status', success };
  const tried = (await h.api('POST', '/mappings/try', { rules, body, entries })).body;
  expect(tried.changes).toEqual([{ attribute: 'x', mode: 'set', value: 7 }]);
  expect(tried.entries.map((one: { state: string }) => one.state)).toEqual(['delivered', 'failed', 'retry']);
  expect(tried.entries[1].reason).toMatch(/condition on "ok"/);
  const again = { ...entries, success: { ...success, otherwise: 'retry' } };
  const said = await h.api('POST', '/mappings/try', { rules: [], body, entries: again, statuses: 'bloomreach' });
  expect(said.body.entries.map((one: { state: string }) => one.state)).toEqual(['delivered', 'retry', 'retry']);
  for (const [list, what, why] of [
    ['$.nothing', body, /no entry at/],
    ['$..[', body, /can't be read/],
    ['$.results', 'no json', /no JSON/],
  ] as const) {
    const none = await h.api('POST', '/mappings/try', { rules, body: what, entries: { list } });
    expect([none.status, none.body.entries, none.body.refused.length]).toEqual([200, [], 1]);
    expect(none.body.trouble).toMatch(why);
  }
});

it('lists take the filters of their pages', async () => {
  const count = async (query: string) => (await h.api('GET', `/deliveries?${query}`)).body.items.length;
  const [one] = (await h.api('GET', '/deliveries')).body.items;
  expect(await count('state=delivered&state=failed')).toBe(1);
  expect(await count('state=failed')).toBe(0);
  expect(await count(`step=call&scenario=${one.scenario}&profile=${profile}`)).toBe(1);
  expect(await count(`idempotency_key=${one.id}`)).toBe(1);
  expect(await count('reason=status_500')).toBe(0);
  expect((await h.api('GET', '/deliveries/counts?state=delivered')).body).toEqual({
    by_state: { delivered: 1 },
    more: false,
  });
  const profiles = async (query: object) => h.api('GET', `/profiles?${new URLSearchParams({ ...query })}`);
  const city = { attribute: 'total', op: 'at_least', value: 12.5 };
  expect((await profiles({ q: 'ann@' })).body).toEqual({ items: [await find('ann')], next_cursor: null });
  expect((await profiles({ q: 'ö' })).body.items).toHaveLength(1);
  expect((await profiles({ filter: JSON.stringify(city) })).body.items).toMatchObject([{ id: profile }]);
  expect((await profiles({ filter: JSON.stringify({ not: city }) })).body.items).toEqual([]);
  for (const filter of [
    'no',
    '{"op":"equals"}',
    '{"property":"n","op":"exists"}',
    '{"not":'.repeat(40) + JSON.stringify(city) + '}'.repeat(40),
  ])
    expect([filter, (await profiles({ filter })).status]).toEqual([filter, 400]);
  expect((await profiles({ q: 'ann', cursor: 'bm8' })).status).toBe(400);
});
