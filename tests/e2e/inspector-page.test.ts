import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { go, HOSTILE, sees, startWeb, type Web } from '../stage/web.ts';

let web: Web;
let page: Page;
beforeAll(async () => {
  web = await startWeb({ allow: [] });
  page = await (await web.context()).newPage();
  await web.signIn(page);
});
afterAll(() => web?.stop());

test('a newcomer loads sample data, follows it through the pages, and takes it away', async () => {
  await page.getByRole('button', { name: 'Load sample data' }).click();
  await sees(page, '24 customers placed an order each.');
  await page.getByRole('link', { name: 'an inspector' }).click();
  await sees(page, 'signature right');
  await sees(page, /"email": "sample-/);
  await go(page, 'Deliveries');
  await page.getByRole('table', { name: 'deliveries' }).getByText('delivered').first().waitFor();
  await go(page, 'Scenarios');
  await page.getByRole('table', { name: 'scenarios' }).getByRole('link', { name: 'Sample: order to CRM' }).click();
  await sees(page, /\d+ delivered/);
  await go(page, 'Home');
  await page.getByRole('button', { name: 'Take it away' }).click();
  await page.getByRole('button', { name: 'Load sample data' }).waitFor();
  await go(page, 'Profiles');
  await sees(page, 'Nobody is known yet.');
});

test('an inspector shows live what arrives, as text, and answers what one chose', async () => {
  await go(page, 'Inspector');
  await page.getByLabel('Name of a new inspector').fill('CRM');
  await page.getByRole('button', { name: 'New inspector' }).click();
  await page.getByRole('heading', { name: 'CRM' }).waitFor();
  await sees(page, 'Nothing has arrived yet.');
  const url = (await page.locator('pre').first().innerText()).trim();
  await page.getByRole('tab', { name: /What it answers/ }).click();
  await page.getByRole('button', { name: 'Ready-made answers' }).click();
  await page.getByRole('menuitem', { name: /500, 500, 200/ }).click();
  await page.getByLabel('Body').last().fill('{"third":"time"}');
  await page.getByRole('button', { name: 'Save' }).click();
  await sees(page, 'Saved. The next request gets the first answer.');
  await page.getByRole('tab', { name: 'What arrives' }).click();
  const answers = [];
  for (let i = 0; i < 3; i++) {
    const headers = { 'content-type': 'text/html', 'x-odd': HOSTILE };
    const response = await fetch(`${url}/below`, { method: 'PUT', headers, body: HOSTILE });
    answers.push([response.status, await response.text()]);
    if (i === 2) {
      expect(response.headers.get('content-security-policy')).toContain('sandbox');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  }
  expect(answers.map(([status]) => status)).toEqual([500, 500, 200]);
  expect(answers[2]![1]).toBe('{"third":"time"}');
  await sees(page, '3 requests');
  await sees(page, 'PUT /below');
  await expect.poll(() => page.getByText(HOSTILE).count()).toBe(2);
  expect(await page.evaluate("'hacked' in window")).toBe(false);
  await page.getByRole('button', { name: 'Forget all' }).click();
  await sees(page, 'Nothing has arrived yet.');
});

test('a header that could harm a page is refused at its field', async () => {
  await page.getByRole('tab', { name: /What it answers/ }).click();
  await page.getByLabel('Headers').first().fill('Set-Cookie: a=b');
  await page.getByRole('button', { name: 'Save' }).click();
  await sees(page, /must be Content-Type, Retry-After/);
  expect(web.complaints).toEqual([]);
});
