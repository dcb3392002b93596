import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DeliveryStage, startDeliveryStage } from '../../../tests/stage/delivery.ts';
import { does, startReceiver } from '../../../tests/stage/receiver.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { CLASS, DELIVERY, FACT, MODE } from '../../schema/index.ts';

let d: DeliveryStage;
let on: DeliveryStage['on'];
let receiver: DeliveryStage['receiver'];

beforeEach(async () => {
  d = await startDeliveryStage();
  ({ on, receiver } = d);
});
afterEach(() => d.close());

const sql = <Row = Record<string, unknown>>(text: string, values?: unknown[]) => d.sql<Row>(text, values);
const start: DeliveryStage['start'] = (signals) => d.start(signals);
const webhook: DeliveryStage['webhook'] = (...given) => d.webhook(...given);
const scenario: DeliveryStage['scenario'] = (state) => d.scenario(state);
const queue: DeliveryStage['queue'] = (...given) => d.queue(...given);
const until = <T>(what: string, look: () => Promise<T | undefined | false>) => d.until(what, look);
const ended: DeliveryStage['ended'] = (id) => d.ended(id);
const queued: DeliveryStage['queued'] = (id) => d.queued(id);
const factsOf: DeliveryStage['factsOf'] = (id) => d.factsOf(id);

test('a queued delivery is rendered, committed, signed, sent, recorded and told, once', async () => {
  receiver.on('/ok', does.json({ id: 7, plan: 'gold' }));
  const hook = await webhook('/ok', { mapping: [{ path: 'plan', attribute: 'plan' }] }, [
    ['Authorization', 'Bearer top-secret-token'],
  ]);
  const one = await queue(hook, { scenario: await scenario() });
  await start();
  expect(await ended(one.id)).toMatchObject({ state: DELIVERY.delivered, tries: 1, reason: null });
  expect(receiver.requests).toHaveLength(1);
  const [got] = receiver.requests;
  expect(got!.body.toString()).toBe('{"name":"Ada"}');
  expect(got!.headers.authorization).toBe('Bearer top-secret-token');
  expect(got!.headers['webhook-id']).toBe(`msg_${one.id.replaceAll('-', '')}`);
  expect(got!.headers['idempotency-key']).toBeTruthy();
  expect(got!.headers['webhook-signature']).toMatch(/^v1,/);
  const attempts = await sql<Record<string, unknown>>('SELECT * FROM attempts');
  expect(attempts).toMatchObject([{ number: 1, status: 200, response_cut: false }]);
  expect(String(attempts[0]!.response_body)).toBe('{"id":7,"plan":"gold"}');
  const stored = await sql('SELECT headers, convert_from(body, $1) AS body FROM requests', ['UTF8']);
  expect(JSON.stringify([attempts, stored])).not.toContain('top-secret');
  expect(await factsOf(one.id)).toMatchObject([
    {
      kind: FACT.outcome,
      depth: 1,
      body: { state: DELIVERY.delivered, status: 200, changes: [{ attribute: 'plan', mode: 'set', value: 'gold' }] },
    },
  ]);
  expect(await queued(one.id)).toBeUndefined();
});

test('repeats carry the same id and bytes, also when the webhook and the profile were edited meanwhile', async () => {
  let calls = 0;
  receiver.on('/flaky', (request, response) => {
    calls++;
    const go = () => does.json({}, calls < 3 ? 500 : 200)(request, response);
    if (calls > 1) return go();
    // Edited while the first attempt is open.
    Promise.all([
      sql(`UPDATE profiles SET attributes = '{"name":"Eve"}'`),
      sql('UPDATE webhooks SET name = name'),
    ]).then(go);
  });
  const one = await queue(await webhook('/flaky'));
  await start();
  expect(await ended(one.id)).toMatchObject({ state: DELIVERY.delivered, tries: 3 });
  const sent = receiver.requests.map((r) => [r.body.toString(), r.headers['webhook-id'], r.headers['idempotency-key']]);
  expect(sent).toEqual([sent[0], sent[0], sent[0]]);
  expect(sent[0]![0]).toBe('{"name":"Ada"}');
  expect(await sql('SELECT 1 FROM requests')).toHaveLength(1);
  expect((await sql('SELECT number, status FROM attempts ORDER BY number')).map((a) => [a.number, a.status])).toEqual([
    [1, 500],
    [2, 500],
    [3, 200],
  ]);
});

test('tries run out; a status that stays fails at once; a failed call maps nothing', async () => {
  const mapping = [{ path: '$', attribute: 'all' }];
  const hooks = await Promise.all([
    webhook('/status/503', { mapping }),
    webhook('/status/404', { mapping }),
    webhook('/redirect'),
  ]);
  const [busy, gone, moved] = await Promise.all(hooks.map((hook) => queue(hook)));
  await start();
  expect(await ended(busy!.id)).toMatchObject({ state: DELIVERY.failed, tries: 4 });
  expect(await ended(gone!.id)).toMatchObject({ state: DELIVERY.failed, tries: 1 });
  expect(await ended(moved!.id)).toMatchObject({ state: DELIVERY.failed, tries: 1 });
  for (const one of [busy!, gone!]) expect((await factsOf(one.id)).at(-1)!.body.changes).toEqual([]);
  expect(receiver.requests.filter((r) => r.path === '/redirect')).toHaveLength(1);
});

test('a first attempt that goes on is told at once, the outcome later', async () => {
  receiver.on('/twice', does.statuses(500, 200));
  const one = await queue(await webhook('/twice'), { mode: MODE.first_attempt });
  await start();
  await ended(one.id);
  const facts = await factsOf(one.id);
  expect(facts.map((f) => [f.kind, f.body.state])).toEqual([
    [FACT.attempted, DELIVERY.retrying],
    [FACT.outcome, DELIVERY.delivered],
  ]);
});

test('a template error fails its delivery alone; a switched-off webhook cancels', async () => {
  const bad = await queue(await webhook('/x', { body: '{{ 1 | divided_by: 0 }}' }));
  const off = await webhook('/x');
  await sql('UPDATE webhooks SET enabled = false WHERE id = $1', [off.id]);
  const switchedOff = await queue(off);
  const good = await queue(await webhook('/ok'));
  await start();
  expect((await ended(bad.id)).state).toBe(DELIVERY.failed);
  expect(await ended(switchedOff.id)).toMatchObject({
    state: DELIVERY.cancelled,
    reason: expect.stringContaining('webhook_off'),
  });
  expect((await ended(good.id)).state).toBe(DELIVERY.delivered);
  expect(receiver.requests.map((r) => r.path)).toEqual(['/ok']);
});

test('paused between queue and send: held, nothing leaves; archived: cancelled; a resend goes all the same', async () => {
  const [paused, archived] = [await scenario('paused'), await scenario('archived')];
  const hook = await webhook('/ok');
  const held = await queue(hook, { scenario: paused });
  const cancelled = await queue(hook, { scenario: archived });
  const { signals } = await start();
  expect(await ended(cancelled.id)).toMatchObject({
    state: DELIVERY.cancelled,
    reason: expect.stringContaining('archived'),
  });
  await until('the hold', async () => (await queued(held.id))?.due_at === null);
  expect(receiver.requests).toEqual([]);
  expect(await sql('SELECT 1 FROM requests')).toEqual([]);
  await sql("UPDATE scenarios SET state = 'active' WHERE id = $1", [paused]);
  await sql('UPDATE lane_queue SET due_at = $1 WHERE due_at IS NULL', [on.clock.now()]);
  signals.raise('lane_queue');
  const { request_id: first } = await ended(held.id);
  const resend = await queue(hook, { scenario: archived, mode: MODE.none, request: first! });
  signals.raise('lane_queue');
  expect((await ended(resend.id)).state).toBe(DELIVERY.delivered);
  const [a, b] = receiver.requests;
  expect([b!.body, b!.headers['webhook-id'], b!.headers['idempotency-key']]).toEqual([
    a!.body,
    a!.headers['webhook-id'],
    a!.headers['idempotency-key'],
  ]);
});

test('a stored request that was erased is not made anew', async () => {
  const one = await queue(await webhook('/ok'), { request: newId(on.clock.now()) });
  await start();
  expect(await ended(one.id)).toMatchObject({
    state: DELIVERY.failed,
    reason: expect.stringContaining('request_gone'),
  });
  expect(receiver.requests).toEqual([]);
});

test('a lane taken away while a send is open: the outcome is not committed by the former owner', async () => {
  let answer = () => {};
  receiver.on('/slow', (request, response) => {
    answer = () => does.json({})(request, response);
  });
  const one = await queue(await webhook('/slow'));
  const first = await start();
  await receiver.waitFor(1);
  // As if another process had claimed the lane.
  await sql('UPDATE lanes SET owner = $1, token = token + 1', [newId(on.clock.now())]);
  answer();
  await until('the recorded attempt', async () => (await sql('SELECT 1 FROM attempts')).length === 1);
  expect(await queued(one.id)).toMatchObject({ state: DELIVERY.sending, tries: 0 });
  expect(await factsOf(one.id)).toEqual([]);
  await first.stop();
  // The other one lets it go; the next owner repeats the same request, and the delivery ends once.
  await sql('UPDATE lanes SET owner = NULL');
  receiver.on('/slow', does.json({}));
  await start();
  await ended(one.id);
  expect(await factsOf(one.id)).toHaveLength(1);
  const [a, b] = receiver.requests;
  expect([a!.body, a!.headers['webhook-id']]).toEqual([b!.body, b!.headers['webhook-id']]);
  expect(await sql('SELECT 1 FROM requests')).toHaveLength(1);
});

test('two processes share the lanes, each has one owner, and a stopped one hands its lanes over', async () => {
  const hooks = await Promise.all(Array.from({ length: 6 }, () => webhook('/ok')));
  const first = await start();
  await until('all lanes', async () => (await sql('SELECT 1 FROM lanes WHERE owner IS NOT NULL')).length === 6);
  const second = await start();
  await until('a fair share', async () => {
    const counts = await sql<{ n: number }>('SELECT count(*) AS n FROM lanes WHERE owner IS NOT NULL GROUP BY owner');
    return counts.length === 2 && counts.every((row) => row.n === 3);
  });
  const ids = [];
  for (const hook of hooks) for (let i = 0; i < 5; i++) ids.push((await queue(hook)).id);
  first.signals.raise('lane_queue');
  await Promise.all(ids.map(ended));
  expect(receiver.requests).toHaveLength(30);
  await first.stop();
  await until(
    'the takeover',
    async () => (await sql('SELECT 1 FROM lanes WHERE owner = $1', [second.processes.id])).length === 6,
  );
});

test('one slow origin and a long backlog delay nobody else; campaigns get their tenth', async () => {
  const hanging = await webhook('/hang', { timeout_ms: 60_000 });
  const ok = await webhook('/ok');
  const profile = newId(on.clock.now());
  await sql("INSERT INTO profiles VALUES ($1, $2, $3, '{}', '{}', 0, 0)", [
    on.workspace,
    profile,
    partitionOf(profile),
  ]);
  const ids = Array.from({ length: 2_000 }, () => newId(on.clock.now()));
  await sql(
    'INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, class, mode, depth, state, queued_at) SELECT $1, u, $2, $3, $4, $5, 0, 2, 0, 2, 0 FROM unnest($6::uuid[]) u',
    [on.workspace, partitionOf(profile), profile, hanging.lane, hanging.id, ids],
  );
  await sql(
    'INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, mode, due_at, state) SELECT $1, u, $2, $3, 0, 2, 1, 2 FROM unnest($4::uuid[]) u',
    [hanging.lane, on.workspace, partitionOf(profile), ids],
  );
  const { signals } = await start();
  await receiver.waitFor((got) => got.length >= 64);
  // Same origin: its cap holds. Another origin (by another spelling of the address) goes its way.
  await sql(
    "UPDATE webhook_versions SET definition = replace(definition, '127.0.0.1', '127.0.0.2') WHERE webhook_id = $1",
    [ok.id],
  );
  const elsewhere = await startReceiver({ host: '127.0.0.2' });
  d.later(() => elsewhere.close());
  await sql('UPDATE webhook_versions SET definition = replace(definition, $1, $2) WHERE webhook_id = $3', [
    `:${receiver.port}`,
    `:${elsewhere.port}`,
    ok.id,
  ]);
  await sql('UPDATE definitions SET version = version + 1');
  const bulk = await queue(ok, { class: CLASS.bulk, dueAt: 1 });
  const live = await queue(ok);
  signals.raise('lane_queue');
  await Promise.all([ended(bulk.id), ended(live.id)]);
  expect(receiver.maxOpen).toBeLessThanOrEqual(128);
  receiver.on('/hang', does.json({}));
}, 60_000);
