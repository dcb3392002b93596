import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../stage/receiver.ts';

let h: Handoff;
let receiver: Receiver;
let other: Receiver;
beforeAll(async () => {
  h = await startHandoff();
  receiver = await startReceiver();
  other = await startReceiver();
  await h.api('PATCH', '/workspace', { allow_http: true });
});
afterAll(async () => {
  await receiver.close();
  await other.close();
  await h.stop();
});

type Notice = { id: string; kind: string; subject: string; message: string; ended_at: string | null; seen: boolean };
const notices = async (query = ''): Promise<(Notice & Record<string, unknown>)[]> =>
  (await h.api('GET', `/notices${query}`)).body.items;
const told = () => other.requests.filter((request) => request.path === '/notices');

/** A scenario with one webhook for the event `name`. */
async function scenario(name: string, definition: object): Promise<string> {
  const webhook = await h.api('POST', '/webhooks', { name, definition });
  expect(webhook.status, JSON.stringify(webhook.body)).toBe(201);
  const draft = {
    trigger: { kind: 'event', event: name },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: webhook.body.id }],
  };
  const made = await h.api('POST', '/scenarios', { name, draft });
  await h.api('POST', `/scenarios/${made.body.id}/publish`);
  return made.body.id;
}

test('a broken origin is a notice while it lasts: in the list, in the live stream, and sent, signed, to the workspace', async () => {
  const wrong = await h.api('PATCH', '/workspace', { notice_url: 'ftp://nowhere' });
  expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'notice_url']);
  let refuses = true;
  other.on('/notices', (...call) => {
    // The first try fails, and is repeated under the same id.
    (refuses ? does.json({}, 503) : does.json({ ok: true }))(...call);
    refuses = false;
  });
  const set = await h.api('PATCH', '/workspace', { notice_url: `${other.url}/notices` });
  expect(set.body.notice_url).toBe(`${other.url}/notices`);
  const [key] = (await h.api('GET', '/signing-keys')).body.items;
  const secret = 'whsec_c2VjcmV0LW9mLXRoZS1ub3RpY2Vz';
  expect((await h.api('POST', `/signing-keys/${key.id}/rotate`, { secret })).status).toBe(200);

  let away = true;
  receiver.on('/away', (...call) => (away ? does.json({}, 503) : does.json({ ok: true }))(...call));
  await scenario('Away', { url: `${receiver.url}/away`, body: '{}', retry: { waits: Array(20).fill(1) } });
  const stream = await fetch(`${h.url}/api/v1/live`, { headers: { authorization: `Bearer ${h.key}` } });
  const heard = listen(stream);
  for (let i = 0; i < 6; i++) await h.track('track', { userId: `u${i}`, event: 'Away' });
  const [notice] = await h.until('the notice', async () => {
    const open = await notices('?open=true');
    return open.length > 0 && open;
  });
  expect(notice).toMatchObject({
    kind: 'origin_broken',
    subject: receiver.url,
    ended_at: null,
    seen: false,
    path: '/origins',
  });
  expect(notice!.message).toContain(receiver.url);
  await h.until('the stream to tell it', async () => heard.text.includes(`"id":"${notice!.id}"`));

  await h.until('the first try', async () => told().length === 1);
  await h.advance(10_000);
  await h.until('the second try', async () => told().length === 2);
  const [first, second] = told();
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(second!.body).toEqual(first!.body);
  const stamp = new Date(Number(second!.headers['webhook-timestamp']) * 1_000);
  const signature = new Webhook(secret).sign(String(second!.headers['webhook-id']), stamp, second!.body.toString());
  // While the key rotates, the old secret signs along.
  expect(String(second!.headers['webhook-signature']).split(' ')).toContain(signature);
  expect(JSON.parse(second!.body.toString())).toMatchObject({
    type: 'notice.began',
    data: { id: notice!.id, kind: 'origin_broken', subject: receiver.url, link: `${h.url}/origins` },
  });

  away = false;
  await h.until('the end', async () => {
    await h.advance(15_000);
    return (await notices('?open=true')).length === 0;
  });
  // What ends is told a minute later, so that what comes and goes isn't told again and again.
  await h.advance(61_000);
  await h.until('the end to be told', async () => told().length === 3);
  expect(JSON.parse(told()[2]!.body.toString())).toMatchObject({ type: 'notice.ended', data: { id: notice!.id } });

  const { key: someone } = (await h.api('POST', '/api-keys', { name: 'someone', kind: 'server', scopes: ['read'] }))
    .body;
  expect((await h.api('POST', `/notices/${notice!.id}/seen`)).status).toBe(204);
  expect(await notices('?seen=false')).toEqual([]);
  expect(await notices()).toMatchObject([{ seen: true, seen_by: [expect.any(String)] }]);
  expect((await h.api('GET', '/notices?seen=false', undefined, { key: someone })).body.items).toHaveLength(1);
  expect((await h.api('POST', '/notices/seen', undefined, { key: someone })).status).toBe(204);
  expect((await h.api('GET', '/notices?seen=false', undefined, { key: someone })).body.items).toEqual([]);
  expect((await h.api('DELETE', `/notices/${notice!.id}/seen`)).status).toBe(204);
  expect(await notices('?seen=false')).toHaveLength(1);
});

test('an answer that stops a campaign, and a fact that is set aside, are notices that end when they are dealt with', async () => {
  receiver.on('/stop', does.json({}, 410));
  const stopped = await scenario('Stop', { url: `${receiver.url}/stop`, body: '{}', statuses: 'bloomreach' });
  await h.track('track', { userId: 'one', event: 'Stop' });
  const halted = await h.until('the notice', async () =>
    (await notices('?open=true')).find(({ kind }) => kind === 'scenario_halted'),
  );
  expect(halted).toMatchObject({ subject: stopped, path: `/scenarios/${stopped}` });
  expect(halted.message).toContain('410');
  await h.api('POST', `/scenarios/${stopped}/archive`);
  expect(await notices('?open=true')).toEqual([]);

  // A fact of a kind that nobody knows.
  await h.stage.database.run({
    name: '',
    text: `INSERT INTO inbox (partition, class, workspace_id, profile_id, id, kind, origin, occurred_at, received_at)
      SELECT partition, 0, workspace_id, id, gen_random_uuid(), 99, 1, 1, 1 FROM profiles LIMIT 1`,
  });
  const aside = await h.until('the second notice', async () =>
    (await notices('?open=true')).find(({ kind }) => kind === 'facts_set_aside'),
  );
  expect(aside).toMatchObject({ path: '/operations', subject: null });
  const [failed] = (await h.stage.database.run<{ n: number }>({
    name: '',
    text: `UPDATE failed_facts SET fact = jsonb_set(fact::jsonb, '{kind}', '2')::text RETURNING 1 AS n`,
  })) as [{ n: number }];
  expect(failed.n).toBe(1);
  const [fact] = (await h.api('GET', '/failed-facts')).body.items;
  expect((await h.api('POST', `/failed-facts/${fact.id}/retry`)).status).toBe(202);
  expect(await notices('?open=true')).toEqual([]);
});

/** Reads a stream as it comes. */
function listen(stream: Response): { text: string } {
  const heard = { text: '' };
  void (async () => {
    for await (const chunk of stream.body!) heard.text += Buffer.from(chunk).toString();
  })().catch(() => {});
  return heard;
}
