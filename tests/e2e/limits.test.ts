import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
beforeAll(async () => {
  [h, receiver] = await Promise.all([startHandoff({ log: 'error' }), startReceiver()]);
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver?.close();
  await h?.stop();
});

/** A webhook and a scenario that calls it for an event of the same name. */
async function callFor(name: string, url: string, more: { policy?: string; definition?: object } = {}) {
  const definition = { url, body: '{"n": {{ event.n }}}', retry: 'none', timeout_ms: 2_000, ...more.definition };
  const webhook = (await h.api('POST', '/webhooks', { name, definition })).body;
  if (more.policy) await h.api('PATCH', `/webhooks/${webhook.id}`, { policy: more.policy });
  const draft = {
    trigger: { kind: 'event', event: name },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: webhook.id }],
  };
  const scenario = (await h.api('POST', '/scenarios', { name, draft })).body;
  expect((await h.api('POST', `/scenarios/${scenario.id}/publish`)).status).toBe(200);
  return { webhook: webhook.id as string, scenario: scenario.id as string };
}
const send = (name: string, n: number) =>
  h.track('batch', {
    batch: Array.from({ length: n }, (_, i) => ({
      type: 'track',
      userId: `${name} ${i}`,
      event: name,
      properties: { n: i },
    })),
  });
const stateOf = async (webhook: string) => (await h.api('GET', `/deliveries/counts?webhook=${webhook}`)).body.by_state;
const policy = async (given: object) => (await h.api('POST', '/policies', given)).body;

test('webhooks share a policy: never more open than it says, nor more begun in a second', async () => {
  const { id } = await policy({ name: 'Ten', concurrency: 5, rate: 40, per: 'second' });
  let open = 0;
  let most = 0;
  receiver.on('/limited', async (request, response) => {
    most = Math.max(most, ++open);
    await new Promise((done) => setTimeout(done, 30));
    open--;
    return does.json({ ok: true })(request, response);
  });
  const calls = await Promise.all(
    [1, 2, 3].map((i) => callFor(`limited ${i}`, `${receiver.url}/limited`, { policy: id })),
  );
  const began = performance.now();
  await Promise.all([1, 2, 3].map((i) => send(`limited ${i}`, 40)));
  await h.until('some to wait', async () => (await h.api('GET', `/policies/${id}`)).body.now.waiting > 0);
  await h.until('all of them', async () => {
    const states = await Promise.all(calls.map((call) => stateOf(call.webhook)));
    return states.every((state) => state.delivered === 40);
  });
  expect(performance.now() - began).toBeGreaterThan(1_900);
  expect(most).toBeLessThanOrEqual(5);
  const starts = (await attempts(calls.map((call) => call.webhook))).sort((a, b) => a - b);
  expect(starts).toHaveLength(120);
  for (const [i, at] of starts.entries())
    expect((starts[i + 40] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(1_000);
});

async function attempts(webhooks: string[]): Promise<number[]> {
  const rows = await h.stage.database.run<{ started_at: number }>({
    name: `attempts-${webhooks[0]}`,
    text: `SELECT a.started_at FROM attempts a JOIN requests r ON r.id = a.request_id AND r.workspace_id = a.workspace_id
      WHERE r.webhook_id = ANY('{${webhooks.map(bare).join()}}'::uuid[])`,
  });
  return rows.map((row) => row.started_at);
}
const bare = (id: string) => id.slice(4).replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');

test('a changed limit works at once; what is queued stays under its policy when the webhook moves; deleting asks', async () => {
  const day = await policy({ name: 'Five a day', rate: 5, per: 'day' });
  receiver.on('/day', does.json({ ok: true }));
  const { webhook, scenario } = await callFor('daily', `${receiver.url}/day`, { policy: day.id });
  await send('daily', 12);
  await h.until('five', async () => (await stateOf(webhook)).delivered === 5);
  const full = (await h.api('GET', `/policies/${day.id}`)).body;
  expect(full.now).toMatchObject({ spent: 5, open: 0, waiting: 7 });
  expect(Date.parse(full.now.next_at) - h.stage.clock.now()).toBeGreaterThan(80_000_000);
  // Moved: what comes now goes, what was queued waits on.
  await h.api('PATCH', `/webhooks/${webhook}`, { policy: null });
  await h.track('track', { userId: 'a late one', event: 'daily', properties: { n: 99 } });
  await h.until('the late one', async () => (await stateOf(webhook)).delivered === 6);
  expect(await stateOf(webhook)).toMatchObject({ delivered: 6, queued: 7 });
  await h.api('PUT', `/policies/${day.id}`, { name: 'Eight a day', rate: 8, per: 'day' });
  await h.until('three more', async () => (await stateOf(webhook)).delivered === 9);
  expect(await stateOf(webhook)).toMatchObject({ delivered: 9, queued: 4 });

  await h.api('PATCH', `/webhooks/${webhook}`, { policy: day.id });
  const asked = await h.api('DELETE', `/policies/${day.id}`);
  expect(asked).toMatchObject({ status: 409, body: { errors: [{ field: 'replacement' }] } });
  const used = (await h.api('GET', `/policies/${day.id}/references`)).body;
  expect(used).toMatchObject({ webhooks: [{ id: webhook }], scenarios: [{ id: scenario, state: 'active' }] });
  expect((await h.api('DELETE', `/policies/${day.id}?stop=true`)).status).toBe(204);
  expect((await h.api('GET', `/scenarios/${scenario}`)).body.state).toBe('paused');
  expect((await h.api('GET', `/policies/${day.id}`)).status).toBe(404);
  // Resumed, what waited is under the policy that the webhook has now: none.
  await h.api('POST', `/scenarios/${scenario}/resume`);
  await h.until('the rest', async () => (await stateOf(webhook)).delivered === 13);
});

test('bad limits are refused at their field', async () => {
  const bad = await Promise.all([
    h.api('POST', '/policies', { name: 'Nothing' }),
    h.api('POST', '/policies', { name: 'Half', rate: 5 }),
    h.api('POST', '/policies', { name: 'Zero', concurrency: 0 }),
  ]);
  expect(bad.map(({ status, body }) => [status, body.errors[0].field])).toEqual([
    [422, 'rate'],
    [422, 'per'],
    [422, 'concurrency'],
  ]);
  const other = await h.addWorkspace('another');
  const { id } = await policy({ name: 'Mine', concurrency: 1 });
  const { body: webhook } = await h.api(
    'POST',
    '/webhooks',
    { name: 'theirs', definition: { url: 'https://example.com/' } },
    { key: other.key },
  );
  const stolen = await h.api('PATCH', `/webhooks/${webhook.id}`, { policy: id }, { key: other.key });
  expect(stolen.status).toBe(422);
});

test('an origin that does not answer is paused, probed and resumed; nothing else waits, and no try is used up', async () => {
  const bad = await startReceiver();
  receiver.on('/good', does.json({ ok: true }));
  let broken = true;
  bad.on('/bad', (request, response) => (broken ? does.statuses(503) : does.json({ ok: true }))(request, response));
  const good = await callFor('good', `${receiver.url}/good`);
  const ill = await callFor('ill', `${bad.url}/bad`, { definition: { retry: { waits: [1, 1, 1, 1, 1, 1] } } });
  await send('ill', 500);
  await h.until('the breaker', async () => {
    const { body } = await h.api('GET', '/origins');
    return body.items.find(
      (one: { origin: string; state: string }) => one.origin === bad.url && one.state === 'broken',
    );
  });
  await send('good', 50);
  await h.until('the good ones', async () => (await stateOf(good.webhook)).delivered === 50);
  const seen = bad.requests.length;
  expect(seen).toBeLessThan(400);
  broken = false;
  await h.until('the rest', async () => (await stateOf(ill.webhook)).delivered === 500);
  const { body } = await h.api('GET', `/origins/changes?origin=${encodeURIComponent(bad.url)}`);
  expect(body.items.map((one: { change: string }) => one.change)).toEqual(['closed', 'opened']);
  // Nobody was called more often than while the breaker was shut: 503 used up a try, waiting for the probe none.
  expect(bad.requests.length).toBeLessThanOrEqual(seen + 500 + 2);

  // Paused by hand: what comes waits; resumed: it goes.
  expect((await h.api('POST', '/origins/pause', { origin: bad.url })).status).toBe(204);
  expect((await h.api('POST', '/origins/pause', { origin: 'https://nobody.example' })).status).toBe(404);
  await h.until('all processes to know', async () => {
    await h.track('track', { userId: 'someone', event: 'ill', properties: { n: 1 } });
    const before = bad.requests.length;
    await h.track('track', { userId: 'someone else', event: 'ill', properties: { n: 2 } });
    await new Promise((done) => setTimeout(done, 300));
    return bad.requests.length === before;
  });
  expect((await stateOf(ill.webhook)).queued).toBeGreaterThan(0);
  expect((await h.api('POST', '/origins/resume', { origin: bad.url })).status).toBe(204);
  await h.until('what waited', async () => !(await stateOf(ill.webhook)).queued);
  await bad.close();
});

test('an answer that stops the campaign halts what waits; released, it goes', async () => {
  let stopping = true;
  receiver.on('/stops', (request, response) =>
    (stopping ? does.statuses(410) : does.json({ ok: true }))(request, response),
  );
  const { id } = await policy({ name: 'One at a time', concurrency: 1, rate: 5, per: 'second' });
  const statuses = { delivered: ['2xx'], retry: ['5xx'], stop: [410] };
  const { webhook, scenario } = await callFor('stops', `${receiver.url}/stops`, {
    policy: id,
    definition: { statuses },
  });
  await send('stops', 20);
  const halted = await h.until('the scenario to be halted', async () => {
    const { body } = await h.api('GET', `/scenarios/${scenario}`);
    return body.halted && body;
  });
  expect(halted).toMatchObject({ state: 'paused', halted: { message: expect.stringContaining('410') } });
  await h.until('what waits to be halted', async () => {
    const states = await stateOf(webhook);
    return (states.halted ?? 0) > 0 && !states.queued && !states.sending && states;
  });
  stopping = false;
  await h.api('POST', `/scenarios/${scenario}/resume`);
  await h.until('the rest', async () => {
    const { delivered = 0, failed = 0 } = await stateOf(webhook);
    return delivered + failed === 20 && delivered > 0;
  });
});
