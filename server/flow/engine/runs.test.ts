import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EngineStage, startEngineStage } from '../../../tests/stage/engine.ts';
import { newId } from '../../platform/ids.ts';
import { CLASS, FACT } from '../../schema/index.ts';
import { putFacts } from '../inbox/index.ts';

let on: EngineStage;
beforeAll(async () => {
  on = await startEngineStage();
});
afterAll(() => on.close());
beforeEach(() => on.definitions.forget());

async function run(scenario: string, state: string): Promise<string> {
  const id = newId(on.clock.now());
  await on.sql(
    `INSERT INTO campaign_runs (workspace_id, id, scenario_id, version, state, by_calendar, starts_at, created_at)
     VALUES ($1, $2, $3, 1, $4, false, 0, 0)`,
    [on.workspace, id, scenario, state],
  );
  return id;
}
const enter = (profileId: string, id: string) =>
  on.fact({ profileId, kind: FACT.enter, class: CLASS.bulk, body: JSON.stringify({ run: id }) });
const enrolled = async (id: string) =>
  (await on.sql<{ profile_id: string }>('SELECT profile_id FROM enrollments WHERE run_id = $1', [id])).map(
    (row) => row.profile_id,
  );

test('a run lets a profile in once, also two that are merged meanwhile, and nobody who is gone', async () => {
  const webhook = await on.lane();
  const steps = [{ id: 'call', kind: 'webhook', webhook }];
  const scenario = await on.publish({ trigger: { kind: 'campaign' }, start: 'call', steps });
  const [queuing, stopped, paused] = [
    await run(scenario, 'queuing'),
    await run(scenario, 'stopped'),
    await run(scenario, 'paused'),
  ];
  const [one, two, gone] = [newId(on.clock.now()), newId(on.clock.now()), newId(on.clock.now())];
  await putFacts(on.database, [
    on.fact({ profileId: one, kind: FACT.identify, body: '{}' }),
    on.fact({ profileId: two, kind: FACT.identify, body: '{}' }),
  ]);
  await on.drain();
  await putFacts(on.database, [
    enter(one, queuing),
    enter(one, queuing),
    enter(gone, queuing),
    enter(one, stopped),
    enter(two, newId(on.clock.now())),
  ]);
  await on.drain();
  expect(await enrolled(queuing)).toEqual([one]);
  expect(await enrolled(stopped)).toEqual([]);
  expect(await on.sql('SELECT 1 FROM profiles WHERE id = $1', [gone])).toEqual([]);
  const [delivery] = await on.sql('SELECT class, depth, event_id, run_id FROM deliveries WHERE run_id = $1', [queuing]);
  expect(delivery).toEqual({ class: CLASS.bulk, depth: 1, event_id: null, run_id: queuing });
  // The other's fact arrives after the merge.
  await putFacts(on.database, [
    on.fact({ profileId: one, kind: FACT.merge, body: JSON.stringify({ loser: two }) }),
    enter(two, queuing),
  ]);
  await on.drain();
  expect(await enrolled(queuing)).toEqual([one]);
  // A paused run lets in whom it had queued already, and holds what they queue.
  await putFacts(on.database, [enter(one, paused)]);
  await on.drain();
  const held = await on.sql<{ due_at: number | null }>('SELECT due_at FROM lane_queue WHERE run_id = $1', [paused]);
  expect(held).toEqual([{ due_at: null }]);
});
