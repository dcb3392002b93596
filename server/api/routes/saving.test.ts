import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;

beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

it('a scenario that somebody saved meanwhile is not overwritten, nor published unseen', async () => {
  const { body: made } = await h.api('POST', '/scenarios', { name: 'Both' });
  const at = (path: string, revision: string) => `/scenarios/${made.id}${path}?revision=${revision}`;
  const theirs = await h.api('PATCH', at('', made.revision), { name: 'Theirs' });
  expect(theirs.status).toBe(200);
  expect(theirs.body.revision).not.toBe(made.revision);
  const mine = await h.api('PATCH', at('', made.revision), { name: 'Mine' });
  expect(mine).toMatchObject({ status: 409, body: { changed_by: expect.any(String), changed_at: expect.any(String) } });
  expect(mine.body.detail).toContain(mine.body.changed_by);
  expect((await h.api('POST', at('/publish', made.revision))).status).toBe(409);
  expect((await h.api('GET', `/scenarios/${made.id}`)).body).toEqual(theirs.body);
  expect((await h.api('PATCH', at('', theirs.body.revision), { name: 'Mine' })).body.name).toBe('Mine');
  // Who doesn't say what was read saves over it, as before.
  expect((await h.api('PATCH', `/scenarios/${made.id}`, { name: 'Again' })).status).toBe(200);
});

it('of two who save a scenario at once, one is told', async () => {
  const { body: made } = await h.api('POST', '/scenarios', { name: 'Race' });
  const save = (name: string) => h.api('PATCH', `/scenarios/${made.id}?revision=${made.revision}`, { name });
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map(save));
  expect(answers.map((one) => one.status).sort()).toEqual([200, 409, 409, 409]);
});

it('a webhook that somebody saved meanwhile is not overwritten; switching it off disturbs nobody', async () => {
  const definition = { url: `${receiver.url}/a`, body: '{}' };
  const { body: made } = await h.api('POST', '/webhooks', { name: 'Both', definition });
  const put = (revision: string, body: string) =>
    h.api('PUT', `/webhooks/${made.id}/definition?revision=${revision}`, { ...definition, body });
  const rename = (revision: string, name: string) =>
    h.api('PATCH', `/webhooks/${made.id}?revision=${revision}`, { name });
  expect((await h.api('PATCH', `/webhooks/${made.id}`, { enabled: false })).body.revision).toBe(made.revision);
  const theirs = await put(made.revision, '{"theirs": 1}');
  expect(theirs.body.version).toBe(2);
  expect(await put(made.revision, '{"mine": 1}')).toMatchObject({
    status: 409,
    body: { changed_by: expect.any(String) },
  });
  expect((await rename(made.revision, 'Mine')).status).toBe(409);
  expect((await h.api('GET', `/webhooks/${made.id}`)).body).toEqual(theirs.body);
  const renamed = await rename(theirs.body.revision, 'Mine');
  expect(renamed.status).toBe(200);
  expect((await put(theirs.body.revision, '{"mine": 1}')).status).toBe(409);
  expect((await put(renamed.body.revision, '{"mine": 1}')).body.version).toBe(3);
});

it('who stands at a step, and who has passed it, is listed', async () => {
  receiver.on('/go', does.json({}));
  const hook = (await h.api('POST', '/webhooks', { name: 'go', definition: { url: `${receiver.url}/go`, body: '{}' } }))
    .body.id;
  const draft = {
    trigger: { kind: 'event', event: 'Go' },
    start: 'send',
    steps: [
      { id: 'send', kind: 'webhook', webhook: hook, next: 'rest' },
      { id: 'rest', kind: 'wait', seconds: 3_600, next: null },
    ],
  };
  const { id } = (await h.api('POST', '/scenarios', { name: 'Way', draft })).body;
  await h.api('POST', `/scenarios/${id}/publish`);
  for (const userId of ['a', 'b', 'c']) await h.track('track', { userId, event: 'Go' });
  const list = async (query: string) => (await h.api('GET', `/scenarios/${id}/enrollments?${query}`)).body;
  await h.until('all to wait', async () => (await list('at=rest&state=active')).items.length === 3);
  expect((await list('at=send')).items).toEqual([]);
  expect((await list('passed=send')).items).toHaveLength(3);
  expect((await list('passed=rest')).items).toHaveLength(3);
  expect((await list('passed=res')).items).toEqual([]);
  const first = await list('limit=2');
  expect((await list(`limit=2&cursor=${first.next_cursor}`)).items).toHaveLength(1);
  await h.advance(3_700_000);
  await h.until('the end', async () => (await list('state=ended')).items.length === 3);
  expect((await list('state=active')).items).toEqual([]);
  expect((await h.api('GET', `/scenarios/scn_${'0'.repeat(32)}/enrollments`)).status).toBe(404);
});

it('a trial and a dry run take the id of a profile that was merged into another, and its events', async () => {
  await h.track('track', { anonymousId: 'visitor', event: 'Looked', properties: { page: 7 } });
  const find = async (what: string) => (await h.api('GET', `/profiles?identifier=${what}`)).body.items[0];
  const old = await h.until('the visitor', () => find('anonymous_id:visitor'));
  const timeline = async () => (await h.api('GET', `/profiles/${old.id}/timeline`)).body.items;
  const event = await h.until('the event', async () =>
    (await timeline()).find((one: { kind: string }) => one.kind === 'track'),
  );
  await h.track('identify', { userId: 'known', traits: { name: 'Known' } });
  const survivor = await h.until('the person', () => find('user_id:known'));
  await h.track('identify', { userId: 'known', anonymousId: 'visitor' });
  await h.until('the merge', async () => (await find('anonymous_id:visitor')).id === survivor.id);
  const definition = { url: `${receiver.url}/m`, body: '{"name":"{{ customer.name }}","page":"{{ event.page }}"}' };
  const tried = await h.api('POST', '/webhooks/preview', { definition, profile: old.id, event: event.id });
  expect(tried.body.request.body.content).toBe('{"name":"Known","page":"7"}');
  receiver.on('/m', does.json({}));
  expect((await h.api('POST', '/webhooks/test', { definition, profile: old.id, event: event.id })).body.ok).toBe(true);
  const draft = {
    trigger: { kind: 'event', event: 'Looked' },
    start: 'out',
    steps: [{ id: 'out', kind: 'exit', reason: 'looked' }],
  };
  const { id } = (await h.api('POST', '/scenarios', { name: 'Merged', draft })).body;
  const dry = await h.api('POST', `/scenarios/${id}/dry-run`, { profile: old.id, event: event.id });
  expect(dry.body.ended).toBe('looked');
  // A name that nobody has sent yet may be typed; an event that isn't there is said to be missing.
  const typed = { event: { name: 'Never Seen', properties: { page: 1 } } };
  const named = { ...definition, body: '{"name":"{{ event.name }}","page":"{{ event.page }}"}' };
  const shown = await h.api('POST', '/webhooks/preview', { definition: named, profile: old.id, typed });
  expect(shown.body.request.body.content).toBe('{"name":"Never Seen","page":"1"}');
  const gone = await h.api('POST', '/webhooks/preview', {
    definition,
    profile: old.id,
    event: `evt_${'0'.repeat(32)}`,
  });
  expect([gone.status, gone.body.detail]).toEqual([404, expect.stringContaining('event')]);
});
