import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from '../../tests/stage/database.ts';
import { createDatabase } from '../platform/database/index.ts';
import { createSecrets } from '../platform/secrets.ts';
import { createApiKey, createKeyCheck, ensureFirstRun, SCOPES } from './index.ts';

let on: Stage;
beforeAll(async () => {
  on = await stage();
  await sql('DELETE FROM workspaces');
});
afterAll(() => on.close());
const sql = <Row>(text: string, values: unknown[] = []) => on.database.run<Row>({ name: '', text }, values);
const secrets = createSecrets('a secret of these tests, of 32 characters');
const FIRST = 'first-key-of-these-tests';
const SECOND = 'second-key-of-these-tests';
const start = (apiKey: string | null) =>
  ensureFirstRun({ database: on.database, clock: on.clock, secrets, config: { apiKey } });
const find = (key: string) => createKeyCheck(on.database, on.clock)(key);

it('a first start by several at once makes one workspace, one signing key and the API key', async () => {
  const made = await Promise.all([1, 2, 3].map(() => start(FIRST)));
  expect(new Set(made.map((one) => one.workspaceId)).size).toBe(1);
  expect(await sql('SELECT 1 FROM workspaces')).toHaveLength(1);
  expect(await sql('SELECT 1 FROM signing_keys WHERE is_default')).toHaveLength(1);
  expect(await find(FIRST)).toMatchObject({ workspaceId: made[0]!.workspaceId, scopes: SCOPES, keyKind: 'server' });
});

it('a changed setting replaces the key; none leaves it', async () => {
  await start(SECOND);
  expect(await find(FIRST)).toBeNull();
  expect(await find(SECOND)).not.toBeNull();
  await start(null);
  expect(await find(SECOND)).not.toBeNull();
  expect(await sql('SELECT 1 FROM api_keys')).toHaveLength(1);
});

it('only a hash is kept; use is written down at most once a minute', async () => {
  const { workspaceId } = await start(SECOND);
  const made = { workspaceId, name: 'k', kind: 'browser', scopes: ['ingest'], now: on.clock.now() } as const;
  const { id, key } = await createApiKey(on.database, made);
  expect(key).toMatch(/^hk_[\w-]{32}$/);
  expect(JSON.stringify(await sql('SELECT k::text FROM api_keys k'))).not.toContain(key);
  const used = async () =>
    (await sql<{ at: number | null }>('SELECT last_used_at AS at FROM api_keys WHERE id = $1', [id]))[0]!.at;
  expect(await used()).toBeNull();
  const check = createKeyCheck(on.database, on.clock);
  expect(await check(key)).toMatchObject({ keyId: id, scopes: ['ingest'], keyKind: 'browser' });
  expect(await used()).toBeTypeOf('number');
  expect(await check(`${key}x`)).toBeNull();
});

it('fails closed: without the database nobody is let in, and that is not remembered', async () => {
  const connection = { ...on.connection, host: '/nonexistent' };
  const away = createDatabase({ connection, max: 1 });
  let target = away;
  const database = { run: (...given: Parameters<typeof away.run>) => target.run(...given) } as typeof away;
  const check = createKeyCheck(database, on.clock);
  await expect(check(SECOND)).rejects.toThrow();
  target = on.database;
  expect(await check(SECOND)).not.toBeNull();
  await away.close();
});
