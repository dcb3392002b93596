import { expect, test } from 'vitest';
import { stage } from '../../../../tests/stage/database.ts';
import { newId, partitionOf } from '../../../platform/ids.ts';
import { FACT } from '../../../schema/index.ts';
import { RunQueue } from './queue.ts';

test('a chunk that is cut short leaves neither facts nor a cursor; the next one looks at the same profiles', async () => {
  const s = await stage();
  const sql = <Row>(text: string, values: unknown[] = []) => s.database.run<Row>({ name: '', text }, values);
  const ids = Array.from({ length: 350 }, () => newId(s.clock.now() - 600_000));
  const [scenario, run] = [newId(s.clock.now()), newId(s.clock.now())];
  await sql(
    "INSERT INTO profiles SELECT $1, id, part, '{}', '{}', 1, 1 FROM unnest($2::uuid[], $3::int[]) u(id, part)",
    [s.workspace, ids, ids.map(partitionOf)],
  );
  await sql("INSERT INTO scenarios VALUES ($1, $2, 'S', '', 'active', 1, '{}', false, 0, 0)", [s.workspace, scenario]);
  await sql('INSERT INTO scenario_versions VALUES ($1, $2, 1, $3, 0)', [
    s.workspace,
    scenario,
    '{"trigger":{"kind":"campaign"},"steps":[]}',
  ]);
  await sql(
    `INSERT INTO campaign_runs (workspace_id, id, scenario_id, version, state, by_calendar, starts_at, until_id, created_at, began_at)
     VALUES ($1, $2, $3, 1, 'queuing', false, 0, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 0, 0)`,
    [s.workspace, run, scenario],
  );
  const queued = async () =>
    (await sql<{ profile_id: string }>('SELECT profile_id FROM inbox WHERE kind = $1', [FACT.enter])).map(
      (row) => row.profile_id,
    );
  const queue = new RunQueue(s.database, s.clock);
  expect(await queue.step(s.workspace, run)).toBe('more');
  expect(await queued()).toHaveLength(100);
  await sql(
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'cut short'; END $$`,
  );
  await sql('CREATE TRIGGER refuse BEFORE UPDATE ON campaign_runs FOR EACH ROW EXECUTE FUNCTION refuse()');
  await expect(queue.step(s.workspace, run)).rejects.toThrow('cut short');
  expect(await queued()).toHaveLength(100);
  await sql('DROP TRIGGER refuse ON campaign_runs');
  while ((await queue.step(s.workspace, run)) === 'more');
  expect((await queued()).sort()).toEqual([...ids].sort());
  expect(await sql('SELECT state, looked_at, matched FROM campaign_runs')).toEqual([
    { state: 'done', looked_at: 350, matched: 350 },
  ]);
  await s.close();
});
