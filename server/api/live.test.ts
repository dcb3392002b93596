import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../tests/stage/handoff.ts';
import { does, startReceiver } from '../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let webhook: string;
beforeAll(async () => {
  [h, receiver] = await Promise.all([startHandoff(), startReceiver()]);
  receiver.on('/no', does.json({ no: true }, 422));
  await h.api('PATCH', '/workspace', { allow_http: true });
  webhook = (await h.api('POST', '/webhooks', { name: 'Refused', definition: { url: `${receiver.url}/no` } })).body.id;
  const draft = {
    trigger: { kind: 'event', event: 'Go' },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook }],
  };
  const { id } = (await h.api('POST', '/scenarios', { name: 'S', draft })).body;
  await h.api('POST', `/scenarios/${id}/publish`);
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

interface Message {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: messages are looked at field by field
  data: any;
}

/** Listens as a browser does; `lastId` is what it would come back with. */
async function listen(headers: Record<string, string> = {}, query = '', key = h.key) {
  const cut = new AbortController();
  const response = await fetch(`${h.url}/api/v1/live${query}`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
    signal: cut.signal,
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const heard: Message[] = [];
  const stream = { heard, lastId: '', cut: () => cut.abort() };
  void (async () => {
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        stream.lastId = field('id') ?? stream.lastId;
        const event = field('event');
        if (event) heard.push({ id: stream.lastId, event, data: JSON.parse(field('data')!) });
      }
    }
  })().catch(() => {});
  return stream;
}
const hears = (stream: { heard: Message[] }, what: (one: Message) => boolean) =>
  h.until('the message', async () => stream.heard.find(what));
const track = (event: string) => h.track('track', { userId: 'u', event });

test('tells of events, of deliveries with their webhook, status and reason, and of what was changed', async () => {
  const stream = await listen();
  await track('Go');
  expect((await hears(stream, (one) => one.event === 'event')).data).toMatchObject({ name: 'Go', kind: 'track' });
  const { data } = await hears(stream, (one) => one.data.state === 'failed');
  expect(data).toMatchObject({ webhook, webhook_name: 'Refused', status: 422 });
  expect(data.reason).toMatch(/422/);
  await h.api('PATCH', `/webhooks/${webhook}`, { name: 'Renamed' });
  const changed = await hears(stream, (one) => one.event === 'changed' && one.data.thing === 'webhooks');
  expect(changed.data).toEqual({ thing: 'webhooks', id: webhook });
  // Each once.
  const ends = stream.heard.filter((one) => one.data.id === data.id).map((one) => one.data.state);
  expect(new Set(ends).size).toBe(ends.length);
  stream.cut();
});

test('another workspace hears nothing of it', async () => {
  const { key } = await h.addWorkspace('Other');
  const [theirs, mine] = [await listen({}, '', key), await listen()];
  await track('Private');
  await hears(mine, (one) => one.data.name === 'Private');
  await h.track('track', { userId: 'them', event: 'Theirs' }, key);
  await hears(theirs, (one) => one.data.name === 'Theirs');
  expect(JSON.stringify(theirs.heard)).not.toContain('Private');
  theirs.cut();
  mine.cut();
});

test('who comes back is told what was missed', async () => {
  const stream = await listen();
  await h.until('the first id', async () => stream.lastId);
  stream.cut();
  await track('Missed');
  await h.until('the event', async () => {
    const found = (await h.api('GET', '/profiles?identifier=user_id:u')).body.items[0];
    const { items } = (await h.api('GET', `/profiles/${found.id}/timeline`)).body;
    return items.some((one: { name: string }) => one.name === 'Missed');
  });
  for (const back of [await listen({ 'last-event-id': stream.lastId }), await listen({}, `?since=${stream.lastId}`)]) {
    await hears(back, (one) => one.data.name === 'Missed');
    expect(back.heard.some((one) => one.event === 'changed' && one.data.thing === null)).toBe(false);
    back.cut();
  }
});

test('after too long, or with more than is told again, everything is to be read anew', async () => {
  const long = await listen({ 'last-event-id': String(h.stage.clock.now() - 6 * 60_000) });
  await hears(long, (one) => one.event === 'changed' && one.data.thing === null);
  const strange = await listen({ 'last-event-id': 'none of ours' });
  await hears(strange, (one) => one.event === 'changed' && one.data.thing === null);
  const { lastId } = strange;
  for (const one of [long, strange]) one.cut();
  const batch = Array.from({ length: 120 }, (_, i) => ({ type: 'track', userId: 'u', event: `Many ${i}` }));
  await h.track('batch', { batch });
  const stream = await listen();
  await track('Last');
  await hears(stream, (one) => one.data.name === 'Last');
  stream.cut();
  const back = await listen({ 'last-event-id': lastId });
  await hears(back, (one) => one.event === 'changed' && one.data.thing === null);
  expect(back.heard.filter((one) => one.event === 'event').length).toBeLessThanOrEqual(50);
  back.cut();
});
