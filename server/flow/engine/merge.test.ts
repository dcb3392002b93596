import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EngineStage, startEngineStage } from '../../../tests/stage/engine.ts';
import { newId } from '../../platform/ids.ts';
import { DELIVERY, FACT } from '../../schema/index.ts';
import { putFacts } from '../inbox/index.ts';

let on: EngineStage;
beforeAll(async () => {
  on = await startEngineStage();
});
afterAll(() => on.close());
beforeEach(() => on.definitions.forget());

test('a merge takes over attributes, identifiers and later facts; facts on the alias are moved in order', async () => {
  const at = on.clock.now();
  const [winner, loser] = [newId(at), newId(at)];
  await on.sql("INSERT INTO identifiers VALUES ($1, 'user_id', 'u1', $2, 0), ($1, 'anonymous_id', 'a1', $3, 0)", [
    on.workspace,
    winner,
    loser,
  ]);
  await putFacts(on.database, [
    on.fact({ profileId: loser, kind: FACT.identify, body: '{"seen":"web","list":["a"]}', receivedAt: at }),
    on.fact({ profileId: winner, kind: FACT.identify, body: '{"name":"Ada","seen":"mail"}', receivedAt: at + 5 }),
    on.fact({ profileId: winner, kind: FACT.merge, body: JSON.stringify({ loser }) }),
    on.fact({ profileId: winner, kind: FACT.identify, body: '{"step":1}' }),
    on.fact({ profileId: loser, kind: FACT.identify, body: '{"step":2}' }),
    on.fact({ profileId: winner, kind: FACT.identify, body: '{"name":"Ada L."}' }),
  ]);
  await on.drain();
  expect(await on.attributesOf(loser)).toBeNull();
  expect(await on.attributesOf(winner)).toEqual({ name: 'Ada L.', seen: 'mail', list: ['a'], step: 2 });
  expect(await on.sql('SELECT 1 FROM identifiers WHERE profile_id = $1', [winner])).toHaveLength(2);
  await putFacts(on.database, [on.fact({ profileId: loser, name: 'Later', body: '{}' })]);
  await on.drain();
  expect(await on.sql("SELECT 1 FROM events WHERE profile_id = $1 AND name = 'Later'", [winner])).toHaveLength(1);
});

test('a merge with one that was merged already means the profile it became; late identifiers follow', async () => {
  const at = on.clock.now();
  const [a, b, c] = [newId(at), newId(at), newId(at)];
  const merge = (winner: string, loser: string) =>
    on.fact({ profileId: winner, kind: FACT.merge, body: JSON.stringify({ loser }) });
  await putFacts(on.database, [
    on.fact({ profileId: a, kind: FACT.identify, body: '{"from_a":1}' }),
    on.fact({ profileId: b, kind: FACT.identify, body: '{"from_b":1}' }),
    on.fact({ profileId: c, kind: FACT.identify, body: '{"from_c":1}' }),
    merge(b, a),
  ]);
  await on.drain();
  await on.sql("INSERT INTO identifiers VALUES ($1, 'anonymous_id', 'late', $2, 0)", [on.workspace, a]);
  await putFacts(on.database, [merge(c, a)]);
  await on.drain();
  expect(await on.attributesOf(c)).toEqual({ from_a: 1, from_b: 1, from_c: 1 });
  expect(await on.attributesOf(b)).toBeNull();
  const named = await on.sql<{ profile_id: string }>("SELECT profile_id FROM identifiers WHERE value = 'late'");
  expect(named).toEqual([{ profile_id: c }]);
});

test('of two enrollments in one scenario a merge keeps the older; what the younger has queued is cancelled', async () => {
  const webhook = await on.lane();
  const steps = [{ id: 'call', kind: 'webhook', webhook }];
  await on.publish({ trigger: { kind: 'event', event: 'Both' }, start: 'call', steps });
  const [older, younger] = [newId(on.clock.now()), newId(on.clock.now())];
  for (const profileId of [older, younger]) {
    await putFacts(on.database, [on.fact({ profileId, name: 'Both', body: '{}' })]);
    await on.drain();
  }
  await putFacts(on.database, [
    on.fact({ profileId: older, kind: FACT.merge, body: JSON.stringify({ loser: younger }) }),
  ]);
  await on.drain();
  const rows = await on.sql<{ profile_id: string; state: number; reason: string | null; waits: boolean }>(
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
  const [a, b] = [newId(on.clock.now()), newId(on.clock.now())];
  await on.sql("INSERT INTO identifiers VALUES ($1, 'user_id', 'x1', $2, 0), ($1, 'user_id', 'x2', $3, 0)", [
    on.workspace,
    a,
    b,
  ]);
  await putFacts(on.database, [
    on.fact({ profileId: b, kind: FACT.identify, body: '{"mine":1}' }),
    on.fact({ profileId: a, kind: FACT.merge, body: JSON.stringify({ loser: b }) }),
  ]);
  await on.drain();
  expect(await on.attributesOf(b)).toEqual({ mine: 1 });
});
