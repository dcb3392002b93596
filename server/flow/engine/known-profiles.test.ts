import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EngineStage, startEngineStage } from '../../../tests/stage/engine.ts';
import { newId } from '../../platform/ids.ts';
import { FACT } from '../../schema/index.ts';
import { putFacts } from '../inbox/index.ts';
import { newProfile } from '../profiles/index.ts';
import { KnownProfiles } from './known-profiles.ts';

let on: EngineStage;
beforeAll(async () => {
  on = await startEngineStage();
});
afterAll(() => on.close());

const identify = (profileId: string, body: string) =>
  putFacts(on.database, [on.fact({ profileId, kind: FACT.identify, body })]);

test('a turn after another one goes on from what it left, whoever changed the row in the meantime', async () => {
  const profileId = newId(on.clock.now());
  await identify(profileId, '{"a":1,"big":12345678901234567890,"list":[1]}');
  await on.drain();
  await identify(profileId, '{"b":2}');
  await on.drain();
  expect(await on.attributesOf(profileId)).toMatchObject({ a: 1, b: 2, list: [1] });
  // Another process.
  await on.sql(`UPDATE profiles SET attributes = attributes - 'a' || '{"c":3}' WHERE id = $1`, [profileId]);
  await identify(profileId, '{"d":4}');
  await on.drain();
  expect(await on.attributesOf(profileId)).toMatchObject({ b: 2, c: 3, d: 4, list: [1] });
  expect(await on.attributesOf(profileId)).not.toHaveProperty('a');
  await on.sql('DELETE FROM profiles WHERE id = $1', [profileId]);
  await identify(profileId, '{"e":5}');
  await on.drain();
  expect(await on.attributesOf(profileId)).toEqual({ e: 5 });
});

test('a turn that is rolled back leaves nothing to know', async () => {
  const profileId = newId(on.clock.now());
  await identify(profileId, '{"a":1}');
  await on.drain();
  const observe = () => {
    throw new Error('the database went away');
  };
  await identify(profileId, '{"a":2}');
  await expect(on.oneTurn({ observe })).rejects.toThrow('went away');
  await on.drain();
  await identify(profileId, '{"b":1}');
  await on.drain();
  expect(await on.attributesOf(profileId)).toEqual({ a: 2, b: 1 });
});

test('contexts of what was queued are what the database would give', async () => {
  const webhook = await on.lane();
  await on.publish({
    trigger: { kind: 'event', event: 'Bought' },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook }],
  });
  const [known, unknown] = [newId(on.clock.now()), newId(on.clock.now())];
  await identify(known, '{"zeta":"z","a":1.50,"exact":1e2}');
  await on.oneTurn();
  const bought = (profileId: string) => on.fact({ profileId, name: 'Bought', body: '{"total":12.50}' });
  // One that this turn makes, or changes, is read when its turn comes.
  await putFacts(on.database, [bought(unknown)]);
  expect((await on.oneTurn({ fresh: true })).fresh).toEqual([]);
  await putFacts(on.database, [bought(known)]);
  const { fresh } = await on.oneTurn({ fresh: true });
  const [row] = await on.sql<{ attributes: string; id: string }>(
    `SELECT p.attributes::text, d.id FROM deliveries d JOIN profiles p ON p.id = d.profile_id WHERE d.profile_id = $1 ORDER BY d.id DESC`,
    [known],
  );
  expect(fresh).toHaveLength(1);
  expect(fresh[0]).toMatchObject({
    id: row!.id,
    owner: known,
    webhook_id: webhook,
    attributes: row!.attributes,
    event_name: 'Bought',
    event_body: '{"total":12.50}',
    step: 'call',
    scenario_name: 'S',
    depth: 1,
  });
});

test('what is known is bounded, and what was known first makes room', () => {
  const known = new KnownProfiles();
  const one = (id: string) => ({ profile: newProfile('w', id, 0), version: '1', characters: 250_000 });
  known.keep(['a', 'b', 'c', 'd', 'a', 'e'].map(one));
  expect(['a', 'b', 'c', 'd', 'e'].filter((id) => known.get(id))).toEqual(['a', 'c', 'd', 'e']);
});
