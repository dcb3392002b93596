import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { routeParts } from '../../../tests/stage/route-parts.ts';
import { createApiKey, createKeyCheck, SCOPES } from '../../accounts/index.ts';
import { startEngine } from '../../flow/engine/index.ts';
import { createRenderPool } from '../../flow/rendering/index.ts';
import { newId, parse, partitionOf, present } from '../../platform/ids.ts';
import { createLog } from '../../platform/log.ts';
import { createSecrets } from '../../platform/secrets.ts';
import { Signals } from '../../platform/signals.ts';
import { createApp } from '../app.ts';
import { deliveryRoutes } from './deliveries.ts';
import { enrollmentRoutes } from './enrollments.ts';
import { failedFactRoutes } from './failed-facts.ts';
import { profileRoutes } from './profiles.ts';
import { scenarioRoutes } from './scenarios.ts';

let on: Stage;
let app: FastifyInstance;
let engine: { stop(): Promise<void> };
let webhook: string;
const lane = newId(1);
const keys: Record<'mine' | 'other', string> = { mine: '', other: '' };
const routes = [...scenarioRoutes, ...profileRoutes, ...enrollmentRoutes, ...deliveryRoutes, ...failedFactRoutes];
const sql = <Row>(text: string, values: unknown[] = []) => on.database.run<Row>({ name: '', text }, values);

beforeAll(async () => {
  on = await stage();
  const { database, clock } = on;
  const log = createLog('silent');
  const signals = new Signals();
  const workspaces = { mine: on.workspace, other: await on.addWorkspace('Other') };
  for (const name of ['mine', 'other'] as const) {
    const made = { workspaceId: workspaces[name], name, kind: 'server', scopes: SCOPES, now: clock.now() } as const;
    keys[name] = (await createApiKey(database, made)).key;
  }
  webhook = newId(clock.now());
  await sql(
    "INSERT INTO webhooks (workspace_id, id, key, name, version, created_at, updated_at, lane_id) VALUES ($1, $2, 'crm', 'CRM', 1, 0, 0, $3)",
    [on.workspace, webhook, lane],
  );
  await sql('INSERT INTO lanes (id, workspace_id, webhook_id) VALUES ($1, $2, $3)', [lane, on.workspace, webhook]);
  await sql('UPDATE webhooks SET lane_id = $2 WHERE id = $1', [webhook, lane]);
  app = createApp({
    parts: {
      database,
      clock,
      log,
      signals,
      secrets: createSecrets('a secret for these tests'),
      renderPool: createRenderPool({ log, idleMs: 1_000 }), // nothing here renders, so no process starts
      ...routeParts(database, clock),
    },
    routes,
    checks: { key: createKeyCheck(database, clock), session: async () => null },
    allow: () => true,
    publicUrl: null,
    trustProxy: false,
  });
  engine = await startEngine({ database, clock, log, signals, processes: { alive: () => 1 } });
});
afterAll(async () => {
  await engine.stop();
  await app.close();
  await on.close();
});

async function call(method: string, url: string, payload?: unknown, key = keys.mine) {
  const response = await app.inject({
    method: method as 'GET',
    url: `/api/v1${url}`,
    headers: { authorization: `Bearer ${key}`, ...(payload !== undefined && { 'content-type': 'application/json' }) },
    ...(payload !== undefined && { payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }),
  });
  return {
    status: response.statusCode,
    text: response.body,
    // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
    body: response.body ? (JSON.parse(response.body) as any) : null,
  };
}

/** Reads again until it is as wanted; the engine works at the same time. */
async function until(read: () => ReturnType<typeof call>, done: (answer: Awaited<ReturnType<typeof call>>) => boolean) {
  for (let i = 0; i < 200; i++) {
    const answer = await read();
    if (done(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it never came about');
}

const draft = {
  trigger: { kind: 'event', event: 'Order' },
  start: 'w',
  steps: [{ id: 'w', kind: 'webhook', webhook: 'crm' }],
};

describe('profiles', () => {
  it('are made, found, changed and read; numbers stay as they were written', async () => {
    const body =
      '{"identifiers":{"user_id":"u1","email":"Ann@Example.com"},"attributes":{"big":9007199254740993,"price":12.50}}';
    const made = await call('POST', '/profiles', body);
    expect(made).toMatchObject({ status: 202, body: { id: expect.stringMatching(/^prf_/) } });
    const { id } = made.body;
    const read = await until(
      () => call('GET', `/profiles/${id}`),
      (answer) => answer.status === 200,
    );
    expect(read.text).toContain('"big":9007199254740993');
    expect(read.text).toContain('"price":12.50');
    expect(read.body).toMatchObject({
      id,
      attributes: { email: 'ann@example.com' },
      changes: { price: { origin: 'person', at: expect.stringMatching(/Z$/) } },
      identifiers: expect.arrayContaining([expect.objectContaining({ kind: 'user_id', value: 'u1' })]),
    });
    expect((await call('GET', '/profiles?identifier=email:ANN@example.com')).body.items).toMatchObject([{ id }]);
    expect((await call('GET', '/profiles?identifier=user_id:nobody')).body.items).toEqual([]);
    expect((await call('GET', '/profiles?identifier=user_id')).status).toBe(400);
    expect((await call('POST', '/profiles', body)).body.id).toBe(id);

    const change = { attributes: { city: 'Bern' }, changes: [{ attribute: 'price', mode: 'remove' }] };
    expect((await call('PATCH', `/profiles/${id}`, change)).status).toBe(202);
    const after = await until(
      () => call('GET', `/profiles/${id}`),
      (answer) => answer.body.attributes.city === 'Bern',
    );
    expect(after.body.attributes).not.toHaveProperty('price');
    const timeline = (await call('GET', `/profiles/${id}/timeline?limit=2`)).body;
    expect(timeline.items).toMatchObject([{ kind: 'update', origin: 'person' }, { kind: 'update' }]);
    const rest = (await call('GET', `/profiles/${id}/timeline?limit=2&cursor=${timeline.next_cursor}`)).body;
    expect(rest).toMatchObject({ items: [{ kind: 'update' }], next_cursor: null });
  });

  it('are refused when nobody is named, or the data can not be kept', async () => {
    expect(await call('POST', '/profiles', {})).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'identifiers' }] },
    });
    expect(await call('POST', '/profiles', { identifiers: { user_id: 'null' } })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'identifiers.user_id' }] },
    });
    expect((await call('POST', '/profiles', { identifiers: { nickname: 'x' } })).status).toBe(422);
    const deep = `{"identifiers":{"user_id":"u2"},"attributes":{"x":${'['.repeat(200)}${']'.repeat(200)}}}`;
    expect((await call('POST', '/profiles', deep)).status).toBe(422);
    const large = { identifiers: { user_id: 'u2' }, attributes: { x: 'y'.repeat(70_000) } };
    expect((await call('POST', '/profiles', large)).status).toBe(422);
    const dirty = '{"identifiers":{"user_id":"u\\u0000\\ud800"},"attributes":{"x":"\\u0000\\ud800"}}';
    expect((await call('POST', '/profiles', dirty)).status).toBe(202);
  });
});

describe('scenarios', () => {
  it('go from draft to archive', async () => {
    const made = await call('POST', '/scenarios', { name: 'Sale \u0000', draft: { ...draft, trigger: null } });
    expect(made).toMatchObject({
      status: 201,
      body: { state: 'draft', version: null, id: expect.stringMatching(/^scn_/) },
    });
    const path = `/scenarios/${made.body.id}`;
    expect(await call('POST', `${path}/check`)).toMatchObject({
      status: 200,
      body: { problems: [{ step: null, field: 'trigger' }] },
    });
    expect(await call('POST', `${path}/publish`)).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'trigger' }], problems: [{ step: null, field: 'trigger' }] },
    });
    const filter = '{"property":"total","op":"at_least","value":9007199254740993}';
    const exact = `{"draft":${JSON.stringify({ ...draft, trigger: { ...draft.trigger, filter: 0 } }).replace('"filter":0', `"filter":${filter}`)}}`;
    expect((await call('PATCH', path, exact)).text).toContain('9007199254740993');
    expect(await call('POST', `${path}/publish`)).toMatchObject({ status: 200, body: { state: 'active', version: 1 } });
    const version = await call('GET', `${path}/versions/1`);
    expect(version.body.definition.steps[0].webhook).toBe(present('webhook', webhook));
    expect(version.text).toContain('9007199254740993');
    expect((await call('GET', `${path}/versions`)).body.items).toHaveLength(1);
    expect((await call('GET', `${path}/versions/2`)).status).toBe(404);
    expect((await call('DELETE', path)).status).toBe(409);
    for (const [verb, state] of [
      ['pause', 'paused'],
      ['resume', 'active'],
      ['archive', 'archived'],
    ])
      expect(await call('POST', `${path}/${verb}`)).toMatchObject({ status: 200, body: { state } });
    expect((await call('POST', `${path}/resume`)).status).toBe(409);
    const copy = await call('POST', `${path}/duplicate`);
    expect(copy).toMatchObject({ status: 201, body: { state: 'draft' } });
    expect((await call('DELETE', `/scenarios/${copy.body.id}`)).status).toBe(204);
    expect((await call('GET', `/scenarios/${copy.body.id}`)).status).toBe(404);
    expect((await call('GET', '/scenarios?state=archived')).body.items).toMatchObject([{ id: made.body.id }]);
  });

  it('show numbers and the trail of a profile; a delivery shows its request and can be resent', async () => {
    const { body: scenario } = await call('POST', '/scenarios', { name: 'Trail', draft });
    await call('POST', `/scenarios/${scenario.id}/publish`);
    const { body: made } = await call('POST', '/profiles', { identifiers: { user_id: 'traveller' } });
    const profile = parse('profile', made.id)!;
    await sql(
      `INSERT INTO inbox (partition, class, workspace_id, profile_id, id, kind, origin, occurred_at, received_at, name, body)
       VALUES ($1, 0, $2, $3, $4, 1, 1, 1, 1, 'Order', '{}')`,
      [partitionOf(profile), on.workspace, profile, newId(on.clock.now())],
    );
    const path = `/scenarios/${scenario.id}/profiles/${made.id}/trail`;
    const trail = await until(
      () => call('GET', path),
      (answer) => answer.body.items?.length === 1,
    );
    const [enrollment] = trail.body.items;
    expect(enrollment).toMatchObject({
      scenario: scenario.id,
      profile: made.id,
      state: 'active',
      step: 'w',
      trail: [{ step: 'w', delivery: expect.stringMatching(/^dlv_/) }],
    });
    expect((await call('GET', `/enrollments/${enrollment.id}`)).body).toEqual(enrollment);
    expect((await call('GET', `/profiles/${made.id}/enrollments`)).body.items).toEqual([enrollment]);
    expect((await call('GET', `/scenarios/${scenario.id}/statistics`)).body).toMatchObject({
      entered: 1,
      steps: [{ step: 'w', reached: 1, queued: 1, pending: 1, accepted: 0 }],
    });

    const delivery = enrollment.trail[0].delivery;
    const seen = await call('GET', `/deliveries/${delivery}`);
    expect(seen.body).toMatchObject({ state: 'queued', request: null, attempts: [], profile: made.id, held: false });
    expect((await call('POST', `/deliveries/${delivery}/resend`)).status).toBe(409);
    const bare = parse('delivery', delivery)!;
    const request = newId(on.clock.now());
    await sql(
      `INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, body, created_at)
       VALUES ($1, $2, $3, $4, 1, 'msg_1', 'key_1', 'POST', 'https://api.example', '[["a","b"]]', $5, 0)`,
      [on.workspace, request, partitionOf(profile), webhook, Buffer.from([0xff])],
    );
    await sql('UPDATE deliveries SET state = 6, ended_at = 5, request_id = $2 WHERE id = $1', [bare, request]);
    await sql('DELETE FROM lane_queue WHERE delivery_id = $1', [bare]);
    expect((await call('GET', `/deliveries/${delivery}`)).body).toMatchObject({
      state: 'delivered',
      request: {
        headers: [{ name: 'a', value: 'b' }],
        body: { encoding: 'base64', content: '/w==', bytes: 1 },
        idempotency_key: 'key_1',
      },
    });
    const resent = await call('POST', `/deliveries/${delivery}/resend`);
    expect(resent).toMatchObject({ status: 201, body: { state: 'queued', resend_of: delivery, enrollment: null } });
    const list = async (query: string) =>
      (await call('GET', `/deliveries?${query}`)).body.items?.map((one: { id: string }) => one.id);
    expect(await list(`profile=${made.id}`)).toEqual([resent.body.id, delivery]);
    expect(await list(`scenario=${scenario.id}&state=delivered`)).toEqual([delivery]);
    expect(await list(`webhook=${present('webhook', webhook)}&state=queued`)).toEqual([resent.body.id]);
    expect(await list('from=2100-01-01T00:00:00Z')).toEqual([]);
    expect(await call('GET', '/deliveries?webhook=nonsense')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'query.webhook' }] },
    });
    expect((await call('GET', '/deliveries?cursor=nonsense')).status).toBe(400);
  });

  it('are not brought down by a condition nested without end', async () => {
    const deep = `{"name":"x","draft":{"trigger":{"kind":"event","event":"e","filter":${'{"not":'.repeat(50_000)}1${'}'.repeat(50_000)}}}}`;
    expect((await call('POST', '/scenarios', deep)).status).toBeLessThan(500);
    expect((await call('GET', '/scenarios')).status).toBe(200);
  });
});

it("refuses every route with another workspace's ids, and every one without its scope", async () => {
  const { body: scenario } = await call('POST', '/scenarios', { name: 'Mine', draft });
  const profile = (await call('POST', '/profiles', { identifiers: { user_id: 'u1' } })).body.id;
  const [enrollment] = await sql<{ id: string }>('SELECT id FROM enrollments LIMIT 1');
  const [delivery] = await sql<{ id: string }>('SELECT id FROM deliveries WHERE ended_at IS NOT NULL LIMIT 1');
  const fact = newId(on.clock.now());
  await sql("INSERT INTO failed_facts VALUES ($1, $2, $3, '{}', 'It broke.', 5)", [on.workspace, fact, newId(5)]);
  const ids: Record<string, string> = {
    '/scenarios': scenario.id,
    '/profiles': profile,
    '/enrollments': present('enrollment', enrollment!.id),
    '/deliveries': present('delivery', delivery!.id),
    '/failed-facts': present('fact', fact),
  };
  let checked = 0;
  for (const { method, path, body } of routes) {
    const start = path.slice(0, path.indexOf('/', 1) < 0 ? undefined : path.indexOf('/', 1));
    const url = path.replace('{id}', ids[start]!).replace('{profile}', profile).replace('{version}', '1');
    const payload = method === 'PATCH' ? {} : undefined;
    expect([method, path, (await call(method, url, payload ?? (body && {}), 'wrong')).status]).toEqual([
      method,
      path,
      401,
    ]);
    if (!path.includes('{id}')) {
      if (method === 'GET')
        expect((await call(method, url, undefined, keys.other)).body).toEqual(
          path.endsWith('/counts') ? { by_state: {}, more: false } : { items: [], next_cursor: null },
        );
      continue;
    }
    checked++;
    expect([method, path, (await call(method, url, payload, keys.other)).status]).toEqual([method, path, 404]);
  }
  expect(checked).toBeGreaterThan(17);
  expect((await call('GET', `/scenarios/${scenario.id}`)).body).toEqual(scenario);
});
