import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, stage } from '../../tests/stage/database.ts';
import { createKeyring } from './keyring.ts';
import { createKey, ensureDefaultKey, listKeys, OVERLAP_MS, rotateKey, type Sealer } from './keys.ts';

let s: Stage;
beforeAll(async () => {
  s = await stage();
});
afterAll(() => s.close());

let opened = 0;
const sealer: Sealer = {
  seal: (plain) => Buffer.from(plain).map((byte) => byte ^ 0x5a) as Buffer,
  open: (sealed) => {
    opened++;
    return Buffer.from(sealed.map((byte) => byte ^ 0x5a)).toString();
  },
};
const version = async () =>
  (await s.database.run<{ version: number }>({ name: 'test-version', text: 'SELECT version FROM definitions' }))[0]!
    .version;
const NOW = 1_800_000_000_000;

test('a workspace gets one default key, also when two ask at once', async () => {
  const workspaceId = await s.addWorkspace('One');
  const made = await Promise.all(
    [1, 2, 3].map(() => s.database.transaction((tx) => ensureDefaultKey(tx, sealer, workspaceId, NOW))),
  );
  const [first, ...more] = made.filter((key) => key !== null);
  expect(more).toEqual([]);
  const keyring = createKeyring({ database: s.database, sealer });
  expect(await keyring.loadSigningSecrets(workspaceId, null, await version(), NOW)).toEqual([first!.secret]);
});

test('rotating: both secrets sign until the overlap ends; every change moves the version', async () => {
  const workspaceId = await s.addWorkspace('Two');
  const start = await version();
  const own = 'my own secret';
  const key = await s.database.transaction((tx) =>
    createKey(tx, sealer, { workspaceId, name: 'Mine', secret: own, now: NOW }),
  );
  if (!('id' in key)) throw new Error(key.message);
  expect(await version()).toBe(start + 1);
  const keyring = createKeyring({ database: s.database, sealer });
  const load = async (now: number) => keyring.loadSigningSecrets(workspaceId, key.id, await version(), now);
  expect(await load(NOW)).toEqual([own]);

  const rotated = await s.database.transaction((tx) => rotateKey(tx, sealer, { workspaceId, id: key.id, now: NOW }));
  if (!('secret' in rotated)) throw new Error(rotated.message);
  expect(await version()).toBe(start + 2);
  expect(await load(NOW)).toEqual([rotated.secret, own]);
  expect(await load(NOW + OVERLAP_MS - 1)).toEqual([rotated.secret, own]);
  expect(await load(NOW + OVERLAP_MS)).toEqual([rotated.secret]);

  const [listed] = await listKeys(s.database, workspaceId, NOW);
  expect(listed).toEqual({
    id: key.id,
    name: 'Mine',
    isDefault: false,
    createdAt: NOW,
    rotatedAt: NOW,
    previousUntil: NOW + OVERLAP_MS,
  });
  await s.database.transaction((tx) => rotateKey(tx, sealer, { workspaceId, id: key.id, overlapMs: 0, now: NOW }));
  expect(await load(NOW)).toHaveLength(1);
});

test('one version is read once; a key of another workspace is not found', async () => {
  const [mine, theirs] = [await s.addWorkspace('Mine'), await s.addWorkspace('Theirs')];
  const key = await s.database.transaction((tx) => createKey(tx, sealer, { workspaceId: mine, name: 'K', now: NOW }));
  if (!('id' in key)) throw new Error(key.message);
  const keyring = createKeyring({ database: s.database, sealer });
  const now = await version();
  opened = 0;
  await Promise.all([1, 2, 3].map(() => keyring.loadSigningSecrets(mine, key.id, now, NOW)));
  expect(opened).toBe(1);
  expect(await keyring.loadSigningSecrets(theirs, key.id, now, NOW)).toEqual([]);
  const foreign = await s.database.transaction((tx) =>
    rotateKey(tx, sealer, { workspaceId: theirs, id: key.id, now: NOW }),
  );
  expect(foreign).toMatchObject({ class: 'permanent', code: 'not_found' });
  expect(await listKeys(s.database, theirs, NOW)).toEqual([]);
});

test('a bad secret is refused, and nothing changes', async () => {
  const before = await version();
  const result = await s.database.transaction((tx) =>
    createKey(tx, sealer, { workspaceId: s.workspace, name: 'K', secret: 'short', now: NOW }),
  );
  expect(result).toMatchObject({ class: 'permanent', code: 'invalid_secret' });
  expect(await version()).toBe(before);
});
