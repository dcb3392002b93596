import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { getEnrollment, listEnrollments } from './trail.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

it('shows the way of a profile through a scenario, to its workspace alone', async () => {
  const other = await on.addWorkspace('Other');
  const [profile, scenario, elsewhere] = [newId(1), newId(2), newId(3)];
  const data = { trail: [{ step: 'w', at: 5, outcome: 'delivered', delivery: newId(4) }], responses: {} };
  const ids: string[] = [];
  for (const one of [scenario, elsewhere, scenario]) {
    ids.push(newId(on.clock.now()));
    await on.database.run(
      {
        name: '',
        text: `INSERT INTO enrollments (workspace_id, id, partition, profile_id, scenario_id, version, state, step, depth, class, data, started_at)
          VALUES ($1, $2, $3, $4, $5, 1, 1, 'w', 0, 0, $6, 9)`,
      },
      [on.workspace, ids.at(-1), partitionOf(profile), profile, one, JSON.stringify(data)],
    );
  }
  expect(await getEnrollment(on.database, on.workspace, ids[0]!)).toMatchObject({ id: ids[0], step: 'w', ...data });
  expect(await getEnrollment(on.database, other, ids[0]!)).toBeNull();
  const all = { scenarioId: null, before: null, limit: 9 };
  const seen = async (options: object, workspace = on.workspace) =>
    (await listEnrollments(on.database, workspace, [profile], { ...all, ...options })).map((one) => one.id);
  expect(await seen({})).toEqual([...ids].reverse());
  expect(await seen({ scenarioId: scenario })).toEqual([ids[2], ids[0]]);
  expect(await seen({ before: ids[2], limit: 1 })).toEqual([ids[1]]);
  expect(await seen({}, other)).toEqual([]);
});
