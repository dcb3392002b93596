import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { DELIVERY, MODE } from '../../schema/index.ts';
import { getRequest, listAttempts } from './exchange.ts';
import { listDeliveries } from './list.ts';
import { getDelivery } from './read.ts';
import { resendDelivery } from './resend.ts';

let on: Stage;
let other: string;
let profile: string;
const [lane, webhook, scenario] = [newId(1), newId(2), newId(3)];
const sql = <Row>(text: string, values: unknown[] = []) => on.database.run<Row>({ name: '', text }, values);

beforeAll(async () => {
  on = await stage();
  other = await on.addWorkspace('Other');
});
afterAll(() => on.close());
beforeEach(() => {
  profile = newId(on.clock.now());
});

interface Given {
  state: number;
  due?: number | null;
  request?: string | null;
  at?: number;
}

/** A delivery as the engine and delivery leave it: live with a queue row, or ended without. */
async function deliver({ state, due = 5, request = null, at = on.clock.now() }: Given) {
  const id = newId(at);
  const ended = state >= DELIVERY.delivered;
  await sql(
    `INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, scenario_version, step, enrollment_id,
       class, mode, depth, state, reason, request_id, tries, queued_at, ended_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 'w', $8, 1, 2, 3, $9, $10, $11, $12, $13, $14)`,
    [
      on.workspace,
      id,
      partitionOf(profile),
      profile,
      lane,
      webhook,
      scenario,
      newId(at),
      ended ? state : DELIVERY.queued,
      state === DELIVERY.failed ? '{"code":"status_400","message":"It answered 400."}' : null,
      ended ? request : null,
      ended ? 1 : 0,
      at,
      ended ? at : null,
    ],
  );
  if (!ended)
    await sql(
      `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, tries, due_at, scenario_id, request_id)
       VALUES ($1, $2, $3, $4, 1, $5, 2, 2, $6, $7, $8)`,
      [lane, id, on.workspace, partitionOf(profile), state, due, scenario, request],
    );
  return id;
}

async function store(body: Buffer | null, members: string[] | null = null) {
  const id = newId(on.clock.now());
  await sql(
    `INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, body, members, created_at)
     VALUES ($1, $2, $3, $4, 7, 'msg_1', 'dlv_1', 'POST', 'https://api.example/x', '[["x-a","1"]]', $5, $6, 9)`,
    [on.workspace, id, partitionOf(profile), webhook, body, members],
  );
  return id;
}

const list = async (filter: object) =>
  (await listDeliveries(on.database, on.workspace, { profileIds: [profile], limit: 50, ...filter })).items.map(
    (d) => d.id,
  );

it('shows the live state from the queue, and the ended one from history', async () => {
  const request = newId(on.clock.now());
  const retrying = await deliver({ state: DELIVERY.retrying, due: 77, request });
  const held = await deliver({ state: DELIVERY.queued, due: null });
  const failed = await deliver({ state: DELIVERY.failed });
  expect(await getDelivery(on.database, on.workspace, retrying)).toMatchObject({
    state: DELIVERY.retrying,
    tries: 2,
    nextTryAt: 77,
    held: false,
    requestId: request,
    endedAt: null,
  });
  expect(await getDelivery(on.database, on.workspace, held)).toMatchObject({ held: true, nextTryAt: null });
  expect(await getDelivery(on.database, on.workspace, failed)).toMatchObject({
    state: DELIVERY.failed,
    reason: { code: 'status_400', message: 'It answered 400.' },
    nextTryAt: null,
    held: false,
  });
  expect(await getDelivery(on.database, other, failed)).toBeNull();
});

it('filters, and pages newest first', async () => {
  const early = await deliver({ state: DELIVERY.delivered, at: on.clock.now() - 60_000 });
  const sending = await deliver({ state: DELIVERY.sending });
  const queued = await deliver({ state: DELIVERY.queued });
  const failed = await deliver({ state: DELIVERY.failed });
  expect(await list({})).toEqual([failed, queued, sending, early]);
  expect(await list({ limit: 2 })).toEqual([failed, queued]);
  expect(await list({ limit: 2, before: queued })).toEqual([sending, early]);
  expect(await list({ states: [DELIVERY.queued] })).toEqual([queued]);
  expect(await list({ states: [DELIVERY.sending] })).toEqual([sending]);
  expect(await list({ states: [DELIVERY.delivered] })).toEqual([early]);
  expect(await list({ webhookId: webhook, scenarioId: scenario })).toHaveLength(4);
  expect(await list({ webhookId: scenario })).toEqual([]);
  expect(await list({ scenarioId: webhook })).toEqual([]);
  expect(await list({ from: on.clock.now() - 30_000 })).toEqual([failed, queued, sending]);
  expect(await list({ to: on.clock.now() - 30_000 })).toEqual([early]);
  expect((await listDeliveries(on.database, other, { limit: 9 })).items).toEqual([]);
});

it('shows the request and its attempts', async () => {
  const request = await store(Buffer.from([0xff, 0]));
  const id = newId(on.clock.now());
  await sql(
    `INSERT INTO attempts (workspace_id, id, partition, request_id, number, outcome, status, started_at, duration_ms, sent_headers, response_headers, response_body)
     VALUES ($1, $2, 0, $3, 1, 1, 200, 5, 6, '[["authorization","•••"]]', '[["a","b"]]', 'ok')`,
    [on.workspace, id, request],
  );
  expect(await getRequest(on.database, on.workspace, request)).toMatchObject({
    headers: [['x-a', '1']],
    body: Buffer.from([0xff, 0]),
    webhookVersion: 7,
  });
  expect(await listAttempts(on.database, on.workspace, request)).toMatchObject([
    { id, number: 1, status: 200, sentHeaders: [['authorization', '•••']], responseBody: Buffer.from('ok') },
  ]);
  expect(await getRequest(on.database, other, request)).toBeNull();
  expect(await listAttempts(on.database, other, request)).toEqual([]);
});

it('resends the same bytes under the same id and key, as a new delivery that moves nothing', async () => {
  const body = Buffer.from('{"a":1.50}\xff', 'latin1');
  const request = await store(body);
  const first = await deliver({ state: DELIVERY.failed, request });
  const resent = await resendDelivery(on.database, on.clock, on.workspace, first);
  if (!resent.ok) throw new Error(resent.message);
  const now = await getDelivery(on.database, on.workspace, resent.id);
  expect(now).toMatchObject({ resendOf: first, state: DELIVERY.queued, class: 0, enrollmentId: null, tries: 0 });
  expect(now!.nextTryAt).toBeLessThanOrEqual(on.clock.now());
  expect(now!.requestId).not.toBe(request);
  const { id: _, createdAt: __, ...copy } = (await getRequest(on.database, on.workspace, now!.requestId!))!;
  expect(await getRequest(on.database, on.workspace, request)).toMatchObject(copy);
  expect(copy.body).toEqual(body);
  const [queued] = await sql('SELECT mode, due_at FROM lane_queue WHERE delivery_id = $1', [resent.id]);
  expect(queued).toMatchObject({ mode: MODE.none });
});

it('resends only what has ended and has a request of its own', async () => {
  const request = await store(null);
  const refused = async (id: string, workspace = on.workspace) => resendDelivery(on.database, on.clock, workspace, id);
  const ended = await deliver({ state: DELIVERY.delivered, request });
  expect(await refused(ended, other)).toMatchObject({ ok: false, missing: true });
  expect(await refused(await deliver({ state: DELIVERY.retrying, request }))).toMatchObject({ missing: false });
  expect(await refused(await deliver({ state: DELIVERY.skipped }))).toMatchObject({ missing: false });
  const gone = await deliver({ state: DELIVERY.failed, request: newId(on.clock.now()) });
  expect(await refused(gone)).toMatchObject({ missing: false });
  const batch = await deliver({ state: DELIVERY.failed, request: await store(null, [profile]) });
  expect(await refused(batch)).toMatchObject({ missing: false });
  expect(await list({ states: [DELIVERY.queued] })).toEqual([]);
});
