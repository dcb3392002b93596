import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Handoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';
import { HOSTILE, PASSWORD, sees as seesOn, startWeb, type Web } from '../stage/web.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN_AXE = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map((v) => v.id + ': ' + v.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(' | ')))`;

let web: Web;
let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let page: Page;
let state: Awaited<ReturnType<BrowserContext['storageState']>>;
let scenario: string;
let lead: string;

const sees = (text: string | RegExp, on = page) => seesOn(on, text);
const node = (id: string, on = page) => on.getByTestId(`rf__node-${id}`);
const button = (name: string | RegExp, on = page) => on.getByRole('button', { name, exact: typeof name === 'string' });

const draft = () => ({
  trigger: { kind: 'event', event: 'Ordered' },
  start: 'lead',
  steps: [
    { id: 'lead', kind: 'webhook', webhook: 'lead', next: 'rest', on_fail: 'sorry' },
    { id: 'rest', kind: 'wait', seconds: 86_400, next: 'big' },
    {
      id: 'big',
      kind: 'condition',
      if: { response: 'lead', path: 'score', op: 'at_least', value: 5 },
      yes: 'vip',
      no: null,
    },
    { id: 'vip', kind: 'update', set: [{ attribute: 'tier', value: 'gold' }], next: null },
    { id: 'sorry', kind: 'exit', reason: 'no lead' },
  ],
});

beforeAll(async () => {
  [web, receiver] = await Promise.all([startWeb(), startReceiver()]);
  h = web.h;
  receiver.on('/lead', does.json({ score: 9 }));
  await h.api('PATCH', '/workspace', { allow_http: true });
  const definition = {
    url: `${receiver.url}/lead`,
    body: '{"email":"{{ customer.email }}","total":{{ event.total }}}',
    mapping: [{ path: '$.score', attribute: 'score' }],
  };
  lead = (await h.api('POST', '/webhooks', { name: `Lead ${HOSTILE}`, key: 'lead', definition })).body.id;
  scenario = (await h.api('POST', '/scenarios', { name: 'Orders', draft: draft() })).body.id;
  expect((await h.api('POST', `/scenarios/${scenario}/publish`)).status).toBe(200);
  await h.track('identify', { userId: 'ada', traits: { email: 'ada@example.com' } });
  await h.track('track', { userId: 'ada', event: 'Ordered', properties: { total: 12 } });
  await h.until('the delivery', async () => (await h.api('GET', '/deliveries?state=delivered')).body.items[0]);
  const first = await web.context();
  page = await first.newPage();
  await web.signIn(page);
  state = await first.storageState();
});
afterAll(async () => {
  await receiver?.close();
  await web?.stop();
});

test('a dry run draws the way on the canvas, with times, notes and the exact requests; nothing is sent', async () => {
  await page.goto(`${h.url}/scenarios/${scenario}`);
  await node('lead').waitFor();
  const sent = receiver.requests.length;
  await button('Dry run').click();
  expect(await button('Run').isDisabled()).toBe(true);
  await page.getByRole('combobox', { name: 'Profile' }).fill('ada@');
  await page.getByRole('option', { name: 'ada@example.com' }).click();
  await page.getByLabel('Properties of the event (JSON)').fill('{"total":');
  await sees(/Is no JSON yet/);
  expect(await button('Run').isDisabled()).toBe(true);
  await page.getByLabel('Properties of the event (JSON)').fill('{"total": 12345678901234567890}');
  await button('Type what comes back').click();
  await page.getByLabel('Answer to lead').fill('{"score": 7}');
  await button('Run').click();
  await sees('It comes to the end of its way.');
  await node('big').getByText('after 1 day · yes').waitFor();
  await sees('would write');
  const way = page.getByRole('region', { name: 'The way it would go' });
  await way.getByText('The request that would be sent').click();
  await way.getByText('Raw', { exact: true }).click();
  await way.getByText('{"email":"ada@example.com","total":12345678901234567890}').waitFor();
  const passed = () => page.locator('.react-flow__edge path[style*="stroke-width: 3"]').count();
  await expect.poll(passed).toBe(5);
  await page.getByRole('radiogroup', { name: 'What becomes of lead' }).getByText('failed').click();
  await sees('The draft or the values were changed since this run.');
  await button('Run').click();
  await sees('It ends: no lead');
  await expect.poll(passed).toBe(2);
  await page.getByRole('combobox', { name: 'Event' }).click();
  await page.getByRole('option', { name: /^Ordered · / }).click();
  await page.getByRole('radiogroup', { name: 'What becomes of lead' }).getByText('delivered').click();
  await button('Run').click();
  await way.getByText('{"email":"ada@example.com","total":12}').waitFor();
  expect(receiver.requests.length).toBe(sent);
  await button('Clear').click();
  await way.waitFor({ state: 'detached' });
});

test('steps are walked, edited and taken out by keyboard; typing in one field is undone as one', async () => {
  await button('Close the panel').click();
  await node('trigger').focus();
  for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowDown');
  const panel = page.getByRole('complementary', { name: 'The chosen step' });
  await panel.getByRole('heading', { name: 'Condition' }).waitFor();
  await page.keyboard.press('ArrowUp');
  await panel.getByRole('heading', { name: 'Wait' }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('A good night');
  await node('rest').getByText('A good night').waitFor();
  await sees('not saved');
  await page.keyboard.press('Control+z');
  await node('rest').getByText('A good night').waitFor({ state: 'detached' });
  expect(await button('Undo').isDisabled()).toBe(true);
  await page.keyboard.press('Control+Shift+Z');
  await node('rest').getByText('A good night').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Delete');
  await node('rest').waitFor({ state: 'detached' });
  await panel.getByRole('heading', { name: 'Webhook' }).waitFor();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await node('rest').getByText('1 day').waitFor();
  expect(await page.getByText('not saved', { exact: true }).count()).toBe(0);
});

test('a way is led to another step, and nothing on the canvas lies over anything else', async () => {
  await button('Add a step after big, no').click();
  await page.getByRole('menuitem', { name: /^Lead/ }).click();
  await sees(/back to Lead/);
  await button('Add a step after big, no').click();
  await page.getByRole('menuitem', { name: 'tier: "gold"' }).click();
  await node('big').click();
  await page.getByRole('combobox', { name: 'If no, goes on to' }).waitFor();
  const boxes = await page.evaluate<{ left: number; top: number; right: number; bottom: number }[]>(
    `[...document.querySelectorAll('.react-flow__node, .react-flow__edgelabel-renderer > div')].map((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return { left, top, right, bottom };
    })`,
  );
  expect(boxes.length).toBeGreaterThan(10);
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1))
      expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
});

test('the draft is compared with a version by step, and the version taken back', async () => {
  await page.keyboard.press('Control+s');
  await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' });
  await button('Versions').click();
  await button('Compare with the draft: version 1').click();
  await sees('1 changed');
  await sees(/what follows a no/);
  await page.getByRole('region', { name: 'Version 1' }).getByText('changed').waitFor();
  await button('Take version 1 into the draft').click();
  await sees('not saved');
  await sees(/version 1 again/);
  await button('Save').click();
  await page.getByText('not saved', { exact: true }).waitFor({ state: 'detached' });
  const [version, saved] = await Promise.all(
    [`/scenarios/${scenario}/versions/1`, `/scenarios/${scenario}`].map(
      async (path) => (await h.api('GET', path)).body,
    ),
  );
  expect(saved.draft.steps).toEqual(version.definition.steps);
});

test('every number on a step opens what is behind it', async () => {
  await node('lead').getByRole('link', { name: '1 delivered' }).click();
  await page.waitForURL(/\/deliveries\?.*step=lead.*state=delivered|\/deliveries\?.*state=delivered.*step=lead/);
  await page.goBack();
  await node('rest').getByRole('link', { name: '1 reached' }).click();
  const people = page.getByRole('complementary', { name: 'Profiles' });
  await people.getByRole('link', { name: 'ada@example.com' }).waitFor();
  await people.getByText('Here now').click();
  await people.getByText(/at rest/).waitFor();
  await people.getByRole('link', { name: 'its way' }).click();
  await sees(/The way of one profile|still on its way/);
  await node('lead')
    .getByRole('link', { name: /^delivered/ })
    .waitFor();
});

test('two people edit one scenario: nobody overwrites the other unseen', async () => {
  const other = await (await web.context({ storageState: state })).newPage();
  await Promise.all([page, other].map((one) => one.goto(`${h.url}/scenarios/${scenario}`)));
  // Changed on both sides: one that is untouched would follow the other by itself.
  await node('vip').click();
  await page.getByLabel('Value 1 (text or JSON)').fill('platinum');
  await other.getByLabel('Name of the scenario').fill('Orders of theirs');
  await node('vip', other).click();
  await other.getByLabel('Value 1 (text or JSON)').fill('silver');
  await button('Save', other).click();
  await other.getByText('not saved', { exact: true }).waitFor({ state: 'detached' });
  await sees('This scenario was saved by somebody else meanwhile');
  expect((await h.api('GET', `/scenarios/${scenario}`)).body.draft.steps[3].set[0].value).toBe('silver');
  await button('Show theirs').click();
  await page.getByRole('region', { name: 'Theirs' }).getByText('tier: "silver"').waitFor();
  await page.getByRole('region', { name: 'Mine' }).getByText('tier: "platinum"').waitFor();
  await node('vip', other).click();
  await other.getByLabel('Value 1 (text or JSON)').fill('bronze');
  await button('Keep mine').click();
  await page.getByText('saved by somebody else').waitFor({ state: 'detached' });
  expect((await h.api('GET', `/scenarios/${scenario}`)).body).toMatchObject({ name: 'Orders' });
  await sees('This scenario was saved by somebody else meanwhile', other);
  await button('Take theirs', other).click();
  await node('vip', other).getByText('tier: "platinum"').first().waitFor();
  expect(await other.getByText('not saved', { exact: true }).count()).toBe(0);
  await other.context().close();
});

test('two people edit one webhook: nobody overwrites the other unseen; it says who uses it', async () => {
  const other = await (await web.context({ storageState: state })).newPage();
  await Promise.all([page, other].map((one) => one.goto(`${h.url}/webhooks/${lead}`)));
  await page.getByText('Used by').getByRole('link', { name: 'Orders' }).waitFor();
  const body = (on: Page) => on.getByRole('textbox', { name: 'Body' });
  await page.getByLabel('Name of a new snippet').fill('card');
  await button('Add a snippet').click();
  await page.getByRole('textbox', { name: 'Snippet card' }).fill('"{{ customer.email }}"');
  await body(page).fill(`{"mine": {% render 'card' %}}`);
  await body(other).fill('{"theirs": 1}');
  await button('Save', other).click();
  await sees('Saved as version 2', other);
  // The page hears of the other's save by itself, and keeps what was typed.
  await sees('This webhook was saved by somebody else meanwhile');
  expect(await button('Save').isDisabled()).toBe(true);
  await page.getByText('Changed by').getByRole('link', { name: 'Ada' }).waitFor();
  await button('Show theirs').click();
  await page.getByRole('region', { name: 'Theirs and mine' }).getByText('{"theirs": 1}').waitFor();
  await button('Keep mine').click();
  await sees('Saved as version 3');
  const stored = (await h.api('GET', `/webhooks/${lead}`)).body.definition;
  expect([stored.body, stored.snippets]).toEqual([`{"mine": {% render 'card' %}}`, { card: '"{{ customer.email }}"' }]);
  await other.context().close();
});

test('a viewer looks and may nothing; what strangers wrote is text; no violation, light, dark and narrow', async () => {
  const { body: link } = await h.api('POST', '/invitations', { email: 'vi@example.com', role: 'viewer' });
  const viewer = await (await web.context({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' })).newPage();
  await viewer.goto(`${h.url}/sign-in${new URL(link.link).search}`);
  await viewer.getByLabel('Your name').fill('Vi');
  await viewer.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await button('Start', viewer).click();
  await viewer.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  await viewer.goto(`${h.url}/scenarios/${scenario}`);
  await sees('Your role may look at scenarios', viewer);
  await node('lead', viewer).waitFor();
  expect(await button(/^Add a step/, viewer).count()).toBe(0);
  expect(await button('Publish', viewer).isDisabled()).toBe(true);
  await button('Dry run', viewer).click();
  await sees('Your role may not see what requests hold', viewer);
  expect(await button('Run', viewer).isDisabled()).toBe(true);
  const looked = [
    [page, ['?panel=try', '?panel=versions', '?compare=1']],
    [viewer, ['?panel=try', '?panel=behind&step=lead']],
  ] as const;
  for (const [on, views] of looked)
    for (const view of views) {
      await on.goto(`${h.url}/scenarios/${scenario}${view}`);
      await on.locator('.react-flow__node').first().waitFor();
      await on.evaluate('document.fonts.ready');
      const moving = 'document.getAnimations().filter((one) => one.playState === "running").length';
      await expect.poll(() => on.evaluate(moving)).toBe(0);
      await on.evaluate(AXE);
      expect(await on.evaluate(RUN_AXE), `${view} ${on === viewer ? 'narrow, dark' : 'wide, light'}`).toEqual([]);
      expect(await on.evaluate('document.documentElement.scrollWidth - innerWidth'), view).toBeLessThanOrEqual(0);
      expect(await on.evaluate("'hacked' in window")).toBe(false);
    }
  expect(web.complaints).toEqual([]);
});
