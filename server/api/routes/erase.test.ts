import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { does, startReceiver } from '../../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

async function send(path: string): Promise<string> {
  const definition = { url: `${receiver.url}${path}`, body: '{"who":"{{ customer.id }}"}', retry: { waits: [3600] } };
  const webhook = (await h.api('POST', '/webhooks', { name: path, definition })).body.id;
  const steps = [{ id: 'call', kind: 'webhook', webhook }];
  const draft = { trigger: { kind: 'event', event: path }, start: 'call', steps };
  const { id } = (await h.api('POST', '/scenarios', { name: path, draft })).body;
  await h.api('POST', `/scenarios/${id}/publish`);
  await h.track('track', { userId: 'ada', event: path });
  return h.until('the first attempt', async () => {
    const [found] = (await h.api('GET', `/deliveries?webhook=${webhook}`)).body.items;
    return found?.tries > 0 && found.id;
  });
}

test('bodies of a delivery and its resends are erased; the record stays, and a resend says why not', async () => {
  receiver.on('/erase', does.json({ answer: 42 }));
  const id = await send('/erase');
  const resent = (await h.api('POST', `/deliveries/${id}/resend`)).body.id;
  const ended = () =>
    h.until('the resend', async () => {
      const { body } = await h.api('GET', `/deliveries/${resent}`);
      return body.state === 'delivered' && body;
    });
  expect((await ended()).request.body.content).toContain('who');
  expect(await h.api('DELETE', `/deliveries/${id}/bodies`)).toMatchObject({ status: 200, body: { requests: 2 } });
  for (const one of [id, resent]) {
    const { body } = await h.api('GET', `/deliveries/${one}`);
    expect(body).toMatchObject({ state: 'delivered', tries: 1, request: { method: 'POST', body: null } });
    expect(body.request.erased_at).toMatch(/^20/);
    expect(body.attempts).toMatchObject([{ status: 200, response_body: null }]);
  }
  const again = await h.api('POST', `/deliveries/${id}/resend`);
  expect(again).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/erased on 20/) } });
});

test('what is still to be sent keeps its body', async () => {
  receiver.on('/later', does.json({}, 500));
  const id = await send('/later');
  const answer = await h.api('DELETE', `/deliveries/${id}/bodies`);
  expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/hasn't ended yet/) } });
  expect((await h.api('GET', `/deliveries/${id}`)).body.request.body.content).toContain('who');
});

test('retention is set a workspace, and requests go no later than their deliveries', async () => {
  const set = (retention: object) => h.api('PATCH', '/workspace', { retention });
  expect((await set({ requests_days: 7 })).body.retention).toEqual({
    requests_days: 7,
    deliveries_days: 180,
    events_days: 730,
  });
  const refused = await set({ deliveries_days: 6 });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'retention.requests_days' }] } });
  expect((await set({ events_days: 0 })).status).toBe(422);
  expect((await h.api('GET', '/workspace')).body.retention.deliveries_days).toBe(180);
});
