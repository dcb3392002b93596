import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLink, firstWorkspace, type Role } from '../../server/accounts/index.ts';
import { startBrowser } from '../stage/browser.ts';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { startReceiver } from '../stage/receiver.ts';

// Two people at two browsers: nobody loads a page anew to see what the other did.
let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let stage: Awaited<ReturnType<typeof startBrowser>>;
let ada: Page;
let mia: Page;

beforeAll(async () => {
  [h, receiver, stage] = await Promise.all([startHandoff(), startReceiver(), startBrowser()]);
  await h.api('PATCH', '/workspace', { allow_http: true });
  [ada, mia] = await Promise.all([person('Ada', 'administrator'), person('Mia', 'viewer')]);
});
afterAll(async () => {
  await stage?.close();
  await receiver?.close();
  await h?.stop();
});

async function person(name: string, role: Role): Promise<Page> {
  const { database, clock } = h.stage;
  const workspaceId = await firstWorkspace(database);
  const email = `${name.toLowerCase()}@example.com`;
  const { token } = await createLink(database, { workspaceId, kind: 'invite', email, role, now: clock.now() });
  const context = await stage.browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  await page.goto(`${h.url}/sign-in?token=${token}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  return page;
}
const go = (place: string, on: Page) =>
  on.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click();

test('the commands of the first steps carry a key and work as they are; the step ticks itself off', async () => {
  const step = ada.getByRole('listitem').filter({ hasText: 'Send an event' });
  await step.getByRole('img', { name: 'Not done yet' }).waitFor();
  await ada.getByRole('button', { name: 'Make a write key' }).click();
  await ada.getByText('shown this once').waitFor();
  // Where the libraries are found.
  const folder = mkdtempSync(join(import.meta.dirname, 'commands-'));
  try {
    for (const name of ['curl', 'Segment', 'RudderStack', 'Customer.io']) {
      await ada.getByRole('tab', { name, exact: true }).click();
      const text = await ada.getByRole('tabpanel', { name, exact: true }).locator('pre').innerText();
      const command = text.replaceAll('ada', `by-${name}`);
      if (name === 'curl') await promisify(execFile)('sh', ['-c', `${command} -sf -m 10`]);
      else {
        writeFileSync(join(folder, 'send.mjs'), command);
        await promisify(execFile)(process.execPath, [join(folder, 'send.mjs')], { timeout: 60_000 });
      }
      await h.until(`the event by ${name}`, async () => {
        const [found] = (await h.api('GET', `/profiles?identifier=user_id:by-${name}`)).body.items;
        const events = found && (await h.api('GET', `/profiles/${found.id}/timeline`)).body.items;
        return events?.some((one: { name: string }) => one.name === 'Order Completed');
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  await step.getByRole('img', { name: 'Done', exact: true }).waitFor();
  // The other one saw them come, and counted.
  await mia.getByText('Order Completed').first().waitFor();
  await mia.getByRole('link', { name: /^4 Events, last hour/ }).waitFor();
});

test('a webhook that one makes stands in the list of the other, under the name that it is given', async () => {
  await go('Webhooks', mia);
  await mia.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor();
  const { body } = await h.api('GET', '/webhooks');
  expect(body.items).toEqual([]);
  // By keyboard alone.
  await ada.keyboard.press('Control+k');
  await ada.getByRole('combobox', { name: 'Search, or choose what to do' }).fill('new webh');
  await ada.keyboard.press('Enter');
  await ada.getByLabel('Name', { exact: true }).fill('Tell the CRM');
  await ada.getByLabel('URL').fill(`${receiver.url}/crm`);
  await ada.keyboard.press('Control+s');
  await mia.getByRole('link', { name: 'Tell the CRM' }).waitFor();
  // Who changed it is told to those who may know.
  await ada.getByText('Changed by').getByRole('link', { name: 'Ada' }).click();
  await ada
    .getByText(/definition\.url|name: New webhook → Tell the CRM/)
    .first()
    .waitFor();
  await expect.poll(() => mia.getByText('Changed by').count()).toBe(0);
});

test('deliveries appear for both while they look, and lead to the same thing by its id', async () => {
  await go('Deliveries', mia);
  await mia.getByText('Nothing was sent yet').waitFor();
  const [webhook] = (await h.api('GET', '/webhooks')).body.items;
  const draft = {
    trigger: { kind: 'event', event: 'Go' },
    start: 'call',
    steps: [{ id: 'call', kind: 'webhook', webhook: webhook.id }],
  };
  const { body } = await h.api('POST', '/scenarios', { name: 'S', draft });
  await h.api('POST', `/scenarios/${body.id}/publish`);
  await h.track('track', { userId: 'u', event: 'Go' });
  await mia.getByRole('table').getByText('delivered').first().waitFor();
  const [delivery] = (await h.api('GET', '/deliveries')).body.items;
  for (const page of [ada, mia]) {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search, or choose what to do' }).fill(delivery.id);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/deliveries/${delivery.id}`);
    await page.getByText('Attempt 1').waitFor();
  }
});

test('what one may do changes under the open page when the role does', async () => {
  await go('Scenarios', mia);
  const make = mia.getByRole('button', { name: 'New scenario' });
  await expect.poll(() => make.isDisabled()).toBe(true);
  await ada.goto(`${h.url}/settings?part=people`);
  await ada.getByRole('row', { name: /Mia/ }).getByRole('combobox').click();
  await ada.getByRole('option', { name: 'marketer' }).click();
  await expect.poll(() => make.isDisabled()).toBe(false);
  await make.click();
  await mia.getByLabel('Name of the scenario').waitFor();
});
