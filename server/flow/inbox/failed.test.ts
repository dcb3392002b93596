import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { toJson } from '../../platform/json.ts';
import { CLASS, FACT, ORIGIN } from '../../schema/index.ts';
import type { QueuedFact } from './fact.ts';
import { listFailedFacts, retryFailedFact } from './failed.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

it('puts a fact that was set aside back once, as it was, with its tries anew', async () => {
  const other = await on.addWorkspace('Other');
  const profileId = newId(on.clock.now());
  const fact: QueuedFact = {
    workspaceId: on.workspace,
    profileId,
    id: newId(on.clock.now()),
    kind: FACT.track,
    class: CLASS.live,
    origin: ORIGIN.event,
    depth: 2,
    occurredAt: 3,
    receivedAt: 4,
    name: 'Order',
    body: '{"n":1.50}',
    meta: null,
    partition: partitionOf(profileId),
    seq: 1,
    tries: 2,
  };
  await on.database.run({ name: '', text: "INSERT INTO failed_facts VALUES ($1, $2, $3, $4, 'It broke.', 5)" }, [
    on.workspace,
    fact.id,
    profileId,
    toJson(fact),
  ]);
  const page = { before: null, limit: 9 };
  expect(await listFailedFacts(on.database, on.workspace, page)).toMatchObject([
    { id: fact.id, error: 'It broke.', fact },
  ]);
  expect(await listFailedFacts(on.database, other, page)).toEqual([]);
  expect(await retryFailedFact(on.database, on.clock, other, fact.id)).toBeNull();
  const both = await Promise.all([1, 2].map(() => retryFailedFact(on.database, on.clock, on.workspace, fact.id)));
  expect(both.filter(Boolean)).toHaveLength(1);
  expect(await listFailedFacts(on.database, on.workspace, page)).toEqual([]);
  const rows = await on.database.run({ name: '', text: 'SELECT * FROM inbox WHERE partition >= 0' });
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ id: fact.id, body: fact.body, tries: 0, depth: 2, occurred_at: 3, name: 'Order' });
});
