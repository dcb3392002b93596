import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId, partitionOf, present } from '../../platform/ids.ts';
import { DELIVERY } from '../../schema/index.ts';
import { countDeliveries, type DeliveryFilter, listDeliveries } from './list.ts';

const MANY = Number(process.env.HANDOFF_TEST_DELIVERIES ?? 45_000);
const [webhook, rare, scenario, lane] = [newId(1), newId(2), newId(3), newId(4)];
let on: Stage;
let profile: string;
const sql = <Row>(text: string, values: unknown[] = []) => on.database.run<Row>({ name: '', text }, values);

interface Given {
  id: string;
  webhook?: string;
  step?: string;
  state?: number;
  reason?: string | null;
  resendOf?: string;
  request?: string;
}
async function add({ id, state = DELIVERY.delivered, ...given }: Given) {
  const reason = given.reason ? JSON.stringify({ code: given.reason, message: 'So it is.' }) : null;
  const live = state < DELIVERY.delivered;
  await sql(
    `INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, scenario_version, step, class, mode,
       depth, state, reason, resend_of, request_id, queued_at, ended_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, 0, 0, 0, $9, $10, $11, $12, 5, $13)`,
    [
      on.workspace,
      id,
      partitionOf(profile),
      profile,
      lane,
      given.webhook ?? rare,
      scenario,
      given.step ?? 's',
      live ? DELIVERY.queued : state,
      reason,
      given.resendOf ?? null,
      given.request ?? null,
      live ? null : 6,
    ],
  );
  if (live)
    await sql(
      `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at, scenario_id) VALUES ($1, $2, $3, 0, 0, $4, 0, 9, $5)`,
      [lane, id, on.workspace, state, scenario],
    );
}

const old: Record<string, string> = {};
beforeAll(async () => {
  on = await stage();
  const now = on.clock.now();
  profile = newId(now);
  // Older than all the others, so that whoever looks for them goes through those.
  for (const name of ['failed', 'retrying', 'stepped']) old[name] = newId(now - 30_000);
  await sql('INSERT INTO lanes (id, workspace_id, webhook_id) VALUES ($1, $2, $3)', [lane, on.workspace, rare]);
  await add({ id: old.failed!, state: DELIVERY.failed, reason: 'status_400' });
  await add({ id: old.retrying!, state: DELIVERY.retrying });
  await add({ id: old.stepped!, step: 'other' });
  const prefix = newId(now - 20_000).slice(0, 18);
  await sql(
    `INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, class, mode, depth, state, queued_at, ended_at)
     SELECT $1, ($2 || '-9' || lpad(to_hex(n / 65536), 3, '0') || '-' || lpad(to_hex(n), 12, '0'))::uuid, 0, $3, $4, $5, 0, 0, 0, ${DELIVERY.delivered}, 5, 6
     FROM generate_series(1, $6::int) n`,
    [on.workspace, prefix, newId(now), lane, webhook, MANY],
  );
  await sql('ANALYZE deliveries');
});
afterAll(() => on.close());

/** Every page. */
async function all(filter: DeliveryFilter, limit = 50): Promise<string[]> {
  const found: string[] = [];
  let before: string | undefined;
  do {
    const page = await listDeliveries(on.database, on.workspace, { ...filter, limit, ...(before && { before }) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items.map((one) => one.id));
    before = page.next ?? undefined;
  } while (before !== undefined);
  return found;
}

it('finds what is rare behind everything that is common', async () => {
  expect(await all({ webhookId: rare }, 2)).toEqual([old.stepped, old.retrying, old.failed]);
  expect(await all({ scenarioId: scenario }, 1)).toHaveLength(3);
  expect(await all({ states: [DELIVERY.failed] })).toEqual([old.failed]);
  expect(await all({ states: [DELIVERY.retrying] })).toEqual([old.retrying]);
  expect(await all({ states: [DELIVERY.failed, DELIVERY.retrying] })).toEqual([old.retrying, old.failed]);
  expect(await all({ states: [DELIVERY.queued] })).toEqual([]);
  expect(await all({ states: [DELIVERY.retrying], webhookId: webhook })).toEqual([]);
  expect(await all({ states: [DELIVERY.retrying], webhookId: rare, scenarioId: scenario }, 1)).toEqual([old.retrying]);
  expect(await all({ step: 'other' })).toEqual([old.stepped]);
  expect(await all({ reason: 'status_400' })).toEqual([old.failed]);
  expect(await all({ reason: 'status_400', step: 'other' })).toEqual([]);
  expect(await all({ profileIds: [profile] }, 2)).toHaveLength(3);
  expect(await all({ profileIds: [profile], states: [DELIVERY.failed] })).toEqual([old.failed]);
  expect(await all({ webhookId: rare, to: on.clock.now() - 25_000 })).toHaveLength(3);
  expect(await all({ webhookId: rare, from: on.clock.now() - 25_000 })).toEqual([]);
});

it('goes through everything once, across windows', async () => {
  const seen = await all({ webhookId: webhook }, 30_000);
  expect(seen).toHaveLength(MANY);
  expect(new Set(seen).size).toBe(MANY);
  expect([...seen].sort().reverse()).toEqual(seen);
});

it('finds a delivery and its resends by their key', async () => {
  const [first, again, other, request] = [1, 2, 3, 4].map(() => newId(on.clock.now())) as [
    string,
    string,
    string,
    string,
  ];
  const key = present('delivery', first);
  await add({ id: first });
  await sql(
    `INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, created_at)
     VALUES ($1, $2, $3, $4, 1, 'msg', $5, 'POST', 'https://a.example', '[]', 5)`,
    [on.workspace, request, partitionOf(profile), rare, key],
  );
  await add({ id: again, resendOf: first, request });
  await add({ id: other });
  expect(await all({ idempotencyKey: key })).toEqual([again, first]);
  expect(await all({ idempotencyKey: key, profileIds: [newId(1)] })).toEqual([]);
  expect(await all({ idempotencyKey: 'anything' })).toEqual([]);
  expect(await all({ idempotencyKey: present('delivery', newId(1)) })).toEqual([]);
});

it("finds a batch's deliveries and their resends by the key of its request, and no neighbours", async () => {
  const ids = [1, 2, 3, 4, 5, 6].map(() => newId(on.clock.now()));
  const [one, two, neighbour, batch, again, other] = ids as [string, string, string, string, string, string];
  const key = present('delivery', batch);
  for (const id of [one, two]) await add({ id, request: batch });
  await add({ id: neighbour });
  for (const [id, members] of [
    [batch, [one, two]],
    [other, null],
  ] as const)
    await sql(
      `INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, created_at, members)
       VALUES ($1, $2, $3, $4, 1, 'msg', $5, 'POST', 'https://a.example', '[]', 5, $6)`,
      [on.workspace, id, partitionOf(profile), rare, key, members],
    );
  await add({ id: again, resendOf: one, request: other });
  expect(await all({ idempotencyKey: key }, 1)).toEqual([again, two, one]);
  expect(await all({ idempotencyKey: key, states: [DELIVERY.failed] })).toEqual([]);
  expect(await all({ idempotencyKey: key, profileIds: [newId(1)] })).toEqual([]);
  expect((await countDeliveries(on.database, on.workspace, { idempotencyKey: key })).byState).toEqual(
    new Map([[DELIVERY.delivered, 3]]),
  );
  const strange = await on.addWorkspace('Strange');
  expect((await listDeliveries(on.database, strange, { idempotencyKey: key, limit: 9 })).items).toEqual([]);
});

it('counts by state up to a bound', async () => {
  const counted = async (filter: DeliveryFilter, most?: number) => {
    const { byState, more } = await countDeliveries(on.database, on.workspace, filter, most);
    return [Object.fromEntries(byState), more];
  };
  // Counting has its time, and says when that was too short.
  const whole = (filter: DeliveryFilter) => expect.poll(() => counted(filter), { timeout: 30_000 });
  await whole({ scenarioId: scenario, to: on.clock.now() - 25_000 }).toEqual([
    { [DELIVERY.failed]: 1, [DELIVERY.retrying]: 1, [DELIVERY.delivered]: 1 },
    false,
  ]);
  // The first window alone, so that no slow machine runs out of time.
  expect(await counted({ webhookId: webhook }, 100)).toEqual([{ [DELIVERY.delivered]: 100 }, true]);
  // The newest are counted, whatever lies before them.
  const failed = newId(on.clock.now() + 1);
  await add({ id: failed, state: DELIVERY.failed });
  expect(await counted({}, 2)).toEqual([{ [DELIVERY.failed]: 1, [DELIVERY.delivered]: 1 }, true]);
  // The time may be over before all of them were looked at.
  expect(await counted({ webhookId: newId(9) })).toEqual([{}, expect.any(Boolean)]);
  await whole({ states: [DELIVERY.retrying, DELIVERY.queued] }).toEqual([{ [DELIVERY.retrying]: 1 }, false]);
  const other = await on.addWorkspace('Other');
  expect((await countDeliveries(on.database, other, {})).byState.size).toBe(0);
  expect((await listDeliveries(on.database, other, { profileIds: [profile], limit: 9 })).items).toEqual([]);
});
