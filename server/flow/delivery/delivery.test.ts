import { afterEach, beforeEach, expect, test } from 'vitest';
import { webhookDefinition } from '../../../shared/webhook.ts';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { does, type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';
import { ensureDefaultKey } from '../../connections/index.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { createLog } from '../../platform/log.ts';
import { createProcesses } from '../../platform/processes.ts';
import { createSecrets } from '../../platform/secrets.ts';
import { Signals } from '../../platform/signals.ts';
import { CLASS, DELIVERY, FACT, MODE } from '../../schema/index.ts';
import { startDelivery } from './index.ts';

let on: Stage;
let receiver: Receiver;
const secrets = createSecrets('a secret of the test');
const log = createLog('silent');
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  on = await stage();
  receiver = await startReceiver();
  await on.database.transaction((tx) => ensureDefaultKey(tx, secrets, on.workspace, on.clock.now()));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await receiver.close();
  await on.close();
});

const sql = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  on.database.run<Row>({ name: '', text }, values);

/** A process with the role delivery. `stop` may be called early. */
async function start(signals = new Signals()) {
  const { database, clock } = on;
  const processes = await createProcesses({ database, clock, log, roles: ['delivery'] });
  const delivery = await startDelivery({
    database,
    clock,
    log,
    signals,
    secrets,
    processes,
    config: { egressAllow: ['127.0.0.0/8'] },
    random: () => 0.5,
  });
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= delivery.stop().then(() => processes.stop());
    return stopped;
  };
  ends.push(stop);
  return { signals, processes, stop };
}

async function webhook(path: string, extra: Record<string, unknown> = {}, secretHeaders: [string, string][] = []) {
  const now = on.clock.now();
  const [id, lane] = [newId(now), newId(now)];
  const definition = webhookDefinition.parse({
    url: `${receiver.url}${path}`,
    body: '{"name":"{{ profile.name }}"}',
    retry: { waits: [0.05, 0.05, 0.05] },
    timeout_ms: 2_000,
    ...extra,
  });
  await sql(
    'INSERT INTO webhooks (workspace_id, id, key, name, version, created_at, updated_at) VALUES ($1, $2, $3, $3, 1, $4, $4)',
    [on.workspace, id, `w-${id}`, now],
  );
  await sql(
    'INSERT INTO webhook_versions (workspace_id, webhook_id, version, definition, secrets, created_at) VALUES ($1, $2, 1, $3, $4, $5)',
    [
      on.workspace,
      id,
      JSON.stringify(definition),
      secretHeaders.length > 0 ? secrets.seal(JSON.stringify(secretHeaders)) : null,
      now,
    ],
  );
  await sql('INSERT INTO lanes (id, workspace_id, webhook_id) VALUES ($1, $2, $3)', [lane, on.workspace, id]);
  return { id, lane };
}

async function scenario(state = 'active') {
  const id = newId(on.clock.now());
  await sql(
    "INSERT INTO scenarios (workspace_id, id, name, state, version, draft, created_at, updated_at) VALUES ($1, $2, 'Welcome', $3, 1, '{}', 0, 0)",
    [on.workspace, id, state],
  );
  return id;
}

async function queue(
  hook: { id: string; lane: string },
  extra: { scenario?: string; mode?: number; request?: string; class?: number; name?: string; dueAt?: number } = {},
) {
  const now = on.clock.now();
  const [id, profile] = [newId(now), newId(now)];
  const mode = extra.mode ?? MODE.outcome;
  const cls = extra.class ?? CLASS.live;
  await sql(
    "INSERT INTO profiles (workspace_id, id, partition, attributes, changes, created_at, updated_at) VALUES ($1, $2, $3, $4, '{}', 0, 0)",
    [on.workspace, profile, partitionOf(profile), JSON.stringify({ name: extra.name ?? 'Ada' })],
  );
  await sql(
    'INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, step, class, mode, depth, state, queued_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 2, $11)',
    [
      on.workspace,
      id,
      partitionOf(profile),
      profile,
      hook.lane,
      hook.id,
      extra.scenario ?? null,
      'call',
      cls,
      mode,
      now,
    ],
  );
  await sql(
    'INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, mode, due_at, scenario_id, state, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 2, $9)',
    [
      hook.lane,
      id,
      on.workspace,
      partitionOf(profile),
      cls,
      mode,
      extra.dueAt ?? now,
      extra.scenario ?? null,
      extra.request ?? null,
    ],
  );
  return { id, profile };
}

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const end = performance.now() + 15_000;
  while (performance.now() < end) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain for: ${what}`);
}

type Delivery = { state: number; reason: string | null; request_id: string | null; tries: number; ended_at: number };
const deliveryOf = async (id: string) => (await sql<Delivery>('SELECT * FROM deliveries WHERE id = $1', [id]))[0]!;
const ended = (id: string) =>
  until(`the end of delivery ${id}`, async () => {
    const row = await deliveryOf(id);
    return row.ended_at !== null && row;
  });
type QueueRow = { state: number; due_at: number | null; tries: number; request_id: string | null };
const queued = async (id: string) => (await sql<QueueRow>('SELECT * FROM lane_queue WHERE delivery_id = $1', [id]))[0];
const factsOf = async (id: string) =>
  (
    await sql<{ kind: number; depth: number; body: string }>(
      'SELECT kind, depth, body FROM inbox WHERE partition >= 0 ORDER BY seq',
    )
  )
    .map((row) => ({ ...row, body: JSON.parse(row.body) }))
    .filter((fact) => fact.body.delivery === id);

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
  ends.unshift(() => elsewhere.close());
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
