import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { type Receiver, startReceiver } from '../stage/receiver.ts';

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

const ok = async (method: string, path: string, body?: unknown) => {
  const answer = await h.api(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};

// As Bloomreach has it: a template of one customer, and a root template (seeds/001).
const definition = () => ({
  url: `${receiver.url}/sms`,
  language: 'jinja',
  body: '{"messages": {"msg": [{% output customers separated by "," %}]}}',
  mapping: [{ path: '$.reference', attribute: 'sms_reference' }],
  batch: {
    size: 4,
    wait_ms: 300,
    customer: '{"to": "{{ customer.phone }}", "text": "Hi {{ customer.first_name }}"}',
    results: {
      list: '$.details',
      match: { path: '$.to', key: '{{ customer.phone }}' },
      status: '$.status',
      missing: 'fail',
    },
  },
});

test('a campaign goes out in batches; each profile has its own outcome, and sees what it went with', async () => {
  const phones = Array.from({ length: 9 }, (_, i) => `+4179000000${i}`);
  const people = phones.map((phone, i) => ({
    type: 'identify',
    userId: `u${i}`,
    traits: { phone, first_name: i === 0 ? 'Ad"a' : `P${i}` },
  }));
  expect((await h.track('batch', { batch: people })).status).toBe(200);
  const profiles = await h.until('the profiles', async () => {
    const { items } = await ok('GET', '/profiles?limit=20');
    return items.length === 9 && items;
  });
  const inside = (body: Buffer) =>
    (JSON.parse(body.toString()) as { messages: { msg: { to: string; text: string }[] } }).messages.msg;
  receiver.on('/sms', (request, response) => {
    const details = inside(request.body).map(({ to }, i) => ({
      to,
      status: to === phones[3] ? 404 : 200,
      reference: `r${i}`,
    }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ details: details.reverse() }));
  });

  // Seen before it is sent, with several profiles.
  const shown = await ok('POST', '/webhooks/preview', {
    definition: definition(),
    profile: profiles[0].id,
    others: [profiles[1].id, profiles[2].id],
  });
  expect(shown.problems).toEqual([]);
  expect(inside(Buffer.from(shown.request.body.content))).toHaveLength(3);

  const webhook = await ok('POST', '/webhooks', { name: 'SMS', definition: definition() });
  const { id } = await ok('POST', '/scenarios', {
    name: 'SMS',
    draft: {
      trigger: { kind: 'campaign' },
      start: 'sms',
      steps: [{ id: 'sms', kind: 'webhook', webhook: webhook.id }],
    },
  });
  await ok('POST', `/scenarios/${id}/publish`);
  await ok('POST', `/scenarios/${id}/runs`, {});
  const ended = await h.until('the deliveries', async () => {
    const { items } = await ok('GET', `/deliveries?webhook=${webhook.id}`);
    return items.length === 9 && items.every((one: { ended_at: string | null }) => one.ended_at) && items;
  });
  expect(ended.filter((one: { state: string }) => one.state === 'failed')).toMatchObject([
    { reason: { code: 'http_404' } },
  ]);
  expect(receiver.requests.map((request) => inside(request.body).length).sort()).toEqual([1, 4, 4]);
  expect(receiver.requests.flatMap((request) => inside(request.body).map(({ to }) => to)).sort()).toEqual(phones);
  expect(receiver.requests.flatMap((request) => inside(request.body).map(({ text }) => text))).toContain('Hi Ad"a');

  // What was mapped is the profile's own entry, found by its number in an answer of another order.
  const first = receiver.requests.find((request) => {
    const to = inside(request.body)[1]?.to;
    return to !== undefined && to !== phones[3];
  })!;
  const second = inside(first.body)[1]!.to;
  await h.until('the mapped value', async () => {
    const whose =
      profiles[profiles.findIndex((one: { attributes: { phone: string } }) => one.attributes.phone === second)];
    return (await ok('GET', `/profiles/${whose.id}`)).attributes.sms_reference === 'r1';
  });

  const large = await h.until('a batch of four', async () => {
    for (const one of ended) {
      const whole = await ok('GET', `/deliveries/${one.id}`);
      if (whole.request.members === 4 && whole.state === 'delivered') return whole;
    }
    return null;
  });
  const members = await ok('GET', `/deliveries/${large.id}/batch?limit=3`);
  expect(members.items).toHaveLength(3);
  const rest = await ok('GET', `/deliveries/${large.id}/batch?limit=3&cursor=${members.next_cursor}`);
  expect([...members.items, ...rest.items].map((one: { id: string }) => one.id)).toContain(large.id);
  expect(rest).toMatchObject({ next_cursor: null, items: [{}] });

  const before = receiver.requests.length;
  const alone = await ok('POST', `/deliveries/${large.id}/resend`);
  expect(alone.rendered_anew).toBe(true);
  const again = await ok('POST', `/deliveries/${large.id}/batch/resend`);
  expect(again.deliveries).toHaveLength(4);
  await receiver.waitFor(before + 2);
  const sent = receiver.requests.slice(before).map((request) => inside(request.body).length);
  expect(sent.sort()).toEqual([1, 4]);
});

test('what a batch can not be is said', async () => {
  const wrong = async (part: object) =>
    (await h.api('POST', '/webhooks', { name: 'x', definition: { ...definition(), ...part } })).body;
  expect((await wrong({ method: 'GET', body: '' })).errors).toMatchObject([{ field: 'definition.batch' }]);
  const { batch } = definition();
  expect((await wrong({ batch: { ...batch, size: 1_001 } })).errors).toMatchObject([
    { field: 'definition.batch.size' },
  ]);
  expect((await wrong({ batch: { ...batch, customer: '{{ oops' } })).errors).toMatchObject([
    { field: 'definition.batch.customer' },
  ]);
  expect((await wrong({ batch: { ...batch, results: { list: '$[' } } })).errors).toMatchObject([
    { field: 'definition.batch.results.list' },
  ]);
});
