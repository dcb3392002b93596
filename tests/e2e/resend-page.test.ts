import { afterAll, beforeAll, expect, test } from 'vitest';
import { does, type Receiver, startReceiver } from '../stage/receiver.ts';
import { go, sees, startWeb, type Web } from '../stage/web.ts';

let web: Web;
let receiver: Receiver;
beforeAll(async () => {
  web = await startWeb();
  receiver = await startReceiver();
});
afterAll(async () => {
  await web?.stop();
  await receiver?.close();
});

const MANY = 120;

test('deliveries that failed are counted, sent again, watched and stopped', async () => {
  const { h } = web;
  await h.api('PATCH', '/workspace', { allow_http: true });
  receiver.on('/crm', does.json({}, 400));
  const definition = { url: `${receiver.url}/crm`, body: '{"n":{{event.n}}}', retry: 'none' };
  const webhook = (await h.api('POST', '/webhooks', { name: 'The CRM', definition })).body;
  const steps = [{ id: 'call', kind: 'webhook', webhook: webhook.id }];
  const draft = { trigger: { kind: 'event', event: 'Go' }, start: 'call', steps };
  const scenario = (await h.api('POST', '/scenarios', { name: 'Tell the CRM', draft })).body;
  await h.api('POST', `/scenarios/${scenario.id}/publish`);
  const batch = Array.from({ length: MANY }, (_, n) => ({
    type: 'track',
    userId: `u${n}`,
    event: 'Go',
    properties: { n },
  }));
  await h.track('batch', { batch });
  const count = async () => (await h.api('GET', '/deliveries/counts')).body.by_state;
  await h.until('all to fail', async () => (await count()).failed === MANY);
  receiver.on('/crm', does.json({ ok: true }));

  const page = await (await web.context()).newPage();
  await web.signIn(page);
  await go(page, 'Deliveries');
  const begin = page.getByRole('button', { name: 'Resend these…' });
  await begin.waitFor();
  expect(await begin.isDisabled()).toBe(true);
  await page.goto(`${h.url}/deliveries?state=failed&webhook=${webhook.id}`);
  await begin.click();
  const panel = page.getByRole('dialog', { name: 'Resend these deliveries' });
  await panel.getByText('failed, webhook The CRM').waitFor();
  await panel.getByText(`${MANY} meet these filters.`).waitFor();
  expect(await panel.getByRole('list', { name: 'The first deliveries' }).getByRole('listitem').count()).toBe(10);
  const rate = panel.getByLabel('Deliveries a second, at most');
  await rate.fill('0');
  expect(await panel.getByRole('button', { name: `Resend ${MANY}` }).isDisabled()).toBe(true);
  // So slowly that it is under way for half a minute, however long it takes to stop it.
  await rate.fill('4');
  await panel.getByRole('button', { name: `Resend ${MANY}` }).click();

  // It moves while one looks, and stops.
  await page.getByRole('heading', { name: 'Resend', level: 1 }).waitFor();
  await sees(page, /[1-9]\d* sent again/);
  await page.getByRole('link', { name: /^delivered \d+/ }).waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('stopped', { exact: true }).waitFor();
  await h.until('nothing to wait', async () => !(await count()).queued);
  const { delivered } = await count();
  expect(delivered).toBeLessThan(MANY);

  // The rest by a second one; what had arrived is left out, with the reason.
  await page.getByRole('link', { name: 'failed, webhook The CRM' }).click();
  await begin.click();
  await panel.getByText('Left out: It arrived by an earlier resend.').first().waitFor();
  await rate.fill('2000');
  await panel.getByRole('button', { name: `Resend ${MANY}` }).click();
  await page.getByText('done', { exact: true }).waitFor();
  await sees(page, `${delivered} left out`);
  await h.until('all to arrive', async () => (await count()).delivered === MANY);
  await page.getByRole('link', { name: `delivered ${MANY - delivered}` }).click();
  expect(page.url()).toContain('state=delivered');
  await page.goto(`${h.url}/resends`);
  await page.getByRole('link', { name: 'stopped' }).waitFor();

  await page.goto(`${h.url}/settings?part=workspace`);
  await sees(page, 'HANDOFF_EGRESS_ADDRESSES');
  expect(web.complaints).toEqual([]);
});
