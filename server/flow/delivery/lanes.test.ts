import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId } from '../../platform/ids.ts';
import { Lanes } from './lanes.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
});
afterAll(() => on.close());

const make = (text: string, values: unknown[]) => on.database.run({ name: '', text }, values);

test('what a process forgot when it lost its lease is shared with others, none of it lies idle', async () => {
  const id = () => newId(on.clock.now());
  const policy = id();
  await make(
    'INSERT INTO policies (workspace_id, id, name, concurrency, created_at, updated_at) VALUES ($1, $2, $3, 4, 0, 0)',
    [on.workspace, policy, 'four at a time'],
  );
  const lane = (under: string | null) =>
    make('INSERT INTO lanes (id, workspace_id, webhook_id, policy_id) VALUES ($1, $2, $3, $4)', [
      id(),
      on.workspace,
      id(),
      under,
    ]);
  for (const under of [null, null, null, policy, policy]) await lane(under);

  let alive = 1;
  const process = () => {
    const lanes = new Lanes({ id: id(), alive: () => alive, isDead: () => false });
    const balance = () =>
      lanes.balance(
        on.database,
        () => on.clock.now(),
        () => true,
      );
    return { lanes, balance };
  };
  const first = process();
  await first.balance();
  expect(first.lanes.mine.size).toBe(5);

  // The lease ran out: everything is forgotten, while the tables name it still. Meanwhile another one came.
  first.lanes.clear();
  alive = 2;
  const second = process();
  await first.balance();
  await second.balance();
  const owned = [first, second].map(({ lanes }) => [...lanes.mine.keys()]);
  expect(new Set(owned.flat()).size).toBe(5);
  expect(owned.flat()).toHaveLength(5);
  for (const { lanes } of [first, second]) {
    const under = [...lanes.mine.values()].filter(({ policyId }) => policyId === policy);
    expect([0, 2]).toContain(under.length);
    expect(lanes.policies.get(policy) !== undefined).toBe(under.length === 2);
  }
});
