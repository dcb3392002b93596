import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ScenarioDefinition } from '../../../shared/scenario.ts';
import { scenarioDefinition } from '../../../shared/scenario.ts';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { CLASS, DELIVERY, FACT, MODE, ORIGIN } from '../../schema/index.ts';
import { type Fact, type OutcomeBody, putFacts } from '../inbox/index.ts';
import { Definitions } from './definitions.ts';
import { Floors } from './floors.ts';
import { type TurnResult, turn } from './turn.ts';

let s: Stage;
let definitions: Definitions;
beforeAll(async () => {
  s = await stage();
});
afterAll(() => s.close());
beforeEach(() => {
  definitions = new Definitions();
});

const sql = <Row>(text: string, values: unknown[] = []) => s.database.run<Row>({ name: '', text }, values);

function fact(part: Partial<Fact> & { profileId: string }): Fact {
  const now = s.clock.now();
  return {
    workspaceId: s.workspace,
    id: newId(now),
    kind: FACT.track,
    class: CLASS.live,
    origin: ORIGIN.event,
    depth: 0,
    occurredAt: now,
    receivedAt: now,
    name: null,
    body: null,
    meta: null,
    ...part,
  };
}

function oneTurn(extra: Partial<Parameters<typeof turn>[0]> = {}): Promise<TurnResult> {
  const options = {
    share: 64,
    rotation: 0,
    timers: true,
    isolate: false,
    newId,
    observe: (now: number) => s.clock.observe(now, performance.now()),
  };
  return turn({ database: s.database, definitions, floors: new Floors(), ...options, ...extra });
}

async function drain(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const { facts, timers, setAside } = await oneTurn();
    if (facts + timers + setAside.length === 0) return;
  }
  throw new Error('the inbox does not run dry');
}

async function publish(definition: unknown): Promise<string> {
  const id = newId(s.clock.now());
  const whole: ScenarioDefinition = scenarioDefinition.parse(definition);
  await sql(
    "INSERT INTO scenarios (workspace_id, id, name, state, version, draft, created_at, updated_at) VALUES ($1, $2, 'S', 'active', 1, '{}', 0, 0)",
    [s.workspace, id],
  );
  await sql('INSERT INTO scenario_versions VALUES ($1, $2, 1, $3, 0)', [s.workspace, id, JSON.stringify(whole)]);
  await sql('UPDATE definitions SET version = version + 1');
  return id;
}

async function lane(): Promise<string> {
  const webhook = newId(s.clock.now());
  const id = newId(s.clock.now());
  await sql('INSERT INTO lanes (id, workspace_id, webhook_id) VALUES ($1, $2, $3)', [id, s.workspace, webhook]);
  await sql(
    'INSERT INTO webhooks (workspace_id, id, key, name, version, created_at, updated_at, lane_id) VALUES ($1, $2, $3, $3, 1, 0, 0, $4)',
    [s.workspace, webhook, webhook, id],
  );
  await sql('UPDATE definitions SET version = version + 1');
  return webhook;
}

const attributesOf = async (id: string) => {
  const [row] = await sql<{ attributes: string }>('SELECT attributes FROM profiles WHERE id = $1', [id]);
  return row ? JSON.parse(row.attributes) : null;
};

test('identify makes the profile and declares attributes; a conflicting type is refused with its reason', async () => {
  const profileId = newId(s.clock.now());
  await putFacts(s.database, [
    fact({ profileId, kind: FACT.identify, body: '{"plan":"pro","logins":12.50,"Big":12345678901234567890}' }),
    fact({ profileId, kind: FACT.identify, body: '{"plan":7,"logins":3}' }),
  ]);
  await drain();
  const [row] = await sql<{ attributes: string }>('SELECT attributes::text FROM profiles WHERE id = $1', [profileId]);
  expect(row?.attributes).toBe('{"Big": 12345678901234567890, "plan": "pro", "logins": 3}');
  const events = await sql<{ meta: string | null }>('SELECT meta FROM events WHERE profile_id = $1 ORDER BY id', [
    profileId,
  ]);
  expect(JSON.parse(events[1]?.meta ?? '').refused).toEqual([
    { attribute: 'plan', reason: 'plan is declared as text, and the value is number.' },
  ]);
});

test('an event enrolls, the outcome moves on, conditions see the response, attributes are mapped', async () => {
  const webhook = await lane();
  const scenario = await publish({
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
  const profileId = newId(s.clock.now());
  await putFacts(s.database, [
    fact({ profileId, name: 'Signed Up', body: '{"plan":"free"}' }),
    fact({ profileId, name: 'Signed Up', body: '{"plan":"pro"}' }),
  ]);
  await drain();
  const deliveries = await sql<{ id: string; enrollment_id: string; partition: number }>(
    'SELECT id, enrollment_id, partition FROM deliveries WHERE profile_id = $1',
    [profileId],
  );
  expect(deliveries).toHaveLength(1);
  const { id: delivery, enrollment_id: enrollment } = deliveries[0]!;
  expect(await sql('SELECT 1 FROM lane_queue WHERE delivery_id = $1', [delivery])).toHaveLength(1);
  const attempt = newId(s.clock.now());
  await sql(
    'INSERT INTO attempts (workspace_id, id, partition, request_id, number, outcome, started_at, duration_ms, response_body) VALUES ($1, $2, $3, $2, 1, 1, 0, 1, \'{"ok":true}\')',
    [s.workspace, attempt, partitionOf(profileId)],
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
  await putFacts(s.database, [
    fact({ profileId, kind: FACT.outcome, origin: ORIGIN.response, body: JSON.stringify(outcome) }),
  ]);
  await drain();
  expect(await attributesOf(profileId)).toEqual({ lead: '42' });
  const [timer] = await sql<{ due_at: number }>('SELECT due_at FROM timers WHERE enrollment_id = $1', [enrollment]);
  expect(timer?.due_at).toBeGreaterThan(s.clock.now() + 50_000);
  await sql('UPDATE clock SET offset_ms = offset_ms + 61000');
  await drain();
  expect(await attributesOf(profileId)).toEqual({ lead: '42', done: true });
  const [ended] = await sql<{ state: number; reason: string; data: string }>(
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
  const counts = await sql<{ step: string; name: string; n: number }>(
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
  const [a, b] = [newId(s.clock.now()), newId(s.clock.now())];
  await putFacts(s.database, [
    fact({ profileId: a, kind: FACT.identify, body: '{not json' }),
    fact({ profileId: a, kind: FACT.identify, body: '{"after":1}' }),
    fact({ profileId: b, kind: FACT.identify, body: '{"after":2}' }),
  ]);
  const result = await oneTurn();
  expect(result.facts).toBe(2);
  expect(await attributesOf(a)).toEqual({ after: 1 });
  expect(await attributesOf(b)).toEqual({ after: 2 });
  await oneTurn();
  const last = await oneTurn();
  expect(last.setAside).toHaveLength(1);
  expect(await sql('SELECT 1 FROM inbox WHERE partition >= 0')).toHaveLength(0);
  const failed = await sql<{ error: string }>('SELECT error FROM failed_facts WHERE profile_id = $1', [a]);
  expect(failed[0]?.error).toMatch(/JSON/);
});

test('data that the database refuses is isolated behind a savepoint', async () => {
  const [a, b] = [newId(s.clock.now()), newId(s.clock.now())];
  await putFacts(s.database, [
    fact({ profileId: a, kind: FACT.identify, body: '{"huge":1e400000}' }),
    fact({ profileId: b, kind: FACT.identify, body: '{"fine":1}' }),
  ]);
  await expect(oneTurn()).rejects.toThrow();
  definitions.forget();
  for (let i = 0; i < 3; i++) await oneTurn({ isolate: true });
  expect(await attributesOf(b)).toEqual({ fine: 1 });
  expect(await attributesOf(a)).toBeNull();
  expect(await sql('SELECT 1 FROM failed_facts WHERE profile_id = $1', [a])).toHaveLength(1);
});

test('a merge takes over attributes, identifiers and later facts; facts on the alias are moved in order', async () => {
  const at = s.clock.now();
  const [winner, loser] = [newId(at), newId(at)];
  await sql("INSERT INTO identifiers VALUES ($1, 'user_id', 'u1', $2, 0), ($1, 'anonymous_id', 'a1', $3, 0)", [
    s.workspace,
    winner,
    loser,
  ]);
  await putFacts(s.database, [
    fact({ profileId: loser, kind: FACT.identify, body: '{"seen":"web","list":["a"]}', receivedAt: at }),
    fact({ profileId: winner, kind: FACT.identify, body: '{"name":"Ada","seen":"mail"}', receivedAt: at + 5 }),
    fact({ profileId: winner, kind: FACT.merge, body: JSON.stringify({ loser }) }),
    fact({ profileId: winner, kind: FACT.identify, body: '{"step":1}' }),
    fact({ profileId: loser, kind: FACT.identify, body: '{"step":2}' }),
    fact({ profileId: winner, kind: FACT.identify, body: '{"name":"Ada L."}' }),
  ]);
  await drain();
  expect(await attributesOf(loser)).toBeNull();
  expect(await attributesOf(winner)).toEqual({ name: 'Ada L.', seen: 'mail', list: ['a'], step: 2 });
  expect(await sql('SELECT 1 FROM identifiers WHERE profile_id = $1', [winner])).toHaveLength(2);
  await putFacts(s.database, [fact({ profileId: loser, name: 'Later', body: '{}' })]);
  await drain();
  expect(await sql("SELECT 1 FROM events WHERE profile_id = $1 AND name = 'Later'", [winner])).toHaveLength(1);
});

test('a merge with one that was merged already means the profile it became; late identifiers follow', async () => {
  const at = s.clock.now();
  const [a, b, c] = [newId(at), newId(at), newId(at)];
  const merge = (winner: string, loser: string) =>
    fact({ profileId: winner, kind: FACT.merge, body: JSON.stringify({ loser }) });
  await putFacts(s.database, [
    fact({ profileId: a, kind: FACT.identify, body: '{"from_a":1}' }),
    fact({ profileId: b, kind: FACT.identify, body: '{"from_b":1}' }),
    fact({ profileId: c, kind: FACT.identify, body: '{"from_c":1}' }),
    merge(b, a),
  ]);
  await drain();
  await sql("INSERT INTO identifiers VALUES ($1, 'anonymous_id', 'late', $2, 0)", [s.workspace, a]);
  await putFacts(s.database, [merge(c, a)]);
  await drain();
  expect(await attributesOf(c)).toEqual({ from_a: 1, from_b: 1, from_c: 1 });
  expect(await attributesOf(b)).toBeNull();
  const named = await sql<{ profile_id: string }>("SELECT profile_id FROM identifiers WHERE value = 'late'");
  expect(named).toEqual([{ profile_id: c }]);
});

test('of two enrollments in one scenario a merge keeps the older; what the younger has queued is cancelled', async () => {
  const webhook = await lane();
  const steps = [{ id: 'call', kind: 'webhook', webhook }];
  await publish({ trigger: { kind: 'event', event: 'Both' }, start: 'call', steps });
  const [older, younger] = [newId(s.clock.now()), newId(s.clock.now())];
  for (const profileId of [older, younger]) {
    await putFacts(s.database, [fact({ profileId, name: 'Both', body: '{}' })]);
    await drain();
  }
  await putFacts(s.database, [fact({ profileId: older, kind: FACT.merge, body: JSON.stringify({ loser: younger }) })]);
  await drain();
  const rows = await sql<{ profile_id: string; state: number; reason: string | null; waits: boolean }>(
    `SELECT profile_id, state, reason, EXISTS (SELECT 1 FROM lane_queue q WHERE q.delivery_id = d.id) AS waits FROM deliveries d
     WHERE profile_id = ANY($1) ORDER BY id`,
    [[older, younger]],
  );
  expect(rows).toMatchObject([
    { profile_id: older, state: DELIVERY.queued, waits: true },
    { profile_id: younger, state: DELIVERY.cancelled, waits: false },
  ]);
  expect(rows[1]!.reason).toContain('"code":"merged"');
});

test('two profiles with different user ids are never merged', async () => {
  const [a, b] = [newId(s.clock.now()), newId(s.clock.now())];
  await sql("INSERT INTO identifiers VALUES ($1, 'user_id', 'x1', $2, 0), ($1, 'user_id', 'x2', $3, 0)", [
    s.workspace,
    a,
    b,
  ]);
  await putFacts(s.database, [
    fact({ profileId: b, kind: FACT.identify, body: '{"mine":1}' }),
    fact({ profileId: a, kind: FACT.merge, body: JSON.stringify({ loser: b }) }),
  ]);
  await drain();
  expect(await attributesOf(b)).toEqual({ mine: 1 });
});

test('re-entry: once lets a profile in once, also in one turn', async () => {
  const scenario = await publish({
    trigger: { kind: 'event', event: 'Once' },
    reentry: 'once',
    start: 'x',
    steps: [{ id: 'x', kind: 'exit' }],
  });
  const profileId = newId(s.clock.now());
  await putFacts(s.database, [
    fact({ profileId, name: 'Once', body: '{}' }),
    fact({ profileId, name: 'Once', body: '{}' }),
  ]);
  await drain();
  await putFacts(s.database, [fact({ profileId, name: 'Once', body: '{}' })]);
  await drain();
  expect(await sql('SELECT 1 FROM enrollments WHERE scenario_id = $1', [scenario])).toHaveLength(1);
});

test('two turns at once share the partitions and apply nothing twice', async () => {
  const people = Array.from({ length: 200 }, () => newId(s.clock.now()));
  await putFacts(
    s.database,
    people.flatMap((profileId) => [1, 2, 3].map((n) => fact({ profileId, name: `n${n}`, body: '{}' }))),
  );
  for (let i = 0; i < 20; i++) await Promise.all([oneTurn({ share: 32 }), oneTurn({ share: 32, rotation: 7 })]);
  const rows = await sql<{ names: string }>(
    "SELECT string_agg(name, ',' ORDER BY id) AS names FROM events WHERE profile_id = ANY($1) GROUP BY profile_id",
    [people],
  );
  expect(rows).toHaveLength(200);
  expect(new Set(rows.map((r) => r.names))).toEqual(new Set(['n1,n2,n3']));
});

async function run(scenario: string, state: string): Promise<string> {
  const id = newId(s.clock.now());
  await sql(
    `INSERT INTO campaign_runs (workspace_id, id, scenario_id, version, state, by_calendar, starts_at, created_at)
     VALUES ($1, $2, $3, 1, $4, false, 0, 0)`,
    [s.workspace, id, scenario, state],
  );
  return id;
}
const enter = (profileId: string, id: string) =>
  fact({ profileId, kind: FACT.enter, class: CLASS.bulk, body: JSON.stringify({ run: id }) });
const enrolled = async (id: string) =>
  (await sql<{ profile_id: string }>('SELECT profile_id FROM enrollments WHERE run_id = $1', [id])).map(
    (row) => row.profile_id,
  );

test('a run lets a profile in once, also two that are merged meanwhile, and nobody who is gone', async () => {
  const webhook = await lane();
  const steps = [{ id: 'call', kind: 'webhook', webhook }];
  const scenario = await publish({ trigger: { kind: 'campaign' }, start: 'call', steps });
  const [queuing, stopped, paused] = [
    await run(scenario, 'queuing'),
    await run(scenario, 'stopped'),
    await run(scenario, 'paused'),
  ];
  const [one, two, gone] = [newId(s.clock.now()), newId(s.clock.now()), newId(s.clock.now())];
  await putFacts(s.database, [
    fact({ profileId: one, kind: FACT.identify, body: '{}' }),
    fact({ profileId: two, kind: FACT.identify, body: '{}' }),
  ]);
  await drain();
  await putFacts(s.database, [
    enter(one, queuing),
    enter(one, queuing),
    enter(gone, queuing),
    enter(one, stopped),
    enter(two, newId(s.clock.now())),
  ]);
  await drain();
  expect(await enrolled(queuing)).toEqual([one]);
  expect(await enrolled(stopped)).toEqual([]);
  expect(await sql('SELECT 1 FROM profiles WHERE id = $1', [gone])).toEqual([]);
  const [delivery] = await sql('SELECT class, depth, event_id, run_id FROM deliveries WHERE run_id = $1', [queuing]);
  expect(delivery).toEqual({ class: CLASS.bulk, depth: 1, event_id: null, run_id: queuing });
  // The other's fact arrives after the merge.
  await putFacts(s.database, [
    fact({ profileId: one, kind: FACT.merge, body: JSON.stringify({ loser: two }) }),
    enter(two, queuing),
  ]);
  await drain();
  expect(await enrolled(queuing)).toEqual([one]);
  // A paused run lets in whom it had queued already, and holds what they queue.
  await putFacts(s.database, [enter(one, paused)]);
  await drain();
  const held = await sql<{ due_at: number | null }>('SELECT due_at FROM lane_queue WHERE run_id = $1', [paused]);
  expect(held).toEqual([{ due_at: null }]);
});
