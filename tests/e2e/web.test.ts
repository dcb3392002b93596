import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstLink } from '../../server/accounts/index.ts';
import { startBrowser } from '../stage/browser.ts';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// Runs in the page: what is violated, with the elements.
const RUN_AXE = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map((v) => v.id + ': ' + v.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(' | ')))`;
const PASSWORD = 'correct horse battery';
const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let stage: Awaited<ReturnType<typeof startBrowser>>;
let admin: BrowserContext;
let page: Page;
/** What a page complained of: errors in it, and what its policy refused. */
const complaints: string[] = [];

async function context(options: object = {}): Promise<BrowserContext> {
  const made = await stage.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  made.setDefaultTimeout(15_000);
  made.on('weberror', (error) => complaints.push(String(error.error())));
  made.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  return made;
}

beforeAll(async () => {
  [h, receiver, stage] = await Promise.all([startHandoff(), startReceiver(), startBrowser()]);
  receiver.on('/lead', does.json({ lead: { id: 'L-7', note: HOSTILE }, score: 12 }));
  await h.api('PATCH', '/workspace', { allow_http: true });
  admin = await context();
  page = await admin.newPage();
});
afterAll(async () => {
  await stage?.close();
  await receiver?.close();
  await h?.stop();
});

const go = (place: string, on = page) =>
  on.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click();
const sees = (text: string | RegExp, on = page) => on.getByText(text).first().waitFor();

test('the first link leads in: name, email, password, Home', async () => {
  const token = await firstLink({ database: h.stage.database, clock: h.stage.clock });
  await page.goto(`${h.url}/sign-in?token=${token}`);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  await sees('Send an event');
});

test('a webhook is composed, previewed, tried and saved; a value of the answer is mapped by a click', async () => {
  await h.track('identify', { userId: 'u1', traits: { name: HOSTILE, email: 'u1@example.com' } });
  await h.until('the profile', async () => (await h.api('GET', '/profiles?identifier=user_id:u1')).body.items[0]);
  await go('Webhooks', page);
  await page.getByRole('button', { name: 'New webhook' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Create lead');
  await page.getByLabel('URL').fill(`${receiver.url}/lead`);
  const body = page.getByRole('textbox', { name: 'Body' });
  await body.fill('{"email":"{{ customer.email }}","order":{{ event.order_id }');
  await sees(/Line 1, column/);
  await body.fill('{"email":"{{ customer.email }}","order":{{ event.order_id }}}');
  await page.getByText('Typed values').click();
  await page
    .getByLabel('Values (JSON)')
    .fill(
      '{"customer":{"email":"typed@example.com"},"event":{"name":"E","properties":{"order_id":12345678901234567890}}}',
    );
  await sees('12345678901234567890');
  await page.getByRole('button', { name: 'Send test' }).click();
  await sees('Delivered.');
  expect(receiver.requests.at(-1)!.body.toString()).toBe('{"email":"typed@example.com","order":12345678901234567890}');
  await page.getByRole('button', { name: 'Map $.lead.id' }).click();
  await page.getByLabel('Attribute').fill('lead_id');
  await page.keyboard.press('Control+s');
  await sees('Saved as version 2');
});

test('a scenario is put together on the canvas, published, and an event goes through it', async () => {
  await go('Scenarios', page);
  await page.getByRole('button', { name: 'New scenario' }).click();
  await page.getByLabel('Name of the scenario').fill('Orders');
  await page.getByRole('button', { name: 'Publish' }).click();
  await sees(/missing before it can be published/);
  await page.getByTestId('rf__node-trigger').click();
  await page.getByRole('textbox', { name: 'Event', exact: true }).fill('Order Completed');
  await page.getByRole('button', { name: 'Add a step after the trigger' }).click();
  await page.getByRole('menuitem', { name: 'Webhook' }).click();
  await page.getByRole('heading', { name: 'Webhook', level: 2 }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Redo' }).click();
  await page.getByRole('button', { name: 'Publish' }).click();
  await sees('Version 1 is published.');
  expect((await h.track('track', { userId: 'u1', event: 'Order Completed', properties: { order_id: 7 } })).status).toBe(
    200,
  );
  await sees(/1 delivered/);
});

test('the delivery is found, with what was sent and what came back, and sent again', async () => {
  await go('Deliveries', page);
  await page.getByRole('table').getByText('delivered').first().click();
  await sees('Request, as every attempt sends it');
  await sees('Attempt 1');
  const before = receiver.requests.length;
  await page.getByRole('button', { name: 'Resend' }).click();
  await sees('Resend of');
  await h.until('the second request', async () => receiver.requests.length > before);
  const [first, second] = receiver.requests.slice(-2);
  expect(second!.body).toEqual(first!.body);
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
});

test('the attribute is on the profile, with who wrote it; an edit can be undone', async () => {
  await go('Profiles', page);
  await page.getByLabel('Find by email, user id, anonymous id or phone').fill('u1');
  await page.keyboard.press('Enter');
  await page.getByRole('table').getByRole('link').first().click();
  await sees('L-7');
  await page.getByRole('button', { name: 'Edit lead_id' }).click();
  await page.getByLabel('lead_id', { exact: true }).fill('changed');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Undo' }).click();
  await sees('Changed lead_id');
});

test('what strangers wrote shows as text', async () => {
  await sees(HOSTILE);
  expect(await page.evaluate("'hacked' in window")).toBe(false);
});

test('Ctrl-K finds people by the beginning of their email', async () => {
  await go('Profiles');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search, or paste an id').fill('u1@exam');
  await page.getByRole('dialog').getByText('u1@example.com').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Timeline' }).waitFor();
});

test('a marketer who was invited may publish but not change where a webhook goes', async () => {
  await page.goto(`${h.url}/settings`);
  await page.getByLabel('Email').fill('mia@example.com');
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.locator('pre', { hasText: '/sign-in?token=' }).innerText();
  const theirs = await context();
  const other = await theirs.newPage();
  await other.goto(`${h.url}/sign-in${new URL(link).search}`);
  await other.getByLabel('Your name').fill('Mia');
  await other.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await other.getByRole('button', { name: 'Start' }).click();
  await go('Webhooks', other);
  await expect.poll(() => other.getByRole('button', { name: 'New webhook' }).first().isDisabled()).toBe(true);
  await other.getByRole('link', { name: 'Create lead' }).click();
  await expect.poll(() => other.getByLabel('URL').getAttribute('readonly')).not.toBeNull();
  // Two browsers at once: what one does, the other sees without loading anew.
  await page.goto(h.url);
  await sees('Nothing since you opened this page', page).catch(() => {});
  await h.track('track', { userId: 'u2', event: 'Seen live', properties: {} });
  await sees('Seen live');
  await theirs.close();
});

test('axe finds nothing on any page, light and dark, and no page is wider than a phone', async () => {
  const { items } = (await h.api('GET', '/deliveries')).body;
  const [webhook] = (await h.api('GET', '/webhooks')).body.items;
  const [scenario] = (await h.api('GET', '/scenarios')).body.items;
  const places = [
    '/',
    '/profiles',
    `/profiles/${items[0].profile}`,
    '/webhooks',
    `/webhooks/${webhook.id}`,
    '/scenarios',
    `/scenarios/${scenario.id}`,
    '/deliveries',
    `/deliveries/${items[0].id}`,
    ...['people', 'keys', 'signing', 'workspace', 'audit'].map((part) => `/settings?part=${part}`),
    '/api/docs',
  ];
  const found: string[] = [];
  const state = await admin.storageState();
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 390]) {
      const of = await context({
        storageState: state,
        colorScheme,
        viewport: { width, height: 900 },
        reducedMotion: 'reduce',
      });
      const one = await of.newPage();
      for (const place of places) {
        await one.goto(`${h.url}${place}`);
        await one.locator('h1').first().waitFor();
        await expect
          .poll(() => one.locator('[aria-busy], .mantine-Skeleton-root, .mantine-Loader-root').count())
          .toBe(0);
        const over = Number(await one.evaluate('document.documentElement.scrollWidth - innerWidth'));
        if (over > 1) found.push(`${place} is ${over} px too wide at ${width}`);
        await one.evaluate(AXE);
        const violations = (await one.evaluate(RUN_AXE)) as string[];
        for (const violation of violations) found.push(`${place} ${colorScheme} ${width} ${violation}`);
      }
      await of.close();
    }
  }
  expect(found).toEqual([]);
});

test('pages carry a policy without inline scripts and can not be framed', async () => {
  const response = await fetch(h.url);
  const policy = response.headers.get('content-security-policy')!;
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(await response.text()).not.toMatch(/<script(?![^>]*src=)/);
});

test('signing out leads to the sign-in page, and back in by password', async () => {
  await page.goto(h.url);
  await page.getByText('administrator').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  await page.goto(`${h.url}/deliveries?state=delivered`);
  await page.waitForURL('**/sign-in?back=*');
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/deliveries?state=delivered');
});

test('no page complained', () => {
  expect(complaints).toEqual([]);
});
