import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { does, startReceiver } from '../../../tests/stage/receiver.ts';
import { newId } from '../../platform/ids.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  [h, receiver] = await Promise.all([startHandoff(), startReceiver()]);
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});
const overview = async () => (await h.api('GET', '/overview')).body;

test('events of everyone, newest first, by cursor, by name and by time', async () => {
  const batch = Array.from({ length: 25 }, (_, i) => ({
    type: 'track',
    userId: `u${i % 3}`,
    event: i % 5 ? 'Often' : 'Rare',
  }));
  await h.track('batch', { batch: [...batch, { type: 'identify', userId: 'u1', traits: { a: 1 } }] });
  await h.until('all of them', async () => (await h.api('GET', '/events?limit=100')).body.items.length === 26);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body }: { body: { items: { id: string }[]; next_cursor: string | null } } = await h.api(
      'GET',
      `/events?limit=10${cursor && `&cursor=${cursor}`}`,
    );
    seen.push(...body.items.map((one) => one.id));
    cursor = body.next_cursor;
  }
  expect(seen).toHaveLength(26);
  expect(seen).toEqual([...new Set(seen)].sort().reverse());
  expect((await h.api('GET', '/events?name=Rare')).body.items).toHaveLength(5);
  const later = new Date(h.stage.clock.now() + 60_000).toISOString();
  expect((await h.api('GET', `/events?from=${later}`)).body.items).toEqual([]);
  expect((await h.api('GET', '/events?cursor=bm9uZQ')).status).toBe(400);
});

test('are found behind thousands of another workspace, page by page', async () => {
  const { id, key } = await h.addWorkspace('Busy');
  const now = h.stage.clock.now();
  const ids = Array.from({ length: 12_000 }, () => newId(now));
  await h.stage.database.run(
    {
      name: '',
      text: `INSERT INTO events (workspace_id, id, partition, profile_id, kind, origin, name, occurred_at, received_at)
        SELECT $1, i, 0, i, 1, 1, 'Noise', $3, $3::int8 FROM unnest($2::uuid[]) i`,
    },
    [id, ids, now],
  );
  expect((await h.api('GET', '/events?limit=3')).body.items).toHaveLength(3);
  expect((await h.api('GET', '/events?limit=3', undefined, { key })).body.items[0].name).toBe('Noise');
});

test('the overview counts what came, what went and what waits, and names the oldest', async () => {
  receiver.on('/ok', does.json({}));
  receiver.on('/down', does.json({}, 503));
  receiver.on('/no', does.json({}, 422));
  for (const path of ['ok', 'down', 'no']) {
    const { body } = await h.api('POST', '/webhooks', { name: path, definition: { url: `${receiver.url}/${path}` } });
    const draft = {
      trigger: { kind: 'event', event: 'Go' },
      start: 'call',
      steps: [{ id: 'call', kind: 'webhook', webhook: body.id }],
    };
    const scenario = await h.api('POST', '/scenarios', { name: path, draft });
    expect((await h.api('POST', `/scenarios/${scenario.body.id}/publish`)).status).toBe(200);
  }
  await h.track('track', { userId: 'u1', event: 'Go' });
  const found = await h.until('one of each', async () => {
    const now = await overview();
    return now.delivered_last_hour + now.failed_last_hour + now.retrying === 3 && now;
  });
  expect(found).toMatchObject({
    events_last_hour: 27,
    delivered_last_hour: 1,
    failed_last_hour: 1,
    waiting: 1,
    retrying: 1,
    more: { events: false, deliveries: false, waiting: false },
  });
  // What is due later is nothing to worry about; what is due and was not taken yet is named.
  const [waits] = (await h.api('GET', '/deliveries?state=retrying')).body.items;
  expect(found.oldest_waiting).toBeNull();
  const late = await h.until('it to be late', async () => {
    await h.stage.database.run(
      { name: '', text: 'UPDATE lane_queue SET due_at = $1::int8 - 5000 WHERE due_at > $1::int8 AND partition >= 0' },
      [h.stage.clock.now()],
    );
    const now = await overview();
    return now.oldest_waiting && now;
  });
  expect(late.oldest_waiting).toBe(waits.id);
});

test('names of profiles are asked for by their ids', async () => {
  await h.track('identify', { userId: 'named', traits: { name: 'Ann Lee' } });
  const ann = await h.until('Ann', async () =>
    (await h.api('GET', '/profiles?identifier=user_id:named')).body.items.find(
      (one: { attributes: object }) => 'name' in one.attributes,
    ),
  );
  const asked = async (ids: string) => await h.api('GET', `/profile-names?ids=${ids}`);
  expect((await asked(ann.id)).body.items).toEqual([{ id: ann.id, name: 'Ann Lee' }]);
  for (const ids of ['', 'x', `${ann.id},dlv_1`, ann.id.replace('prf', 'dlv')])
    expect((await asked(ids)).status).toBe(400);
});
