import type { BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Handoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';
import { go as goTo, HOSTILE, PASSWORD, sees as seesOn, startWeb, type Web } from '../stage/web.ts';

let web: Web;
let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let admin: BrowserContext;
let page: Page;

beforeAll(async () => {
  [web, receiver] = await Promise.all([startWeb(), startReceiver()]);
  h = web.h;
  receiver.on('/lead', does.json({ lead: { id: 'L-7', note: HOSTILE }, score: 12 }));
  await h.api('PATCH', '/workspace', { allow_http: true });
  admin = await web.context();
  page = await admin.newPage();
});
afterAll(async () => {
  await receiver?.close();
  await web?.stop();
});

const go = (place: string, on = page) => goTo(on, place);
const sees = (text: string | RegExp, on = page) => seesOn(on, text);

test('the first link leads in: name, email, password, Home', async () => {
  await web.signIn(page);
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
  await page.getByLabel('Search profiles').fill('u1');
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
  const theirs = await web.context();
  const other = await theirs.newPage();
  await other.goto(`${h.url}/sign-in${new URL(link).search}`);
  await other.getByLabel('Your name').fill('Mia');
  await other.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await other.getByRole('button', { name: 'Start' }).click();
  await go('Webhooks', other);
  await expect.poll(() => other.getByRole('button', { name: 'New webhook' }).first().isDisabled()).toBe(true);
  await other.getByRole('link', { name: 'Create lead' }).click();
  await expect.poll(() => other.getByLabel('URL').getAttribute('aria-readonly')).toBe('true');
  // Two browsers at once: what one does, the other sees without loading anew.
  await page.goto(h.url);
  await sees('Nothing since you opened this page', page);
  await h.track('track', { userId: 'u2', event: 'Seen live', properties: {} });
  await sees('Seen live');
  await theirs.close();
});

test('pages carry a policy without inline scripts and can not be framed', async () => {
  const response = await fetch(h.url);
  const policy = response.headers.get('content-security-policy')!;
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(await response.text()).not.toMatch(/<script(?![^>]*src=)/);
});

test('what can not be read says so; what was there stays, and is read again', async () => {
  const origins = '**/api/v1/origins?*';
  const fails = (route: Route) => route.fulfill({ status: 500, json: { detail: 'The database is away.' } });
  await page.route(origins, fails);
  await page.goto(`${h.url}/origins`);
  await sees('Could not read the list of origins');
  await sees('The database is away.');
  await page.unroute(origins);
  await page.getByRole('button', { name: 'Try again' }).click();
  const table = page.getByRole('table', { name: 'origins' });
  await table.waitFor();
  await page.route(origins, fails);
  await sees('some of it may be old');
  expect(await table.isVisible()).toBe(true);
  await page.unroute(origins);
  await page.getByText('some of it may be old').waitFor({ state: 'detached' });
});

test('signing out leads to the sign-in page, and back in by password', async () => {
  await page.goto(h.url);
  await page.getByText('administrator').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in');
  await page.goto(`${h.url}/deliveries?state=delivered`);
  await page.waitForURL('**/sign-in?back=*', { waitUntil: 'commit' });
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/deliveries?state=delivered');
});

test('no page complained', () => {
  expect(web.complaints).toEqual([]);
});
