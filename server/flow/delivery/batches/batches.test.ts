import { afterEach, beforeEach, expect, test } from 'vitest';
import { webhookDefinition } from '../../../../shared/webhook.ts';
import { type DeliveryStage, startDeliveryStage } from '../../../../tests/stage/delivery.ts';
import type { Behaviour, Received } from '../../../../tests/stage/receiver.ts';
import { CLASS, DELIVERY } from '../../../schema/index.ts';
import { listMembers } from '../exchange.ts';
import { resendBatch, resendDelivery } from '../resend.ts';

let d: DeliveryStage;
beforeEach(async () => {
  d = await startDeliveryStage();
});
afterEach(() => d.close());

type Extra = Record<string, unknown>;
const batched = (path: string, batch: Extra, extra: Extra = {}) =>
  d.webhook(path, {
    body: '{"all": [{{ customers | join: "," }}]}',
    batch: { size: 10, wait_ms: 150, customer: '{"name": {{ customer.name }}}', ...batch },
    ...extra,
  });
const queueAll = async (hook: { id: string; lane: string }, names: readonly string[], extra: Extra = {}) => {
  const made: { id: string; profile: string }[] = [];
  for (const name of names) made.push(await d.queue(hook, { name, ...extra }));
  return made;
};
const names = (n: number) => Array.from({ length: n }, (_, i) => `p${i}`);
const inside = (request: Received) =>
  (JSON.parse(request.body.toString()) as { all: { name: string }[] }).all.map(({ name }) => name);
/** Answers by who is inside. */
const answering =
  (of: (inside: string[]) => [status: number, body: unknown]): Behaviour =>
  (request, response) => {
    const [status, body] = of(inside(request));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

test('deliveries meet in requests of the size asked for; the rest go when they have waited; each ends once', async () => {
  const hook = await batched('/all', {}, { mapping: [{ path: 'job', attribute: 'job' }] });
  d.receiver.on(
    '/all',
    answering(() => [200, { job: 7 }]),
  );
  const made = await queueAll(hook, names(23), { class: CLASS.bulk });
  await d.start();
  const rows = await Promise.all(made.map(({ id }) => d.ended(id)));
  expect(rows.every((row) => row.state === DELIVERY.delivered && row.tries === 1)).toBe(true);
  expect(d.receiver.requests.map((request) => inside(request).length).sort()).toEqual([10, 10, 3]);
  expect(d.receiver.requests.flatMap(inside).sort()).toEqual(names(23).sort());
  // One id, key and attempt a request; every member says which it was in.
  const ids = d.receiver.requests.map((request) => request.headers['webhook-id']);
  expect(new Set(ids).size).toBe(3);
  expect(await d.sql('SELECT id FROM attempts')).toHaveLength(3);
  const requests = await d.sql<{ id: string; members: string[] }>('SELECT id, members FROM requests');
  for (const [i, { id }] of made.entries())
    expect(requests.find((one) => one.members.includes(id))?.id).toBe(rows[i]!.request_id);
  for (const { id } of made)
    expect(await d.factsOf(id)).toMatchObject([{ body: { status: 200, changes: [{ attribute: 'job', value: 7 }] } }]);
});

test('a member whose template fails or is skipped ends alone, and so does one that spoils the JSON', async () => {
  const customer =
    '{% if customer.name == "skip" %}{% abort %}{% endif %}{% if customer.name == "bad" %}{"name": {% else %}{"name": {{ customer.name }}}{% endif %}';
  const hook = await batched('/some', { customer: customer });
  const made = await queueAll(hook, ['a', 'skip', 'bad', 'b']);
  await d.start();
  const [a, skip, bad, b] = await Promise.all(made.map(({ id }) => d.ended(id)));
  expect([a!.state, b!.state]).toEqual([DELIVERY.delivered, DELIVERY.delivered]);
  expect(skip!.state).toBe(DELIVERY.skipped);
  expect(bad).toMatchObject({ state: DELIVERY.failed, request_id: null });
  expect(JSON.parse(bad!.reason!)).toMatchObject({ code: 'invalid_json' });
  expect(d.receiver.requests.map(inside)).toEqual([['a', 'b']]);
});

test('a batch that fails is repeated with the same members, bytes, id and key, also by another process', async () => {
  const hook = await batched('/flaky', {}, { retry: { waits: [0.3, 0.3] } });
  let calls = 0;
  d.receiver.on(
    '/flaky',
    answering(() => [calls++ === 0 ? 503 : 200, {}]),
  );
  const made = await queueAll(hook, names(5));
  const first = await d.start();
  await d.receiver.waitFor(1);
  await first.stop();
  // What comes meanwhile isn't added to it.
  const late = await d.queue(hook, { name: 'late' });
  await d.start();
  for (const { id } of [...made, late]) expect((await d.ended(id)).state).toBe(DELIVERY.delivered);
  const [one, two, three] = d.receiver.requests;
  const same = [one!, inside(two!).includes('late') ? three! : two!];
  expect(same[1]!.body).toEqual(same[0]!.body);
  expect(same[1]!.headers['webhook-id']).toBe(same[0]!.headers['webhook-id']);
  expect(same[1]!.headers['idempotency-key']).toBe(same[0]!.headers['idempotency-key']);
  expect(d.receiver.requests.filter((request) => inside(request).includes('late')).map(inside)).toEqual([['late']]);
});

test('a refused batch is split in halves until the bad one stands alone', async () => {
  const hook = await batched('/split', { size: 64, split_on: [422] });
  d.receiver.on(
    '/split',
    answering((who) => [who.includes('p37') ? 422 : 200, {}]),
  );
  const made = await queueAll(hook, names(64));
  await d.start();
  const rows = await Promise.all(made.map(({ id }) => d.ended(id)));
  expect(rows.map((row) => row.state === DELIVERY.failed)).toEqual(made.map((_, i) => i === 37));
  expect(rows.every((row) => row.tries === 1)).toBe(true);
  const delivered = d.receiver.requests.filter((request) => !inside(request).includes('p37')).flatMap(inside);
  expect(delivered.sort()).toEqual(
    names(64)
      .filter((name) => name !== 'p37')
      .sort(),
  );
  // 64, 32, 16, 8, 4, 2, 1: log2(n) + 1 rounds.
  expect(d.receiver.requests.filter((request) => inside(request).includes('p37'))).toHaveLength(7);
});

test("each profile's own outcome is read from the answer's list, by a key or by place", async () => {
  const results = {
    list: '$.items',
    match: { path: '$.who', key: '{{ customer.name }}' },
    status: '$.code',
    success: { path: 'fine', op: 'equals', value: true },
    missing: 'fail',
  };
  const hook = await batched('/each', { results }, { mapping: [{ path: '$.id', attribute: 'their_id' }] });
  const first = new Map<string, number>();
  d.receiver.on(
    '/each',
    answering((who) => [
      207,
      {
        items: who
          .map((name) => {
            const again = first.has(name);
            first.set(name, 1);
            return {
              who: name,
              code: name === 'later' && !again ? 503 : 200,
              fine: name !== 'unfit',
              id: `id-${name}`,
            };
          })
          .filter(({ who: name }) => name !== 'lost')
          .reverse(),
      },
    ]),
  );
  const made = await queueAll(hook, ['ok', 'later', 'unfit', 'lost']);
  await d.start();
  const [ok, later, unfit, lost] = await Promise.all(made.map(({ id }) => d.ended(id)));
  expect([ok!.state, later!.state, unfit!.state, lost!.state]).toEqual([
    DELIVERY.delivered,
    DELIVERY.delivered,
    DELIVERY.failed,
    DELIVERY.failed,
  ]);
  expect([ok!.tries, later!.tries]).toEqual([1, 2]);
  expect(JSON.parse(lost!.reason!)).toMatchObject({ code: 'no_entry' });
  expect(d.receiver.requests.map(inside)).toEqual([['ok', 'later', 'unfit', 'lost'], ['later']]);
  expect(await d.factsOf(made[0]!.id)).toMatchObject([
    { body: { changes: [{ attribute: 'their_id', value: 'id-ok' }], refused: [] } },
  ]);
});

test('an archived scenario takes its members out before they go; a changed batch goes under a new id', async () => {
  const hook = await batched('/left', {}, { retry: { waits: [0.4] } });
  let calls = 0;
  d.receiver.on(
    '/left',
    answering(() => [calls++ === 0 ? 503 : 200, {}]),
  );
  const scenario = await d.scenario();
  const stays = await queueAll(hook, ['a', 'b']);
  const leaves = await d.queue(hook, { name: 'gone', scenario });
  await d.start();
  await d.receiver.waitFor(1);
  await d.until('the retry', async () => (await d.queued(leaves.id))?.state === DELIVERY.retrying);
  await d.sql('DELETE FROM lane_queue WHERE delivery_id = $1', [leaves.id]);
  for (const { id } of stays) expect((await d.ended(id)).state).toBe(DELIVERY.delivered);
  expect(d.receiver.requests.map(inside)).toEqual([
    ['a', 'b', 'gone'],
    ['a', 'b'],
  ]);
  expect(d.receiver.requests[1]!.headers['webhook-id']).not.toBe(d.receiver.requests[0]!.headers['webhook-id']);
});

test('a batch has no more bytes than it may', async () => {
  const hook = await batched('/bytes', { bytes: 1_000 });
  const long = Array.from({ length: 8 }, (_, i) => 'abcdefgh'[i]!.repeat(300));
  const made = await queueAll(hook, long);
  await d.start();
  for (const { id } of made) expect((await d.ended(id)).state).toBe(DELIVERY.delivered);
  // They go at the same time, and arrive in any order.
  const sizes = d.receiver.requests.map((request) => request.body.length <= 1_000 && inside(request).length);
  expect(sizes.sort()).toEqual([2, 3, 3]);
  expect(d.receiver.requests.flatMap(inside).sort()).toEqual(long);
});

test('a webhook that batches no more repeats what it sent as it was, and sends what comes one by one', async () => {
  const hook = await batched('/was', {}, { retry: { waits: [1] } });
  let calls = 0;
  d.receiver.on('/was', (_, response) => {
    response.writeHead(calls++ === 0 ? 503 : 200).end();
  });
  const made = await queueAll(hook, ['a', 'b']);
  const first = await d.start();
  await d.until('the retry', async () => (await d.queued(made[1]!.id))?.state === DELIVERY.retrying);
  await first.stop();
  const definition = webhookDefinition.parse({ url: `${d.receiver.url}/was`, body: '{"one": {{ customer.name }}}' });
  await d.sql(
    'INSERT INTO webhook_versions (workspace_id, webhook_id, version, definition, created_at) VALUES ($1, $2, 2, $3, 0)',
    [d.on.workspace, hook.id, JSON.stringify(definition)],
  );
  await d.sql('UPDATE webhooks SET version = 2');
  const alone = await queueAll(hook, ['c', 'd']);
  await d.start();
  for (const { id } of [...made, ...alone]) expect((await d.ended(id)).state).toBe(DELIVERY.delivered);
  const [one, ...rest] = d.receiver.requests;
  const again = rest.find((request) => request.headers['webhook-id'] === one!.headers['webhook-id']);
  expect(again?.body).toEqual(one!.body);
  const others = rest.filter((request) => request !== again).map((request) => request.body.toString());
  expect(others.sort()).toEqual(['{"one": "c"}', '{"one": "d"}']);
});

test('one of a batch is sent again alone, anew; the whole batch is sent again as it was', async () => {
  const hook = await batched('/again', {});
  const made = await queueAll(hook, ['a', 'b', 'c']);
  const { signals } = await d.start();
  for (const { id } of made) await d.ended(id);
  const { database, clock, workspace } = d.on;
  const alone = await resendDelivery(database, clock, workspace, made[1]!.id);
  if (!alone.ok) throw new Error(alone.message);
  expect(alone.anew).toBe(true);
  // What waits meanwhile doesn't join it.
  const other = await d.queue(hook, { name: 'other' });
  signals.raise('lane_queue');
  for (const id of [alone.id, other.id]) expect((await d.ended(id)).state).toBe(DELIVERY.delivered);
  const whole = await resendBatch(database, clock, workspace, made[0]!.id);
  if (!whole.ok) throw new Error(whole.message);
  signals.raise('lane_queue');
  for (const id of whole.ids) expect((await d.ended(id)).state).toBe(DELIVERY.delivered);
  const [first] = d.receiver.requests;
  const repeats = d.receiver.requests.filter(
    (request) => request.headers['webhook-id'] === first!.headers['webhook-id'],
  );
  expect(repeats.map(inside)).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ]);
  expect(repeats[1]!.body).toEqual(first!.body);
  expect(
    d.receiver.requests
      .filter((request) => !repeats.includes(request))
      .map(inside)
      .sort(),
  ).toEqual([['b'], ['other']]);
  const { request_id: request } = (await d.ended(whole.ids[2]!))!;
  const members = await listMembers(database, workspace, request!, { from: 1, limit: 10 });
  expect(members.map((one) => one.id)).toEqual(whole.ids.slice(1));
  expect(await resendBatch(database, clock, workspace, alone.id)).toMatchObject({ ok: true });
});
