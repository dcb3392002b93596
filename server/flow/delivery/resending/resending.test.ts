import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../../../tests/stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../../../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
const webhooks: Record<string, string> = {};
const MANY = 2_000;

beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
  for (const name of ['many', 'few', 'held']) await scenarioOf(name);
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

/** A webhook that calls /<name> once, and a scenario that sends it for the event <name>. */
async function scenarioOf(name: string): Promise<void> {
  const definition = {
    url: `${receiver.url}/${name}`,
    body: '{"who":"{{customer.id}}","plan":"{{customer.plan}}","n":{{event.n}}}',
    retry: 'none',
  };
  const { id } = (await h.api('POST', '/webhooks', { name, definition })).body;
  webhooks[name] = id;
  const draft = {
    trigger: { kind: 'event', event: name },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: id }],
  };
  const scenario = (await h.api('POST', '/scenarios', { name, draft })).body;
  expect((await h.api('POST', `/scenarios/${scenario.id}/publish`)).status).toBe(200);
}

/** Sends events and waits until what they led to has ended. */
async function fill(name: string, count: number): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const batch = Array.from({ length: Math.min(500, count - from) }, (_, i) => ({
      type: 'track',
      userId: `${name}-${(from + i) % 200}`,
      event: name,
      properties: { n: from + i },
    }));
    expect((await h.track('batch', { batch })).status).toBe(200);
  }
  const query = `webhook=${webhooks[name]}`;
  await h.until('the deliveries', async () => {
    const { by_state: states } = (await h.api('GET', `/deliveries/counts?${query}`)).body;
    return (states.delivered ?? 0) + (states.failed ?? 0) === count;
  });
}

const jobOf = async (id: string) => (await h.api('GET', `/resends/${id}`)).body;
const ended = (id: string) =>
  h.until('the job to end', async () => {
    const job = await jobOf(id);
    return job.ended_at && job;
  });
const arrivals = (path: string) => receiver.requests.filter((request) => request.path === path);
/** What makes a request this one. */
const mark = ({ headers, body }: { headers: Record<string, string>; body: Buffer }) =>
  `${headers['webhook-id']} ${headers['idempotency-key']} ${headers['content-type']} ${body.toString()}`;

test('a job over 2,000 failed deliveries makes exactly one resend of each, with the same id, key and bytes', async () => {
  receiver.on('/many', does.json({ no: true }, 400));
  await fill('many', MANY);
  const first = arrivals('/many').map(mark);
  receiver.on('/many', does.json({ ok: true }));
  const filter = { webhook: webhooks.many, state: 'failed', reason: 'http_400', step: 'call' };

  // Counting has its time and says when that was too short: on a busy machine the first one may be.
  const preview = await h.until('all to be counted', async () => {
    const { body } = await h.api('POST', '/resends/preview', { filter });
    return !body.more && body;
  });
  expect(preview).toMatchObject({ count: MANY, more: false, by_state: { failed: MANY } });
  expect(preview.sample).toHaveLength(10);
  expect(preview.sample[0].skipped).toBeNull();
  expect(preview.sample[0].id < preview.sample[9].id).toBe(true);

  const made = await h.api('POST', '/resends', { filter, per_second: 2_000 });
  expect(made).toMatchObject({
    status: 201,
    body: { state: 'running', filter: { ...filter, state: ['failed'] } },
  });
  expect(made.body.expected_more || made.body.expected === MANY).toBe(true);
  const job = await ended(made.body.id);
  expect(job).toMatchObject({
    state: 'done',
    found: MANY,
    made: MANY,
    skipped: [],
    cancelled: 0,
    made_by: 'HANDOFF_API_KEY',
  });
  await h.until('all to arrive', async () => (await jobOf(job.id)).by_state.delivered === MANY);
  const again = arrivals('/many').slice(MANY).map(mark);
  expect(new Set(again).size).toBe(MANY);
  expect(again.toSorted()).toEqual(first.toSorted());

  const failed = (await h.api('GET', `/resends/${job.id}/deliveries?state=failed`)).body;
  expect(failed).toEqual({ items: [], next_cursor: null });
  const delivered = (await h.api('GET', `/resends/${job.id}/deliveries?state=delivered&limit=2`)).body;
  const { next_cursor: cursor, items } = delivered;
  const next = (await h.api('GET', `/resends/${job.id}/deliveries?state=delivered&limit=2&cursor=${cursor}`)).body;
  expect(next.items[0].id < items[1].id).toBe(true);

  // Bulk, so that what an event triggers goes first; each names the first one.
  const page = (await h.api('GET', `/resends/${job.id}/deliveries?limit=200`)).body;
  expect(page.items).toHaveLength(200);
  expect(page.next_cursor).not.toBeNull();
  const rows = await h.stage.database.run<{ class: number; n: string }>({
    name: '',
    text: 'SELECT class, count(DISTINCT resend_of)::int AS n FROM deliveries WHERE resend_of IS NOT NULL GROUP BY 1',
  });
  expect(rows).toEqual([{ class: 1, n: MANY }]);

  // They have arrived: a second job over the same finds nothing to do.
  const second = await ended((await h.api('POST', '/resends', { filter })).body.id);
  expect(second).toMatchObject({
    state: 'done',
    found: MANY,
    made: 0,
    skipped: [{ code: 'arrived_since', count: MANY }],
  });
}, 120_000);

test('render anew is something new: an id and a key of its own, from what the profile and the webhook are now', async () => {
  receiver.on('/few', does.json({}, 400));
  await fill('few', 3);
  await h.track('identify', { userId: 'few-1', traits: { plan: 'gold' } });
  await h.until('the plan', async () => {
    const found = (await h.api('GET', '/profiles?identifier=user_id:few-1')).body.items[0];
    return (await h.api('GET', `/profiles/${found.id}`)).body.attributes.plan === 'gold';
  });
  receiver.on('/few', does.json({}));
  const filter = { webhook: webhooks.few, state: ['failed'] };
  const before = arrivals('/few');
  const job = await ended((await h.api('POST', '/resends', { filter, mode: 'render_anew' })).body.id);
  expect(job).toMatchObject({ made: 3, mode: 'render_anew' });
  await h.until('the requests', async () => arrivals('/few').length === 6);
  const keys = new Set(before.map(({ headers }) => headers['idempotency-key']));
  const now = arrivals('/few').slice(3);
  expect(now.some(({ headers }) => keys.has(headers['idempotency-key']!))).toBe(false);
  expect(now.map(({ body }) => JSON.parse(body.toString())).find((body) => body.n === 1)).toMatchObject({
    plan: 'gold',
  });
});

test('the rate is kept, and stopping takes back what has not left', async () => {
  receiver.on('/held', does.json({}, 400));
  await fill('held', 60);
  receiver.on('/held', does.json({}));
  const before = arrivals('/held').length;
  const filter = { webhook: webhooks.held, state: ['failed'] };
  const began = Date.now();
  const { id } = (await h.api('POST', '/resends', { filter, per_second: 20 })).body;
  const some = await receiver.waitFor((all) => all.filter(({ path }) => path === '/held').length >= before + 25);
  const at = some.filter(({ path }) => path === '/held')[before + 24]!.at;
  expect(at - began).toBeGreaterThan(1_000);
  expect((await h.api('POST', `/resends/${id}/stop`)).status).toBe(200);
  const job = await ended(id);
  expect(job.state).toBe('stopped');
  await h.until('nothing to wait', async () => {
    const { by_state: states } = await jobOf(id);
    return !states.queued && !states.sending;
  });
  const { made, cancelled, by_state: states } = await jobOf(id);
  expect(made).toBeLessThan(60);
  expect(states.delivered + (states.cancelled ?? 0)).toBe(made);
  expect(states.cancelled ?? 0).toBe(cancelled);
  expect(arrivals('/held').length - before).toBe(states.delivered);
  // Stopping what has ended changes nothing, and what was cancelled can be sent by another job.
  expect((await h.api('POST', `/resends/${id}/stop`)).body.state).toBe('stopped');
  const rest = await ended((await h.api('POST', '/resends', { filter, per_second: 2_000 })).body.id);
  expect(rest).toMatchObject({ found: 60, made: 60 - states.delivered });
  expect(rest.skipped).toEqual([expect.objectContaining({ code: 'arrived_since', count: states.delivered })]);
});

test('a line of resends is sent once, and a filter must name something', async () => {
  receiver.on('/few', does.json({}, 400));
  const [one] = (await h.api('GET', `/deliveries?webhook=${webhooks.held}&state=delivered&limit=1`)).body.items;
  receiver.on('/held', does.json({}, 400));
  const resent = (await h.api('POST', `/deliveries/${one.id}/resend`)).body;
  await h.until('its end', async () => (await h.api('GET', `/deliveries/${resent.id}`)).body.state === 'failed');
  expect(resent.resend_of).toBe(one.resend_of ?? one.id);
  receiver.on('/held', does.json({}));
  const filter = { idempotency_key: (await h.api('GET', `/deliveries/${resent.id}`)).body.request.idempotency_key };
  const job = await ended((await h.api('POST', '/resends', { filter })).body.id);
  expect(job.made).toBe(1);
  expect(job.found).toBeGreaterThan(2);
  await h.until('its end', async () => (await jobOf(job.id)).by_state.delivered === 1);
  const arrived = await ended((await h.api('POST', '/resends', { filter: { ...filter, state: 'delivered' } })).body.id);
  expect(arrived).toMatchObject({ found: 2, made: 1, skipped: [{ code: 'repeated', count: 1 }] });
  expect(await h.api('POST', '/resends', { filter: {} })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'filter' }] },
  });
  expect(await h.api('POST', '/resends', { filter: { state: 'failed' }, per_second: 0 })).toMatchObject({
    status: 422,
  });
});
