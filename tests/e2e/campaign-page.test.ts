import { afterAll, beforeAll, expect, test } from 'vitest';
import { haltScenario } from '../../server/flow/scenarios/index.ts';
import { parse } from '../../server/platform/ids.ts';
import { does, type Receiver, startReceiver } from '../stage/receiver.ts';
import { go, HOSTILE, sees, startWeb, type Web } from '../stage/web.ts';

let web: Web;
let receiver: Receiver;
beforeAll(async () => {
  web = await startWeb();
  receiver = await startReceiver();
  receiver.on('/news', does.json({ ok: true }));
});
afterAll(async () => {
  await receiver?.close();
  await web?.stop();
});

test('a campaign is made, published, started and watched; halted it says why, and is released or cancelled', async () => {
  const { h } = web;
  await h.api('PATCH', '/workspace', { allow_http: true, time_zone: 'Europe/Berlin' });
  const batch = Array.from({ length: 60 }, (_, i) => ({
    type: 'identify',
    userId: `u${i}`,
    traits: { city: i % 3 === 0 ? 'Basel' : 'Bern' },
  }));
  await h.track('batch', { batch });
  const definition = { url: `${receiver.url}/news`, body: '{"id":"{{customer.id}}"}' };
  const { id: webhook } = (await h.api('POST', '/webhooks', { name: 'News', definition })).body;
  const steps = [{ id: 'send', kind: 'webhook', webhook }];
  const { id } = (await h.api('POST', '/scenarios', { name: HOSTILE, draft: { start: 'send', steps } })).body;

  const page = await (await web.context()).newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  await web.signIn(page);
  await go(page, 'Scenarios');
  await page.getByRole('link', { name: HOSTILE }).click();
  await page.getByText('When this event arrives').click();
  await page.getByRole('combobox', { name: 'What starts it' }).click();
  await page.getByRole('option', { name: 'a campaign' }).click();
  await sees(page, 'everyone there is now');
  await page.getByLabel('Only for profiles whose attributes match').check();
  await page.getByLabel('Name of the attribute, 1').fill('city');
  await page.getByRole('combobox', { name: 'Comparison 1' }).click();
  await page.getByRole('option', { name: 'is', exact: true }).click();
  await page.getByLabel('Value 1').fill('Bern');
  await page.getByLabel('Value 1').blur();
  await sees(page, /profiles match now/);
  await page.getByRole('link', { name: '40 of 60' }).waitFor();
  await page.getByRole('combobox', { name: 'Runs are started' }).click();
  await page.getByRole('option', { name: 'by an expression' }).click();
  await page.getByLabel('Expression').fill('0 9 * *');
  await sees(page, '"0 9 * *" is no calendar expression');
  await page.getByLabel('Expression').fill('0 9 * * 1');
  const times = page.getByRole('list', { name: 'Next times, Europe/Berlin' });
  await expect.poll(() => times.getByRole('listitem').count()).toBe(5);
  expect(await times.getByRole('listitem').first().innerText()).toMatch(/^Mon, .* 09:00 GMT/);
  await page.getByRole('button', { name: 'Publish' }).click();
  await sees(page, 'Version 1 is published');

  await page.getByRole('link', { name: 'Runs' }).click();
  await sees(page, 'Next by the calendar');
  await sees(page, 'Nothing ran yet');
  await page.getByRole('button', { name: 'Start a run' }).click();
  await page.getByRole('link', { name: '40 of 60' }).waitFor();
  await page.getByRole('button', { name: 'Start now' }).click();
  await sees(page, '40 match');
  await page.getByRole('link', { name: '40 delivered' }).waitFor();
  await page.getByRole('link', { name: '40 delivered' }).click();
  await page.getByRole('heading', { name: 'Deliveries', level: 1 }).waitFor();
  await sees(page, 'One run');
  await page.goBack();

  // Planned for later, and stopped before.
  await page.getByRole('button', { name: 'Start a run' }).click();
  await page.getByLabel('At a time').check();
  await page
    .getByRole('textbox', { name: 'Begins' })
    .fill(`${new Date(h.stage.clock.now() + 86_400_000).toISOString().slice(0, 11)}10:00`);
  await page.getByRole('button', { name: 'Plan it' }).click();
  const planned = page.getByRole('article').filter({ hasText: 'begins' });
  await planned.getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('article').filter({ hasText: 'was to begin' }).waitFor();

  const halt = (message: string) =>
    h.stage.database.transaction((tx) =>
      haltScenario(tx, h.stage.clock, h.stage.workspace, parse('scenario', id)!, { message, delivery: null }),
    );
  const [{ id: workspace }] = (await h.stage.database.run<{ id: string }>({
    name: '',
    text: 'SELECT id FROM workspaces',
  })) as [{ id: string }];
  h.stage.workspace = workspace;
  expect(await halt(`Stopped by the answer 410 of the webhook ${HOSTILE}.`)).toBe(true);
  await page.reload();
  await page.getByRole('alert').getByText('Stopped by the answer 410').waitFor();
  expect(await page.getByRole('button', { name: 'Start a run' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Release' }).click();
  await sees(page, 'What waited is released');
  await expect.poll(() => page.getByRole('button', { name: 'Start a run' }).isDisabled()).toBe(false);
  await halt('Stopped again.');
  await page.reload();
  await page.getByRole('button', { name: 'Cancel what waits' }).click();
  await sees(page, 'What waited is cancelled; the scenario is paused.');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(1);
  expect((await h.api('GET', `/scenarios/${id}`)).body).toMatchObject({ state: 'paused', halted: null });
  expect(await page.evaluate("'hacked' in window")).toBe(false);
  expect(web.complaints).toEqual([]);
});
