import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from '../../../tests/stage/database.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { toJson } from '../../platform/json.ts';
import { listProfileNames } from './names.ts';
import { findProfile, getProfile, listProfiles, listTimeline } from './read.ts';

let on: Stage;
let other: string;
const sql = (text: string, values: unknown[]) => on.database.run({ name: '', text }, values);

beforeAll(async () => {
  on = await stage();
  other = await on.addWorkspace('Other');
});
afterAll(() => on.close());

async function profile(attributes = '{}', changes = '{}') {
  const id = newId(on.clock.now());
  await sql(
    'INSERT INTO profiles (workspace_id, id, partition, attributes, changes, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, 1, 2)',
    [on.workspace, id, partitionOf(id), attributes, changes],
  );
  return id;
}
async function event(profileId: string, name: string) {
  const id = newId(on.clock.now());
  await sql(
    "INSERT INTO events (workspace_id, id, partition, profile_id, kind, origin, name, body, occurred_at, received_at) VALUES ($1, $2, $3, $4, 1, 1, $5, '{}', 3, 4)",
    [on.workspace, id, partitionOf(profileId), profileId, name],
  );
  return id;
}

it('shows a profile by its id, an alias or an identifier, to its workspace alone', async () => {
  const id = await profile('{"big":9007199254740993,"price":12.50}', '{"big":[5,1]}');
  const merged = newId(on.clock.now());
  await sql('INSERT INTO aliases (workspace_id, id, partition, profile_id, merged_at) VALUES ($1, $2, $3, $4, 8)', [
    on.workspace,
    merged,
    partitionOf(merged),
    id,
  ]);
  await sql(
    "INSERT INTO identifiers (workspace_id, kind, value, profile_id, created_at) VALUES ($1, 'email', 'a@b.example', $2, 7)",
    [on.workspace, merged],
  );
  const found = await getProfile(on.database, on.workspace, merged);
  expect(found).toMatchObject({ id, changes: { big: [5, 1] }, merged: [{ id: merged, mergedAt: 8 }] });
  expect(toJson(found!.attributes)).toBe('{"big":9007199254740993,"price":12.50}');
  expect(await findProfile(on.database, on.workspace, 'email', 'a@b.example')).toBe(id);
  expect(await findProfile(on.database, other, 'email', 'a@b.example')).toBeNull();
  expect(await getProfile(on.database, other, id)).toBeNull();
  expect(await listProfiles(on.database, other, { before: null, limit: 9 })).toEqual([]);
});

it('pages profiles and timelines newest first, those merged in included', async () => {
  const [first, second] = [await profile(), await profile()];
  const page = await listProfiles(on.database, on.workspace, { before: null, limit: 1 });
  expect(page.map((one) => one.id)).toEqual([second]);
  const next = await listProfiles(on.database, on.workspace, { before: second, limit: 1 });
  expect(next.map((one) => one.id)).toEqual([first]);

  const ids = [await event(first, 'a'), await event(second, 'b'), await event(first, 'c')];
  const both = { id: first, merged: [{ id: second, mergedAt: 0 }] };
  const seen = await listTimeline(on.database, on.workspace, both, { before: null, limit: 2 });
  expect(seen.map((one) => one.name)).toEqual(['c', 'b']);
  const rest = await listTimeline(on.database, on.workspace, both, { before: ids[1]!, limit: 2 });
  expect(rest.map((one) => one.name)).toEqual(['a']);
  const alone = await listTimeline(on.database, on.workspace, { id: first, merged: [] }, { before: null, limit: 9 });
  expect(alone.map((one) => one.name)).toEqual(['c', 'a']);
  expect(await listTimeline(on.database, other, both, { before: null, limit: 9 })).toEqual([]);
});

it('says what profiles are called: name, else email, else nothing; a merged one as its survivor', async () => {
  const whole = await profile('{"first_name":"Ann","lastName":"Lee","email":"ann@x.org","age":5}');
  const mail = await profile('{"name":" ","email":"bob@x.org"}');
  const none = await profile('{"name":7}');
  const merged = newId(on.clock.now());
  await sql('INSERT INTO aliases (workspace_id, id, partition, profile_id, merged_at) VALUES ($1, $2, $3, $4, 8)', [
    on.workspace,
    merged,
    partitionOf(merged),
    whole,
  ]);
  const ids = [whole, mail, none, merged, newId(on.clock.now())];
  expect(Object.fromEntries(await listProfileNames(on.database, on.workspace, ids))).toEqual({
    [whole]: 'Ann Lee',
    [mail]: 'bob@x.org',
    [none]: null,
    [merged]: 'Ann Lee',
  });
  expect((await listProfileNames(on.database, other, ids)).size).toBe(0);
});
