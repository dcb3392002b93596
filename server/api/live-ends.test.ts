import { afterAll, beforeAll, test } from 'vitest';
import { type Handoff, startHandoff } from '../../tests/stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
let stream: AbortController;
const told: { kind: string; data: Record<string, unknown> }[] = [];

beforeAll(async () => {
  [h, receiver] = await Promise.all([startHandoff(), startReceiver()]);
  await h.api('PATCH', '/workspace', { allow_http: true });
  stream = new AbortController();
  const { body } = await fetch(`${h.url}/api/v1/live`, {
    headers: { authorization: `Bearer ${h.key}` },
    signal: stream.signal,
  });
  void listen(body!).catch(() => {});
});
afterAll(async () => {
  stream?.abort();
  await receiver?.close();
  await h?.stop();
});

async function listen(body: ReadableStream<Uint8Array>): Promise<void> {
  let text = '';
  for await (const part of body.pipeThrough(new TextDecoderStream() as never) as unknown as AsyncIterable<string>) {
    text += part;
    const whole = text.split('\n\n');
    text = whole.pop()!;
    for (const one of whole) {
      const found = /^event: (\w+)\ndata: (.+)$/.exec(one);
      if (found) told.push({ kind: found[1]!, data: JSON.parse(found[2]!) });
    }
  }
}
const heard = (kind: string, data: object) =>
  h.until(`the stream to tell of ${JSON.stringify(data)}`, async () =>
    told.find((one) => one.kind === kind && Object.entries(data).every(([name, value]) => one.data[name] === value)),
  );

test('tells of a delivery that ends long after it was queued', async () => {
  receiver.on('/late', does.statuses(503, 200));
  const url = `${receiver.url}/late`;
  const webhook = (await h.api('POST', '/webhooks', { name: 'Late', definition: { url, retry: { waits: [300] } } }))
    .body;
  const draft = {
    trigger: { kind: 'event', event: 'Late' },
    start: 'send',
    steps: [{ id: 'send', kind: 'webhook', webhook: webhook.id }],
  };
  const scenario = (await h.api('POST', '/scenarios', { name: 'Late', draft })).body;
  await h.api('POST', `/scenarios/${scenario.id}/publish`);
  await h.track('track', { userId: 'u1', event: 'Late' });
  const waiting = await h.until('the first try', async () => {
    const { items } = (await h.api('GET', '/deliveries?state=retrying')).body;
    return items[0];
  });
  await heard('event', { name: 'Late' });
  await h.advance(400_000);
  await heard('delivery', { id: waiting.id, state: 'delivered', webhook: webhook.id });
});

test('tells of a change that a person or a program made', async () => {
  const made = (await h.api('POST', '/profiles', { identifiers: { user_id: 'u2' }, attributes: { plan: 'pro' } })).body;
  await heard('event', { id: made.change, profile: made.id, kind: 'update' });
});
