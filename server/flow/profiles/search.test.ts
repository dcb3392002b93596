import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { type ProfileSearch, type SearchPlace, searchProfiles } from './search.ts';

const MANY = Number(process.env.HANDOFF_TEST_PROFILES ?? 3_000);
let on: Stage;
const sql = (text: string, values: unknown[] = []) => on.database.run({ name: '', text }, values);

async function add(attributes: object, identifiers: Record<string, string> = {}, workspace = on.workspace) {
  const id = newId(on.clock.now());
  await sql(
    `INSERT INTO profiles (workspace_id, id, partition, attributes, changes, created_at, updated_at) VALUES ($1, $2, $3, $4, '{}', 5, 5)`,
    [workspace, id, partitionOf(id), JSON.stringify(attributes)],
  );
  for (const [kind, value] of Object.entries(identifiers))
    await sql(
      'INSERT INTO identifiers (workspace_id, kind, value, profile_id, created_at) VALUES ($1, $2, $3, $4, 5)',
      [workspace, kind, value, id],
    );
  return id;
}

let ids: Record<'ann' | 'bob' | 'cleo' | 'named', string>;
beforeAll(async () => {
  on = await stage();
  await sql(
    "INSERT INTO attributes (workspace_id, name, type, identifier, declared_at) VALUES ($1, 'card', 'text', true, 5)",
    [on.workspace],
  );
  ids = {
    ann: await add({ name: 'Ann', city: 'Bern', spent: 12 }, { email: 'ann@example.com', user_id: 'U-1' }),
    bob: await add({ first_name: 'Bob', last_name: 'Annan', spent: 5 }, { user_id: 'annoyed', card: 'K-4711' }),
    cleo: await add({ email: 'cleo@example.com', city: 'Bern' }, { anonymous_id: 'x' }),
    named: await add({ name: 'Joann', spent: 30 }),
  };
  await add({ name: 'Ann' }, { email: 'ann@example.com' }, await on.addWorkspace('Other'));
  const prefix = newId(on.clock.now() + 60_000).slice(0, 18);
  await sql(
    `INSERT INTO profiles (workspace_id, id, partition, attributes, changes, created_at, updated_at)
     SELECT $1, ($2 || '-9' || lpad(to_hex(n / 65536), 3, '0') || '-' || lpad(to_hex(n), 12, '0'))::uuid, 0,
       jsonb_build_object('name', 'Person ' || n, 'email', 'p' || n || '@example.com', 'text', repeat('x', 120), 'n', n), '{}', 5, 5 FROM generate_series(1, $3::int) n`,
    [on.workspace, prefix, MANY],
  );
});
afterAll(() => on.close());

async function all(given: Partial<ProfileSearch>, limit = 50) {
  const found: string[] = [];
  let from: SearchPlace | null = null;
  do {
    const page = await searchProfiles(on.database, on.workspace, { text: null, holds: null, ...given, from, limit });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items.map((one) => one.id));
    from = page.next;
  } while (from);
  return found;
}

it('finds by the beginning of an identifier first, then by a part of the name', async () => {
  for (const limit of [1, 2, 3, 50]) expect(await all({ text: 'ann' }, limit)).toEqual([ids.bob, ids.ann, ids.named]);
  expect(await all({ text: 'ANN@' })).toEqual([ids.ann]);
  expect(await all({ text: 'U-' })).toEqual([ids.ann]);
  expect(await all({ text: 'K-47' })).toEqual([ids.bob]);
  expect(await all({ text: 'bob annan' })).toEqual([ids.bob]);
  expect(await all({ text: 'cleo@EXAMPLE' })).toEqual([ids.cleo]);
  expect(await all({ text: '%' })).toEqual([]);
});

it('finds by attributes, alone or with a text', async () => {
  const bern = { holds: (attributes: Record<string, unknown>) => attributes.city === 'Bern' };
  expect(await all(bern, 1)).toEqual([ids.cleo, ids.ann]);
  expect(await all({ ...bern, text: 'ann' })).toEqual([ids.ann]);
});

it('goes through everything once', async () => {
  const seen = await all({ holds: () => true }, 700);
  expect(seen).toHaveLength(MANY + 4);
  expect(new Set(seen).size).toBe(MANY + 4);
});
