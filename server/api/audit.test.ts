import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../tests/stage/handoff.ts';
import { changesBetween } from './changes.ts';

describe('what differs', () => {
  test('is named by its path, with values as JSON text', () => {
    expect(
      changesBetween(
        { id: 'a', updated_at: '1', name: 'A', deep: { kept: 1, url: 'x' }, gone: false, empty: [] },
        { id: 'a', updated_at: '2', name: 'B', deep: { kept: 1, url: 'y' }, empty: ['z'], big: 12345678901234 },
      ),
    ).toEqual([
      { field: 'name', before: '"A"', after: '"B"' },
      { field: 'deep.url', before: '"x"', after: '"y"' },
      { field: 'gone', before: 'false', after: null },
      { field: 'empty', before: '[]', after: '["z"]' },
      { field: 'big', before: null, after: '12345678901234' },
    ]);
  });

  test('a step that is put first moves no other', () => {
    const steps = (...ids: string[]) => ({ steps: ids.map((id) => ({ id, kind: 'exit' })) });
    expect(changesBetween(steps('b', 'c'), steps('a', 'b', 'c')).map((one) => one.field)).toEqual([
      'steps.a.id',
      'steps.a.kind',
    ]);
  });

  test('is bounded, however much there is', () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, i) => [`${'n'.repeat(400)}${i}`, 'v'.repeat(9_000)]),
    );
    const changes = changesBetween(null, many);
    expect(changes).toHaveLength(20);
    expect(JSON.stringify(changes).length).toBeLessThan(20_000);
  });
});

describe('the audit log', () => {
  let h: Handoff;
  beforeAll(async () => {
    h = await startHandoff();
  });
  afterAll(() => h.stop());
  const log = async (query = '') => (await h.api('GET', `/audit${query}`)).body.items;
  const SECRET = 'never-in-the-log-7f3a';
  const definition = (change: object = {}) => ({
    url: 'https://one.example/',
    headers: [{ name: 'X-Key', value: SECRET, secret: true }],
    ...change,
  });

  test('holds what a field was and is, by the thing that it was changed on', async () => {
    const { body: hook } = await h.api('POST', '/webhooks', { name: 'One', key: 'one', definition: definition() });
    await h.api('POST', '/webhooks', { name: 'Another', definition: definition() });
    await h.api('PATCH', `/webhooks/${hook.id}`, { name: 'Two' });
    await h.api('PUT', `/webhooks/${hook.id}/definition`, definition({ url: 'https://two.example/' }));
    const entries = await log(`?thing_id=${hook.id}`);
    expect(entries.map((one: { thing_name: string }) => one.thing_name)).toEqual(['Two', 'Two', 'One']);
    expect(entries[0].changes).toEqual([
      { field: 'version', before: '1', after: '2' },
      { field: 'definition.url', before: '"https://one.example/"', after: '"https://two.example/"' },
    ]);
    expect(entries[1].changes).toEqual([{ field: 'name', before: '"One"', after: '"Two"' }]);
    expect(entries[2].changes).toContainEqual({ field: 'name', before: null, after: '"One"' });
    expect(await log('?thing=scenarios')).toEqual([]);
    expect(await log('?thing=webhooks')).toHaveLength(4);
    await h.api('POST', `/webhooks/${hook.id}/copy`);
    const [copied] = await log('?thing=webhooks');
    expect(copied.thing_id).not.toBe(hook.id);
    expect(copied.changes.every((one: { before: unknown }) => one.before === null)).toBe(true);
    await h.api('DELETE', `/webhooks/${hook.id}`);
    expect((await log())[0].changes).toContainEqual({ field: 'deleted_at', before: null, after: expect.any(String) });
  });

  test('is found by who it was', async () => {
    const made = await h.api('POST', '/api-keys', { name: 'Script', scopes: ['scenarios'] });
    expect((await h.api('POST', '/scenarios', { name: 'By a script' }, { key: made.body.key })).status).toBe(201);
    const mine = await log(`?actor=${made.body.id}`);
    expect(mine).toMatchObject([
      { actor: { kind: 'key', id: made.body.id, name: 'Script' }, thing_name: 'By a script' },
    ]);
    expect(await log('?actor=nobody')).toEqual([]);
    const first = (await h.api('GET', `/audit?limit=1&actor=${made.body.id}`)).body;
    expect(first).toMatchObject({ items: [{}], next_cursor: null });
  });

  test('shows what a list alone shows: keys, roles, the workspace; and what was taken away', async () => {
    const key = (await h.api('POST', '/api-keys', { name: 'Short-lived', scopes: ['read'] })).body;
    expect((await h.api('DELETE', `/api-keys/${key.id}`)).status).toBe(204);
    const [gone] = await log(`?thing_id=${key.id}`);
    expect(gone).toMatchObject({ thing: 'api-keys', thing_name: 'Short-lived' });
    await h.api('PATCH', '/workspace', { time_zone: 'Europe/Amsterdam' });
    expect((await log('?thing=workspace'))[0].changes).toEqual([
      { field: 'time_zone', before: '"UTC"', after: '"Europe/Amsterdam"' },
    ]);
  });

  test('holds no secret, and nothing about people outside', async () => {
    const key = (await h.api('POST', '/api-keys', { name: 'k', scopes: ['read'] })).body.key;
    const signing = (await h.api('POST', '/signing-keys', { name: 's' })).body.secret;
    const { link } = (await h.api('POST', '/invitations', { email: 'i@example.com', role: 'viewer' })).body;
    const { body } = await h.api('POST', '/profiles', {
      identifiers: { user_id: 'u' },
      attributes: { a: 'private-5c1d' },
    });
    await h.until('the profile', async () => (await h.api('GET', `/profiles/${body.id}`)).status === 200);
    const edit = { attributes: { a: 'private-5c1d-2' } };
    expect((await h.api('PATCH', `/profiles/${body.id}`, edit)).status).toBeLessThan(300);
    expect((await log('?thing=profiles'))[0]).toMatchObject({ fields: ['attributes'], changes: [] });
    const rows = await h.stage.database.run<{ all: string }>({ name: '', text: 'SELECT a::text AS all FROM audit a' });
    const all = rows.map((row) => row.all).join('\n');
    expect(all).toContain('i@example.com');
    for (const secret of [SECRET, key, signing, link.split('token=')[1], 'private-5c1d'])
      expect(all.includes(secret), secret).toBe(false);
  });

  test('a change is made also when its record fails', async () => {
    await h.stage.database.run({ name: '', text: 'ALTER TABLE audit RENAME TO audit_away' });
    expect((await h.api('POST', '/scenarios', { name: 'Unrecorded' })).status).toBe(201);
    await h.stage.database.run({ name: '', text: 'ALTER TABLE audit_away RENAME TO audit' });
  });
});
