import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, sees, startWeb, type Web } from '../stage/web.ts';

let web: Web;
let page: Page;
beforeAll(async () => {
  web = await startWeb({ allow: [] });
  page = await (await web.context({ acceptDownloads: true })).newPage();
  await web.signIn(page);
});
afterAll(() => web?.stop());

const box = (name: string | RegExp) => page.getByRole('textbox', { name });
const titled = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor();
async function way(item: string) {
  await go(page, 'Webhooks');
  await page.getByRole('button', { name: 'More ways' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('a ready request is found, filled in and opened; its secret is never shown again', async () => {
  await way('From the gallery');
  await box('Search the gallery').fill('zendesk');
  await expect.poll(() => page.getByRole('article').count()).toBe(1);
  await page.getByRole('link', { name: /Zendesk ticket/ }).click();
  await box('Subdomain').fill('engines');
  const use = page.getByRole('button', { name: 'Use this' });
  expect(await use.isDisabled()).toBe(true);
  await page.getByLabel('Email with /token, and API token').fill('ada@example.com/token:0815-4711');
  await use.click();
  await page.waitForURL(/\/webhooks\/whk_/);
  await box('Body').waitFor(); // the page before has a name, too
  const { body } = await web.h.api('GET', '/webhooks');
  expect(body.items[0].definition).toMatchObject({
    url: 'https://engines.zendesk.com/api/v2/tickets.json',
    headers: [{ name: 'Authorization', value: null, secret: true }],
  });
  expect(await page.content()).not.toContain('0815-4711');
});

test('a cURL command is read as it is typed, and becomes a webhook', async () => {
  await way('From a cURL command');
  await box('cURL command').fill("curl https://api.example.com/orders -F 'a=b'");
  await sees(page, /-F can't be carried over/);
  await box('cURL command').fill('curl https://api.example.com/orders -u shop:open-sesame --json \'{"a": 1}\' -k');
  await sees(page, '-k is left out: certificates are always checked.');
  await sees(page, 'kept as a secret');
  await page.getByRole('button', { name: 'Make webhook' }).click();
  await titled('api.example.com orders');
});

test('what is selected is exported, and imported again after a look; what was deleted comes back', async () => {
  await go(page, 'Webhooks');
  await page.getByLabel('Select api.example.com orders').check();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export 1' }).click();
  const file = await readFile(await (await saving).path(), 'utf8');
  expect(file).toContain('key: api-example-com-orders');
  expect(file).not.toContain('zendesk');
  await way('Import a file');
  await box('The file').fill(file);
  await sees(page, 'Everything in it is here already.');
  await box('The file').fill(
    file.replace('key: api-example-com-orders', 'key: orders-two').replace('name: api.', 'name: Second api.'),
  );
  await sees(page, 'is made');
  await sees(page, /orders-two: the value of its secret header Authorization/);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await sees(page, 'What was done');
  await page.getByRole('link', { name: /^Second api/ }).click();
  await titled(/^Second api/);

  await go(page, 'Webhooks');
  await page.getByRole('button', { name: /^More for Second api/ }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await sees(page, /^Deleted Second api/);
  await page.getByText('Deleted', { exact: true }).click();
  await page.getByRole('button', { name: /^Restore Second api/ }).click();
  await sees(page, 'Nothing was deleted.');
  await page.getByText('In use', { exact: true }).click();
  await page.getByRole('link', { name: /^Second api/ }).waitFor();
  expect(web.complaints).toEqual([]);
});
