import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EngineStage, startEngineStage } from '../../../tests/stage/engine.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { DELIVERY, FACT, MODE, ORIGIN } from '../../schema/index.ts';
import { type OutcomeBody, putFacts } from '../inbox/index.ts';

let on: EngineStage;
beforeAll(async () => {
  on = await startEngineStage();
});
afterAll(() => on.close());
beforeEach(() => on.definitions.forget());

test('identify makes the profile and declares attributes; a conflicting type is refused with its reason', async () => {
  const profileId = newId(on.clock.now());
  await putFacts(on.database, [
    on.fact({ profileId, kind: FACT.identify, body: '{"plan":"pro","logins":12.50,"Big":12345678901234567890}' }),
    on.fact({ profileId, kind: FACT.identify, body: '{"plan":7,"logins":3}' }),
  ]);
  await on.drain();
  const [row] = await on.sql<{ attributes: string }>('SELECT attributes::text FROM profiles WHERE id = $1', [
    profileId,
  ]);
  expect(row?.attributes).toBe('{"Big": 12345678901234567890, "plan": "pro", "logins": 3}');
  const events = await on.sql<{ meta: string | null }>('SELECT meta FROM events WHERE profile_id = $1 ORDER BY id', [
    profileId,
  ]);
  expect(JSON.parse(events[1]?.meta ?? '').refused).toEqual([
    { attribute: 'plan', reason: 'plan is declared as text, and the value is number.' },
  ]);
});

test('an event enrolls, the outcome moves on, conditions see the response, attributes are mapped', async () => {
  const webhook = await on.lane();
  const scenario = await on.publish({
    trigger: { kind: 'event', event: 'Signed Up', filter: { property: 'plan', op: 'equals', value: 'pro' } },
    start: 'call',
    steps: [
      { id: 'call', kind: 'webhook', webhook, next: 'check' },
      {
        id: 'check',
        kind: 'condition',
        if: {
          all: [
            { response: 'call', path: 'ok', op: 'equals', value: true },
            { attribute: 'lead', op: 'equals', value: '42' },
          ],
        },
        yes: 'wait',
        no: null,
      },
      { id: 'wait', kind: 'wait', seconds: 60, next: 'mark' },
      { id: 'mark', kind: 'update', set: [{ attribute: 'done', value: true }], next: null },
    ],
  });
  const profileId = newId(on.clock.now());
  await putFacts(on.database, [
    on.fact({ profileId, name: 'Signed Up', body: '{"plan":"free"}' }),
    on.fact({ profileId, name: 'Signed Up', body: '{"plan":"pro"}' }),
  ]);
  await on.drain();
  const deliveries = await on.sql<{ id: string; enrollment_id: string; partition: number }>(
    'SELECT id, enrollment_id, partition FROM deliveries WHERE profile_id = $1',
    [profileId],
  );
  expect(deliveries).toHaveLength(1);
  const { id: delivery, enrollment_id: enrollment } = deliveries[0]!;
  expect(await on.sql('SELECT 1 FROM lane_queue WHERE delivery_id = $1', [delivery])).toHaveLength(1);
  const attempt = newId(on.clock.now());
  await on.sql(
    'INSERT INTO attempts (workspace_id, id, partition, request_id, number, outcome, started_at, duration_ms, response_body) VALUES ($1, $2, $3, $2, 1, 1, 0, 1, \'{"ok":true}\')',
    [on.workspace, attempt, partitionOf(profileId)],
  );
  const outcome: OutcomeBody = {
    delivery,
    enrollment,
    scenario,
    webhook,
    step: 'call',
    mode: MODE.outcome,
    state: DELIVERY.delivered,
    reason: null,
    status: 200,
    request: attempt,
    attempt,
    changes: [{ attribute: 'lead', mode: 'set', value: '42' }],
    refused: [],
  };
  await putFacts(on.database, [
    on.fact({ profileId, kind: FACT.outcome, origin: ORIGIN.response, body: JSON.stringify(outcome) }),
  ]);
  await on.drain();
  expect(await on.attributesOf(profileId)).toEqual({ lead: '42' });
  const [timer] = await on.sql<{ due_at: number }>('SELECT due_at FROM timers WHERE enrollment_id = $1', [enrollment]);
  expect(timer?.due_at).toBeGreaterThan(on.clock.now() + 50_000);
  await on.sql('UPDATE clock SET offset_ms = offset_ms + 61000');
  await on.drain();
  expect(await on.attributesOf(profileId)).toEqual({ lead: '42', done: true });
  const [ended] = await on.sql<{ state: number; reason: string; data: string }>(
    'SELECT state, reason, data FROM enrollments WHERE id = $1',
    [enrollment],
  );
  expect(ended).toMatchObject({ state: 2, reason: 'completed' });
  expect(JSON.parse(ended!.data).trail.map((t: { step: string; outcome?: string }) => [t.step, t.outcome])).toEqual([
    ['call', 'delivered'],
    ['check', 'yes'],
    ['wait', undefined],
    ['mark', undefined],
  ]);
  const counts = await on.sql<{ step: string; name: string; n: number }>(
    'SELECT step, name, sum(delta) AS n FROM counter_deltas WHERE scenario_id = $1 GROUP BY 1, 2 ORDER BY 1, 2',
    [scenario],
  );
  expect(Object.fromEntries(counts.map((c) => [`${c.step}/${c.name}`, Number(c.n)]))).toMatchObject({
    '/entered': 1,
    '/ended': 1,
    '/profiles': 1,
    'call/queued': 1,
    'call/delivered': 1,
    'mark/reached': 1,
  });
});

test('a poison fact is tried three times and set aside; its profile and its neighbours go on', async () => {
  const [a, b] = [newId(on.clock.now()), newId(on.clock.now())];
  await putFacts(on.database, [
    on.fact({ profileId: a, kind: FACT.identify, body: '{not json' }),
    on.fact({ profileId: a, kind: FACT.identify, body: '{"after":1}' }),
    on.fact({ profileId: b, kind: FACT.identify, body: '{"after":2}' }),
  ]);
  const result = await on.oneTurn();
  expect(result.facts).toBe(2);
  expect(await on.attributesOf(a)).toEqual({ after: 1 });
  expect(await on.attributesOf(b)).toEqual({ after: 2 });
  await on.oneTurn();
  const last = await on.oneTurn();
  expect(last.setAside).toHaveLength(1);
  expect(await on.sql('SELECT 1 FROM inbox WHERE partition >= 0')).toHaveLength(0);
  const failed = await on.sql<{ error: string }>('SELECT error FROM failed_facts WHERE profile_id = $1', [a]);
  expect(failed[0]?.error).toMatch(/JSON/);
});

test('data that the database refuses is isolated behind a savepoint', async () => {
  const [a, b] = [newId(on.clock.now()), newId(on.clock.now())];
  await putFacts(on.database, [
    on.fact({ profileId: a, kind: FACT.identify, body: '{"huge":1e400000}' }),
    on.fact({ profileId: b, kind: FACT.identify, body: '{"fine":1}' }),
  ]);
  await expect(on.oneTurn()).rejects.toThrow();
  on.definitions.forget();
  for (let i = 0; i < 3; i++) await on.oneTurn({ isolate: true });
  expect(await on.attributesOf(b)).toEqual({ fine: 1 });
  expect(await on.attributesOf(a)).toBeNull();
  expect(await on.sql('SELECT 1 FROM failed_facts WHERE profile_id = $1', [a])).toHaveLength(1);
});

test('re-entry: once lets a profile in once, also in one turn', async () => {
  const scenario = await on.publish({
    trigger: { kind: 'event', event: 'Once' },
    reentry: 'once',
    start: 'x',
    steps: [{ id: 'x', kind: 'exit' }],
  });
  const profileId = newId(on.clock.now());
  await putFacts(on.database, [
    on.fact({ profileId, name: 'Once', body: '{}' }),
    on.fact({ profileId, name: 'Once', body: '{}' }),
  ]);
  await on.drain();
  await putFacts(on.database, [on.fact({ profileId, name: 'Once', body: '{}' })]);
  await on.drain();
  expect(await on.sql('SELECT 1 FROM enrollments WHERE scenario_id = $1', [scenario])).toHaveLength(1);
});

test('two turns at once share the partitions and apply nothing twice', async () => {
  const people = Array.from({ length: 200 }, () => newId(on.clock.now()));
  await putFacts(
    on.database,
    people.flatMap((profileId) => [1, 2, 3].map((n) => on.fact({ profileId, name: `n${n}`, body: '{}' }))),
  );
  for (let i = 0; i < 20; i++) await Promise.all([on.oneTurn({ share: 32 }), on.oneTurn({ share: 32, rotation: 7 })]);
  const rows = await on.sql<{ names: string }>(
    "SELECT string_agg(name, ',' ORDER BY id) AS names FROM events WHERE profile_id = ANY($1) GROUP BY profile_id",
    [people],
  );
  expect(rows).toHaveLength(200);
  expect(new Set(rows.map((r) => r.names))).toEqual(new Set(['n1,n2,n3']));
});
