import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { createLink, firstWorkspace } from '../../accounts/index.ts';

let h: Handoff;
beforeAll(async () => {
  h = await startHandoff();
});
afterAll(() => h?.stop());

/** Calls the API as someone who is signed in. */
async function ann() {
  const { database, clock } = h.stage;
  const workspaceId = await firstWorkspace(database);
  const invited = { workspaceId, kind: 'invite' as const, email: 'ann@example.com', role: 'marketer' as const };
  const { token } = await createLink(database, { ...invited, now: clock.now() });
  const headers = { origin: h.url, 'content-type': 'application/json' };
  const post = { method: 'POST', headers, body: JSON.stringify({ token, name: 'Ann Lee', password: 'correct horse' }) };
  const cookie = (await fetch(`${h.url}/api/session/link`, post)).headers.getSetCookie()[0]!.split(';')[0]!;
  return async (method: string, path: string, body: unknown) => {
    const asked = { method, headers: { ...headers, cookie }, body: JSON.stringify(body) };
    return (await (await fetch(`${h.url}/api/v1${path}`, asked)).json()) as { id: string; change: string };
  };
}

test('timeline and history say which person or key asked for a change, and what of it was refused', async () => {
  const { id, change } = (await h.api('POST', '/profiles', { identifiers: { user_id: 'u1' }, attributes: { age: 7 } }))
    .body;
  const onTimeline = (wanted: string) =>
    h.until('the change', async () =>
      (await h.api('GET', `/profiles/${id}/timeline`)).body.items?.find((one: { id: string }) => one.id === wanted),
    );
  const byKey = { kind: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) };
  expect((await onTimeline(change)).meta).toEqual({ by: byKey });

  const asAnn = await ann();
  const changes = [
    { attribute: 'plan', mode: 'set', value: 'pro' },
    { attribute: 'age', mode: 'set', value: 'old' },
  ];
  const hers = await asAnn('PATCH', `/profiles/${id}`, { changes });
  const byAnn = { kind: 'person', id: expect.stringMatching(/^mbr_/), name: 'Ann Lee' };
  const refused = [{ attribute: 'age', reason: 'age is declared as number, and the value is text.' }];
  const entry = await onTimeline(hers.change);
  expect(entry.meta).toEqual({ by: byAnn, refused });
  expect(entry.body.changed).toEqual(['plan']);

  const { items } = (await h.api('GET', `/profiles/${id}/history`)).body;
  expect(items).toMatchObject([
    { by: byAnn, changes: [{ attribute: 'plan', value: 'pro' }] },
    { by: byKey, changes: [{ attribute: 'age', value: 7 }] },
  ]);
});
