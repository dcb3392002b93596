import { afterAll, beforeAll, expect, it } from 'vitest';
import { scenarioDefinition } from '../../../../shared/scenario.ts';
import { type Stage, stage } from '../../../../tests/stage/database.ts';
import { newId, partitionOf, present } from '../../../platform/ids.ts';
import { Signals } from '../../../platform/signals.ts';
import { DELIVERY, FACT } from '../../../schema/index.ts';
import {
  archiveScenario,
  checkScenario,
  clearScenario,
  compactCounters,
  createScenario,
  deleteScenario,
  duplicateScenario,
  getScenario,
  getVersion,
  haltScenario,
  listScenarios,
  listVersions,
  pauseScenario,
  publishScenario,
  readStatistics,
  resumeScenario,
  saveDraft,
  settleScenarios,
} from './index.ts';

let on: Stage & { signals: Signals };
let webhook: string;
let lane: string;
let other: string;
const sql = <Row>(text: string, values: unknown[] = []) => on.database.run<Row>({ name: '', text }, values);

beforeAll(async () => {
  on = { ...(await stage()), signals: new Signals() };
  other = await on.addWorkspace('Other');
  webhook = newId(on.clock.now());
  lane = newId(on.clock.now());
  await sql(
    "INSERT INTO webhooks (workspace_id, id, key, name, version, created_at, updated_at) VALUES ($1, $2, 'crm', 'CRM', 1, 0, 0)",
    [on.workspace, webhook],
  );
  await sql('INSERT INTO lanes (id, workspace_id, webhook_id) VALUES ($1, $2, $3)', [lane, on.workspace, webhook]);
});
afterAll(() => on.close());

const whole = (name: string) => ({
  name,
  description: '',
  draft: scenarioDefinition.parse({
    trigger: { kind: 'event', event: 'Order' },
    start: 'w',
    steps: [
      { id: 'w', kind: 'webhook', webhook: name, next: 't' },
      { id: 't', kind: 'wait', seconds: 60 },
    ],
  }),
});
const make = async (name = 'crm') => (await createScenario(on.database, on.clock, on.workspace, whole(name))).id;
const running = async () => {
  const id = await make();
  await publishScenario(on.database, on.clock, on.workspace, id);
  return id;
};

/** Queues a delivery as the engine does. */
async function queue(scenario: string, state: number = DELIVERY.queued, due: number | null = 5, mode = 2) {
  const now = on.clock.now();
  const [id, profile, enrollment] = [newId(now), newId(now), newId(now)];
  const partition = partitionOf(profile);
  await sql(
    `INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, step, enrollment_id, class, mode, depth, state, queued_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'w', $8, 0, 2, 1, 2, $9)`,
    [on.workspace, id, partition, profile, lane, webhook, scenario, enrollment, now],
  );
  await sql(
    `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, tries, due_at, scenario_id)
     VALUES ($1, $2, $3, $4, 0, $5, $8, 1, $6, $7)`,
    [lane, id, on.workspace, partition, state, due, scenario, mode],
  );
  return id;
}

async function timer(scenario: string, due: number) {
  const now = on.clock.now();
  const [id, profile] = [newId(now), newId(now)];
  await sql(
    'INSERT INTO timers (partition, id, workspace_id, due_at, kind, profile_id, scenario_id) VALUES ($1, $2, $3, $4, 1, $5, $6)',
    [partitionOf(profile), id, on.workspace, due, profile, scenario],
  );
  return { id, partition: partitionOf(profile) };
}

const due = async (delivery: string) =>
  (await sql<{ due_at: number | null }>('SELECT due_at FROM lane_queue WHERE delivery_id = $1', [delivery]))[0]?.due_at;
const times = async (id: string) =>
  (
    await sql<{ due_at: number | null; held_due_at: number | null }>(
      'SELECT due_at, held_due_at FROM timers WHERE id = $1',
      [id],
    )
  )[0];
const definitions = async () => (await sql<{ version: number }>('SELECT version FROM definitions'))[0]!.version;

it('keeps drafts, and shows them to their workspace alone', async () => {
  const id = await make();
  const saved = await saveDraft(on.database, on.clock, on.workspace, id, { name: 'New' });
  expect(saved).toMatchObject({ ok: true, value: { name: 'New', state: 'draft', version: null } });
  expect(await getScenario(on.database, other, id)).toBeNull();
  expect(await saveDraft(on.database, on.clock, other, id, { name: 'x' })).toMatchObject({
    refusal: { kind: 'missing' },
  });
  expect(await publishScenario(on.database, on.clock, other, id)).toMatchObject({ refusal: { kind: 'missing' } });
  expect(await deleteScenario(on.database, other, id)).toMatchObject({ refusal: { kind: 'missing' } });
  expect(await listScenarios(on.database, other, { before: null, state: null, limit: 9 })).toEqual([]);
  const first = await listScenarios(on.database, on.workspace, { before: null, state: 'draft', limit: 1 });
  expect(first.map((one) => one.id)).toEqual([id]);
  expect(await deleteScenario(on.database, on.workspace, id)).toMatchObject({ ok: true });
  expect(await getScenario(on.database, on.workspace, id)).toBeNull();
});

it('publishes versions that never change, with bare webhook ids', async () => {
  const id = await make(present('webhook', webhook));
  const before = await definitions();
  expect(await publishScenario(on.database, on.clock, on.workspace, id)).toMatchObject({
    ok: true,
    value: { state: 'active', version: 1 },
  });
  expect(await definitions()).toBe(before + 1);
  await saveDraft(on.database, on.clock, on.workspace, id, whole('crm'));
  await publishScenario(on.database, on.clock, on.workspace, id);
  const versions = await listVersions(on.database, on.workspace, id, { before: null, limit: 9 });
  expect(versions.map((one) => one.version)).toEqual([2, 1]);
  expect((await getVersion(on.database, on.workspace, id, 1))?.definition.steps[0]).toMatchObject({ webhook });
  expect((await getVersion(on.database, on.workspace, id, 2))?.definition.steps[0]).toMatchObject({ webhook });
  expect((await getScenario(on.database, on.workspace, id))?.draft.steps[0]).toMatchObject({ webhook: 'crm' });
  expect(await getVersion(on.database, on.workspace, id, 3)).toBeNull();
  expect(await getVersion(on.database, other, id, 1)).toBeNull();
  expect(await deleteScenario(on.database, on.workspace, id)).toMatchObject({ refusal: { kind: 'conflict' } });
});

it('does not publish what is incomplete, and says why', async () => {
  const id = await make('nobody');
  expect(await checkScenario(on.database, on.workspace, id)).toMatchObject([{ step: 'w', field: 'webhook' }]);
  expect(await publishScenario(on.database, on.clock, on.workspace, id)).toMatchObject({
    refusal: { kind: 'incomplete', problems: [{ step: 'w', field: 'webhook' }] },
  });
  expect(await getScenario(on.database, on.workspace, id)).toMatchObject({ state: 'draft', version: null });
  expect(await pauseScenario(on, on.workspace, id)).toMatchObject({ refusal: { kind: 'conflict' } });
  const copy = await duplicateScenario(on.database, on.clock, on.workspace, id);
  expect(copy).toMatchObject({ ok: true, value: { name: 'nobody (copy)', state: 'draft' } });
});

it('holds deliveries and timers while paused, and releases them', async () => {
  const id = await running();
  const elsewhere = await running();
  const now = on.clock.now();
  const [queued, retrying, sending, stranger] = [
    await queue(id),
    await queue(id, DELIVERY.retrying, now + 1e6),
    await queue(id, DELIVERY.sending),
    await queue(elsewhere),
  ];
  const [past, future, strange] = [await timer(id, now - 5), await timer(id, now + 1e6), await timer(elsewhere, now)];
  expect(await pauseScenario(on, on.workspace, id)).toMatchObject({ ok: true, value: { state: 'paused' } });
  expect([await due(queued), await due(retrying), await due(sending), await due(stranger)]).toEqual([null, null, 5, 5]);
  expect(await times(past.id)).toEqual({ due_at: null, held_due_at: now - 5 });
  expect(await times(future.id)).toEqual({ due_at: null, held_due_at: now + 1e6 });
  expect(await times(strange.id)).toEqual({ due_at: now, held_due_at: null });
  expect(await publishScenario(on.database, on.clock, on.workspace, id)).toMatchObject({ value: { state: 'paused' } });

  await sql('UPDATE partitions SET floor_timers = $2 WHERE id = $1', [past.partition, now * 2]);
  expect(await resumeScenario(on, on.workspace, id)).toMatchObject({ ok: true, value: { state: 'active' } });
  expect(await due(queued)).toBeGreaterThanOrEqual(now);
  expect(await due(retrying)).toBeLessThan(now + 1e6);
  expect((await times(past.id))!.due_at).toBeGreaterThanOrEqual(now);
  expect(await times(future.id)).toEqual({ due_at: now + 1e6, held_due_at: null });
  const [floor] = await sql<{ floor_timers: number }>('SELECT floor_timers FROM partitions WHERE id = $1', [
    past.partition,
  ]);
  expect(floor!.floor_timers).toBeLessThanOrEqual((await times(past.id))!.due_at!);
});

it('cancels what waits when archived, in chunks, and tells the engine', async () => {
  const id = await running();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++)
    ids.push(await queue(id, i === 4 ? DELIVERY.sending : DELIVERY.queued, i === 3 ? null : 5));
  await sql(
    `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at, scenario_id)
     SELECT $1, gen_random_uuid(), $2, 0, 0, 2, 2, 5, $3 FROM generate_series(1, 2500)`,
    [lane, on.workspace, id],
  );
  const waiting = await timer(id, on.clock.now() + 1e9);
  expect(await archiveScenario(on, on.workspace, id)).toMatchObject({ ok: true, value: { state: 'archived' } });
  const left = await sql<{ delivery_id: string }>('SELECT delivery_id FROM lane_queue WHERE scenario_id = $1', [id]);
  expect(left.map((row) => row.delivery_id)).toEqual([ids[4]]);
  const rows = await sql<{ id: string; state: number; reason: string | null; tries: number }>(
    'SELECT id, state, reason, tries FROM deliveries WHERE scenario_id = $1 AND ended_at IS NOT NULL ORDER BY id',
    [id],
  );
  expect(rows.map((row) => row.id)).toEqual(ids.slice(0, 4).sort());
  expect(rows.every((row) => row.state === DELIVERY.cancelled && row.tries === 1)).toBe(true);
  expect(JSON.parse(rows[0]!.reason!)).toMatchObject({ code: 'scenario_archived' });
  const facts = await sql<{ body: string }>('SELECT body FROM inbox WHERE kind = $1', [FACT.outcome]);
  const bodies = facts.map((row) => JSON.parse(row.body)).filter((body) => body.scenario === id);
  expect(bodies.map((body) => body.delivery).sort()).toEqual(ids.slice(0, 4).sort());
  expect(bodies[0]).toMatchObject({ step: 'w', state: DELIVERY.cancelled, mode: 2, webhook });
  expect((await times(waiting.id))!.due_at).toBeLessThanOrEqual(on.clock.now());
  for (const change of [pauseScenario, resumeScenario])
    expect(await change(on, on.workspace, id)).toMatchObject({ refusal: { kind: 'conflict' } });
  expect(await saveDraft(on.database, on.clock, on.workspace, id, {})).toMatchObject({ refusal: { kind: 'conflict' } });
});

it('leaves resends alone', async () => {
  const id = await running();
  const resend = await queue(id, DELIVERY.queued, 5, 0);
  await pauseScenario(on, on.workspace, id);
  expect(await due(resend)).toBe(5);
  await archiveScenario(on, on.workspace, id);
  expect(await due(resend)).toBe(5);
});

it('goes on with a change of state that was cut short', async () => {
  const id = await running();
  const held = await queue(id, DELIVERY.queued, null);
  await sql('UPDATE scenarios SET settling = true WHERE id = $1', [id]);
  expect(await settleScenarios(on.database, on.clock)).toBe(1);
  expect(await due(held)).toBeGreaterThan(5);
  expect(await settleScenarios(on.database, on.clock)).toBe(0);
});

it('adds up counters and what is not gathered yet', async () => {
  const id = await running();
  const add = (step: string, name: string, delta: number) =>
    sql('INSERT INTO counter_deltas (workspace_id, scenario_id, step, name, delta) VALUES ($1, $2, $3, $4, $5)', [
      on.workspace,
      id,
      step,
      name,
      delta,
    ]);
  await add('', 'entered', 5);
  await add('w', 'queued', 4);
  await add('w', 'delivered', 1);
  await add('w', 'delivered', 1);
  await compactCounters(on.database);
  await add('w', 'failed', 1);
  await add('w', 'failed:status_400', 1);
  await add('w', 'delivered', 1);
  const expected = {
    entered: 5,
    steps: [{ step: 'w', queued: 4, accepted: 3, failed: 1, pending: 0, failedBy: { status_400: 1 } }],
  };
  expect(await readStatistics(on.database, on.workspace, id)).toMatchObject(expected);
  const gathered = await Promise.all([compactCounters(on.database), compactCounters(on.database)]);
  expect(gathered[0]! + gathered[1]!).toBe(3);
  expect(await readStatistics(on.database, on.workspace, id)).toMatchObject(expected);
  expect(await readStatistics(on.database, other, id)).toEqual({ entered: 0, profiles: 0, ended: 0, steps: [] });
});

const states = async (scenario: string) =>
  (
    await sql<{ state: number; due_at: number | null }>(
      'SELECT state, due_at FROM lane_queue WHERE scenario_id = $1 ORDER BY delivery_id',
      [scenario],
    )
  ).map((row) => [row.state, row.due_at === null ? 'held' : 'due']);
const halt = (scenario: string, message = 'Stopped by the answer 410 of the webhook CRM.', workspace = on.workspace) =>
  on.database.transaction((tx) => haltScenario(tx, on.clock, workspace, scenario, { message, delivery: null }));

it('halts: paused with the first reason, what waits is halted; released it is as it was', async () => {
  const id = await running();
  const queued = await queue(id);
  await sql('UPDATE lane_queue SET tries = 0 WHERE delivery_id = $1', [queued]);
  await queue(id, DELIVERY.retrying, 9_000_000_000_000);
  await queue(id, DELIVERY.sending);
  await queue(id, DELIVERY.queued, 5, 0); // a resend
  expect(await halt(id, 'Stopped.', other)).toBe(false);
  expect(await halt(id)).toBe(true);
  expect(await halt(id, 'Stopped again.')).toBe(true);
  const halted = await getScenario(on.database, on.workspace, id);
  expect(halted).toMatchObject({
    state: 'paused',
    halted: { message: 'Stopped by the answer 410 of the webhook CRM.' },
  });
  await settleScenarios(on.database, on.clock);
  expect(await states(id)).toEqual([
    [DELIVERY.halted, 'held'],
    [DELIVERY.halted, 'held'],
    [DELIVERY.sending, 'due'],
    [DELIVERY.queued, 'due'],
  ]);
  // Pausing what is halted changes nothing.
  expect(await pauseScenario(on, on.workspace, id)).toMatchObject({ ok: true, value: { halted: { delivery: null } } });
  expect(await resumeScenario(on, on.workspace, id)).toMatchObject({
    ok: true,
    value: { state: 'active', halted: null },
  });
  expect(await states(id)).toEqual([
    [DELIVERY.queued, 'due'],
    [DELIVERY.retrying, 'due'],
    [DELIVERY.sending, 'due'],
    [DELIVERY.queued, 'due'],
  ]);
});

it('halts what a pause had held already, and drafts and archived ones never', async () => {
  const id = await running();
  await queue(id);
  await pauseScenario(on, on.workspace, id);
  expect(await halt(id)).toBe(true);
  await settleScenarios(on.database, on.clock);
  expect(await states(id)).toEqual([[DELIVERY.halted, 'held']]);
  await archiveScenario(on, on.workspace, id);
  expect(await states(id)).toEqual([]);
  expect(await halt(id)).toBe(false);
  expect(await halt(await make())).toBe(false);
});

it('clears what waits in a halted scenario: cancelled and told; it stays paused', async () => {
  const id = await running();
  expect(await clearScenario(on, on.workspace, id)).toMatchObject({ ok: false, refusal: { kind: 'conflict' } });
  const first = await queue(id);
  await queue(id, DELIVERY.sending);
  await halt(id);
  await settleScenarios(on.database, on.clock);
  expect(await clearScenario(on, on.workspace, id)).toMatchObject({
    ok: true,
    value: { state: 'paused', halted: null },
  });
  expect(await states(id)).toEqual([[DELIVERY.sending, 'due']]);
  const [ended] = await sql<{ state: number; reason: string }>('SELECT state, reason FROM deliveries WHERE id = $1', [
    first,
  ]);
  expect(ended).toMatchObject({ state: DELIVERY.cancelled, reason: expect.stringContaining('scenario_stopped') });
  const facts = await sql<{ body: string }>('SELECT body FROM inbox WHERE kind = $1 AND workspace_id = $2', [
    FACT.outcome,
    on.workspace,
  ]);
  expect(facts.filter((fact) => fact.body.includes(first))).toHaveLength(1);
});
