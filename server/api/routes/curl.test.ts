import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { type Receiver, startReceiver } from '../../../tests/stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
beforeAll(async () => {
  h = await startHandoff({ allow: ['127.0.0.1/32'] });
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
  await h.stop();
});

const SECRET = 'sesame-0815-open';
const command = () =>
  `curl '${receiver.url}/orders' -u shop:${SECRET} -H 'X-Api-Key: ${SECRET}' --json '{"text": "{{ no placeholder }}"}' -k`;

it('a command is read without saving it, saved with its secrets, and sends what it says', async () => {
  const body = { command: command() };
  const read = await h.api('POST', '/webhooks/from-curl', body);
  expect(read).toMatchObject({
    status: 200,
    body: {
      name: expect.stringContaining('orders'),
      definition: {
        method: 'POST',
        format: 'json',
        headers: expect.arrayContaining([{ name: 'X-Api-Key', value: null, secret: true }]),
      },
      problems: [{ field: 'url', message: expect.stringContaining('https://') }],
    },
  });
  expect((await h.api('GET', '/webhooks')).body.items).toEqual([]);
  expect(await h.api('POST', '/webhooks/import-curl', { ...body, name: 'Orders' })).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'definition.url' }] },
  });

  await h.api('PATCH', '/workspace', { allow_http: true });
  const made = await h.api('POST', '/webhooks/import-curl', { ...body, name: 'Orders' });
  expect(made.status).toBe(201);
  const { definition, id } = made.body;
  const tried = await h.api('POST', '/webhooks/test', { definition, webhook: id });
  expect(tried.body).toMatchObject({ ok: true, problems: [] });
  const [wire] = await receiver.waitFor(1);
  expect(wire!.headers).toMatchObject({
    authorization: `Basic ${Buffer.from(`shop:${SECRET}`).toString('base64')}`,
    'x-api-key': SECRET,
    'content-type': 'application/json',
    accept: 'application/json',
  });
  expect(wire!.body.toString()).toBe('{"text": "{{ no placeholder }}"}');
  const audit = await h.api('GET', '/audit');
  for (const answer of [read, made, tried, audit]) {
    expect(JSON.stringify(answer.body)).not.toContain(SECRET);
    expect(JSON.stringify(answer.body)).not.toContain(Buffer.from(`shop:${SECRET}`).toString('base64'));
  }
});

it('what can’t be read says why, at the command', async () => {
  const answer = await h.api('POST', '/webhooks/from-curl', { command: 'curl https://a.example -F a=b' });
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toEqual([
    { field: 'command', message: expect.stringMatching(/-F can't be carried over/) },
  ]);
});
