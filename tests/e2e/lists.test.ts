import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Handoff } from '../stage/handoff.ts';
import { does, type Receiver, startReceiver } from '../stage/receiver.ts';
import { go, PASSWORD, sees, startWeb, type Web } from '../stage/web.ts';

const MANY = 320;

let web: Web;
let h: Handoff;
let receiver: Receiver;
let page: Page;

beforeAll(async () => {
  [web, receiver] = await Promise.all([startWeb(), startReceiver()]);
  h = web.h;
  receiver.on('/bad', does.json({ error: 'no such list' }, 422));
  receiver.on('/late', does.statuses(503, 200));
  await h.api('PATCH', '/workspace', { allow_http: true });
  for (const name of ['Good', 'Bad', 'Late']) {
    const definition = {
      url: `${receiver.url}/${name.toLowerCase()}`,
      body: '{"n":{{ event.n }}}',
      retry: { waits: [300] },
    };
    const webhook = (await h.api('POST', '/webhooks', { name, definition })).body.id;
    const steps = [{ id: 'send', kind: 'webhook', webhook }];
    const draft = { trigger: { kind: 'event', event: name }, start: 'send', steps };
    const scenario = (await h.api('POST', '/scenarios', { name: `${name} ones`, draft })).body.id;
    expect((await h.api('POST', `/scenarios/${scenario}/publish`)).status).toBe(200);
  }
  const people = Array.from({ length: 60 }, (_, n) => ({
    type: 'identify',
    userId: `u${n}`,
    traits: { name: `Person ${n}`, email: `p${n}@example.com`, plan: n % 3 === 0 ? 'pro' : 'free', age: n },
  }));
  const phone = { type: 'identify', userId: 'caller', traits: { name: 'Caller', phone: '+41446681800' } };
  const events = ['Good', 'Bad', 'Late'].map((event) => ({
    type: 'track',
    userId: 'u7',
    event,
    properties: { n: 1 },
  }));
  await h.track('batch', { batch: [...people, phone, ...events] });
  await h.until('the deliveries', async () => {
    const { by_state } = (await h.api('GET', '/deliveries/counts')).body;
    return by_state.delivered && by_state.failed && by_state.retrying;
  });
  page = await (await web.context()).newPage();
  await web.signIn(page);
});
afterAll(async () => {
  await receiver?.close();
  await web?.stop();
});

const rows = (name: string) => page.getByRole('table', { name }).locator('tbody tr[aria-rowindex]');
const eventually = <T>(get: () => T | Promise<T>) => expect.poll(get);
const state = (name: RegExp) => page.getByRole('navigation', { name: 'By state' }).getByRole('link', { name });
const address = () => new URL(page.url()).searchParams;

test('each count leads to its deliveries, and counts and rows follow what happens', async () => {
  await go(page, 'Deliveries');
  await eventually(() => rows('deliveries').count()).toBe(3);
  await eventually(() => rows('deliveries').getByRole('link', { name: 'Person 7' }).count()).toBe(3);
  await state(/^failed 1/).click();
  await eventually(() => address().get('state')).toBe('failed');
  await eventually(() => rows('deliveries').count()).toBe(1);
  await h.track('track', { userId: 'u8', event: 'Bad', properties: { n: 2 } });
  await state(/^failed 2/).waitFor();
  await eventually(() => rows('deliveries').count()).toBe(2);
  await state(/^halted 0/).click();
  await sees(page, 'No delivery matches these filters.');
});

test('filters stand in the address, and are taken away one by one', async () => {
  const { items } = (await h.api('GET', '/deliveries?state=failed')).body;
  await state(/^all/).click();
  await page.getByRole('combobox', { name: 'Webhook' }).click();
  await page.getByRole('option', { name: 'Bad' }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('combobox', { name: 'Reason' }).fill('http_422');
  await page.getByLabel('Step').fill('send');
  await page.getByLabel('Profile', { exact: true }).fill(items[0].profile);
  await page.getByRole('button', { name: 'Show' }).click();
  await eventually(() => rows('deliveries').count()).toBe(1);
  expect(Object.fromEntries(address())).toEqual({
    webhook: items[0].webhook,
    reason: 'http_422',
    step: 'send',
    profile: items[0].profile,
  });
  await page.getByRole('button', { name: /Remove the filter: profile/ }).click();
  await eventually(() => rows('deliveries').count()).toBe(2);
  await page.getByRole('combobox', { name: 'Time' }).click();
  await page.getByRole('option', { name: 'from … to …' }).click();
  await page.getByLabel('To', { exact: true }).fill('2001-02-03T04:05');
  await page.getByRole('button', { name: 'Show' }).click();
  await sees(page, 'No delivery matches these filters.');
  expect(address().get('to')).toMatch(/^2001-02-0[234]T/);
  await page.reload();
  await page.getByText('the receiver answered 422').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await eventually(() => rows('deliveries').count()).toBe(4);
  expect([...address()]).toEqual([]);
});

test('pages that hold nothing are followed, and it is never said too early that nothing matches', async () => {
  // Sixteen pages that hold nothing, however often they are asked for: the list is read anew when something happens.
  let furthest = 0;
  const list = /\/api\/v1\/deliveries\?.*state=failed/;
  await page.route(list, async (route) => {
    const url = new URL(route.request().url());
    const at = Number(/^after (\d+)$/.exec(url.searchParams.get('cursor') ?? '')?.[1] ?? 0);
    furthest = Math.max(furthest, at);
    if (at < 16) return route.fulfill({ json: { items: [], next_cursor: `after ${at + 1}` } });
    url.searchParams.delete('cursor');
    await route.continue({ url: url.href });
  });
  await page.goto(`${h.url}/deliveries`);
  await state(/^failed/).click();
  await sees(page, 'Nothing found so far.');
  expect(await page.getByText('No delivery matches').count()).toBe(0);
  expect(furthest).toBe(15);
  await page.getByRole('button', { name: 'Look further' }).click();
  await eventually(() => rows('deliveries').count()).toBe(2);
  await page.unroute(list);
});

test('one delivery says when it is tried again, follows its late end, and leads to its resends', async () => {
  const [late] = (await h.api('GET', '/deliveries?state=retrying')).body.items;
  await page.goto(`${h.url}/deliveries/${late.id}`);
  await sees(page, /Next try in \dm/);
  await sees(page, 'The receiver answered 503.');
  await h.advance(400_000);
  await page.getByText('delivered', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Resend' }).click();
  await sees(page, 'this one was resent from it');
  await page.getByRole('link', { name: late.id }).click();
  await sees(page, 'resent from here');
  await page.getByRole('link', { name: 'All 2' }).click();
  await eventually(() => rows('deliveries').count()).toBe(2);
  expect(address().get('idempotency_key')).toBe(late.id);
});

test('who may not read bodies is told so', async () => {
  const { link } = (await h.api('POST', '/invitations', { email: 'vic@example.com', role: 'viewer' })).body;
  const [failed] = (await h.api('GET', '/deliveries?state=failed')).body.items;
  const context = await web.context();
  const theirs = await context.newPage();
  await theirs.goto(`${h.url}/sign-in${new URL(link).search}`);
  await theirs.getByLabel('Your name').fill('Vic');
  await theirs.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Start' }).click();
  await theirs.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  await theirs.goto(`${h.url}/deliveries/${failed.id}`);
  await eventually(() => theirs.getByText('The body is hidden: your role may not read bodies.').count()).toBe(2);
  expect(await theirs.getByText('No body.').count()).toBe(0);
  await theirs.goto(`${h.url}/profiles/${failed.profile}`);
  await sees(theirs, 'Your role may read profiles, not change them.');
  expect(await theirs.getByRole('button', { name: 'Edit plan' }).count()).toBe(0);
  // Inspectors show bodies too: they stand in no menu, and their address says who may.
  expect(await theirs.getByRole('link', { name: 'Inspector' }).count()).toBe(0);
  await theirs.goto(`${h.url}/inspectors`);
  await sees(theirs, 'Not for your role');
  expect(await theirs.getByRole('button', { name: 'New inspector' }).count()).toBe(0);
  // A part that doesn't exist is the first one.
  await theirs.goto(`${h.url}/settings?part=nowhere`);
  await theirs.getByRole('tab', { name: 'People', selected: true }).waitFor();
  await context.close();
});

test('profiles are found by text, by a whole identifier and by a condition; columns stay', async () => {
  await go(page, 'Profiles');
  const search = page.getByLabel('Search profiles');
  await search.fill('person 4');
  await eventually(() => rows('profiles').count()).toBe(11);
  for (const [text, name] of [
    ['p41@example.com', 'Person 41'],
    ['user_id:u12', 'Person 12'],
    ['+41 44 668 18 00', 'Caller'],
  ] as const) {
    await search.fill(text);
    await eventually(() => rows('profiles').allInnerTexts()).toMatchObject([expect.stringContaining(name)]);
  }
  await search.fill('');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByRole('combobox', { name: 'Attribute 1' }).fill('plan');
  await page.getByLabel('Value 1').fill('pro');
  await page.getByRole('button', { name: 'Add a comparison' }).click();
  await page.getByRole('combobox', { name: 'Attribute 2' }).fill('age');
  await page.getByRole('combobox', { name: 'Comparison 2' }).click();
  await page.getByRole('option', { name: 'is at least' }).click();
  await page.getByLabel('Value 2').fill('50');
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await eventually(() => rows('profiles').count()).toBe(3);
  await page.getByRole('button', { name: 'Remove the filter: plan is "pro"' }).click();
  await eventually(() => rows('profiles').count()).toBe(10);
  expect(JSON.parse(address().get('filter')!)).toEqual({ attribute: 'age', op: 'at_least', value: 50 });
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'age' }).check();
  await page.getByRole('columnheader', { name: 'age' }).waitFor();
  await page.goto(`${h.url}/profiles`);
  await page.getByRole('columnheader', { name: 'age' }).waitFor();
});

test('an edit that is refused says why where it stands; one that is made can be undone, and says by whom', async () => {
  const [person] = (await h.api('GET', '/profiles?identifier=user_id:u7')).body.items;
  const now = async () => (await h.api('GET', `/profiles/${person.id}`)).body.attributes;
  await page.goto(`${h.url}/profiles/${person.id}`);
  await page.getByRole('button', { name: 'Edit age' }).click();
  await page.getByLabel('age', { exact: true }).fill('old');
  await page.keyboard.press('Enter');
  await page.locator('form').getByText('age is declared as number, and the value is text.').waitFor();
  await page.getByLabel('age', { exact: true }).fill('70');
  await page.keyboard.press('Enter');
  await sees(page, 'Changed age');
  expect((await now()).age).toBe(70);
  await page.getByRole('button', { name: 'Undo' }).click();
  await sees(page, 'age is as it was.');
  expect((await now()).age).toBe(7);
  await sees(page, 'Changed by Ada');
  await page.getByRole('button', { name: /^History of age/ }).click();
  const drawer = page.getByRole('dialog');
  await expect
    .poll(() => drawer.getByRole('listitem').allInnerTexts())
    .toMatchObject([
      expect.stringMatching(/^7\s+Ada/),
      expect.stringMatching(/^70\s+Ada/),
      expect.stringMatching(/^7\s+An identify call/),
    ]);
  expect(address().get('history')).toBe('age');
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'All deliveries' }).click();
  await eventually(() => address().get('profile')).toBe(person.id);
});

test('a long list is not read anew when something happens, but says so', async () => {
  const batch = Array.from({ length: MANY }, (_, n) => ({
    type: 'track',
    userId: `u${n % 60}`,
    event: 'Good',
    properties: { n },
  }));
  await h.track('batch', { batch });
  await h.until('the deliveries', async () => {
    const { by_state } = (await h.api('GET', '/deliveries/counts')).body;
    return by_state.delivered > MANY;
  });
  await page.goto(`${h.url}/deliveries`);
  const list = page.getByRole('region', { name: 'deliveries' });
  const read: string[] = [];
  let readAt = performance.now();
  const note = (request: Request) => {
    if (!/\/deliveries\?/.test(request.url())) return;
    read.push(request.url());
    readAt = performance.now();
  };
  page.on('request', note);
  await eventually(() => rows('deliveries').count()).toBeGreaterThan(10);
  await eventually(async () => {
    await list.evaluate('(list) => { list.scrollTop = list.scrollHeight; }').catch(() => {});
    await list.press('End');
    return page.getByRole('table', { name: 'deliveries' }).getAttribute('aria-rowcount');
  }).toBe(String(MANY + 6));
  // So few of them are there at a time.
  expect(await rows('deliveries').count()).toBeLessThan(60);
  // What was told of the deliveries made above was read while the list was short: that comes to an end first.
  await eventually(() => performance.now() - readAt > 2_500).toBe(true);
  read.length = 0;
  await h.track('track', { userId: 'u9', event: 'Bad', properties: { n: 3 } });
  await page.getByRole('button', { name: 'There is something newer. Show it' }).waitFor();
  await state(/^failed 3/).waitFor();
  expect(read).toEqual([]);
  await page.getByRole('button', { name: 'There is something newer. Show it' }).click();
  await list.getByText('failed').first().waitFor();
  expect(web.complaints).toEqual([]);
});
