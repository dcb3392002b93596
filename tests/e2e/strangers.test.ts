import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLink, firstWorkspace } from '../../server/accounts/index.ts';
import { startBrowser } from '../stage/browser.ts';
import { type Handoff, startHandoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';

// What strangers fill in is HTML here, everywhere: in what clients track, in what receivers answer, in what is sent to an
// inspector. Every page that shows it must show it as text.
const html = (where: string) =>
  `<img src=x class=injected onerror="window.hacked=1"><a class=injected href="javascript:hacked=1">${where}</a>`;
const ATTRIBUTE = 'html';

let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let stage: Awaited<ReturnType<typeof startBrowser>>;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];
let token: string;

beforeAll(async () => {
  [h, receiver, stage] = await Promise.all([startHandoff(), startReceiver(), startBrowser()]);
  receiver.on('/html', (_request, response) => {
    response.writeHead(200, 'OK', { 'content-type': 'text/html', 'x-note': html('header') });
    response.end(html('answer'));
  });
  receiver.on('/json', does.json({ note: html('mapped'), [html('name')]: html('value') }));
  receiver.on('/refused', does.json({ error: html('error') }, 422));
  await h.api('PATCH', '/workspace', { allow_http: true });
  const workspaceId = await firstWorkspace(h.stage.database);
  const made = { workspaceId, kind: 'first', email: null, role: 'administrator', now: h.stage.clock.now() } as const;
  token = (await createLink(h.stage.database, made)).token;
  context = await stage.browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(30_000);
  // A violation of the page's policy is an error on the console.
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
  page = await context.newPage();
});
afterAll(async () => {
  await stage?.close();
  await receiver?.close();
  await h?.stop();
});

/** Fills in everything that a stranger can, and gives the pages that show it, each with what must be read there. */
async function fill(): Promise<[place: string, reads: string][]> {
  const event = html('event');
  const steps: { id: string; kind: string; webhook: string; on_fail: null }[] = [];
  for (const path of ['html', 'json', 'refused']) {
    const mapping = [{ path: '$.note', attribute: 'note', mode: 'set' }];
    const definition = {
      url: `${receiver.url}/${path}`,
      body: '{{ event.note | json }}',
      ...(path === 'json' && { mapping }),
    };
    const { body } = await h.api('POST', '/webhooks', { name: path, definition });
    steps.push({ id: path, kind: 'webhook', webhook: body.id, on_fail: null });
  }
  const { body: scenario } = await h.api('POST', '/scenarios', {
    name: 'Of strangers',
    draft: {
      trigger: { kind: 'event', event },
      start: 'html',
      steps: steps.map((step, i) => ({ ...step, next: steps[i + 1]?.id ?? null })),
    },
  });
  const published = await h.api('POST', `/scenarios/${scenario.id}/publish`);
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  const person = { userId: html('user'), anonymousId: html('anonymous') };
  const tracked = await h.track('batch', {
    batch: [
      {
        type: 'identify',
        ...person,
        messageId: html('message'),
        traits: { [ATTRIBUTE]: html('attribute'), name: html('called') },
      },
      {
        type: 'track',
        ...person,
        event,
        messageId: html('message 2'),
        properties: { note: html('property'), [html('key')]: 1 },
      },
      { type: 'page', ...person, name: html('page') },
      { type: 'identify', ...person, traits: { [html('attribute name')]: 1 } },
      { type: 'track', event: html('refused') },
    ],
  });
  expect(tracked.status).toBe(200);
  const deliveries = await h.until('three ended', async () => {
    const { items } = (await h.api('GET', '/deliveries')).body;
    return items.length === 3 && items.every((one: { ended_at: string | null }) => one.ended_at) && items;
  });
  const { body: inspector } = await h.api('POST', '/inspectors', { name: 'Of strangers' });
  const sent = await fetch(inspector.url, {
    method: 'POST',
    headers: { 'content-type': 'text/html', 'x-note': html('inspected header') },
    body: html('inspected'),
  });
  expect(sent.status).toBe(200);
  const delivery = (name: string) => {
    const step = steps.find((one) => one.id === name)!;
    return deliveries.find((one: { webhook: string }) => one.webhook === step.webhook).id;
  };
  const { profile } = deliveries[0];
  return [
    ['/', '<img src=x'],
    ['/events', event],
    ['/profiles', html('called')],
    [`/profiles/${profile}`, html('attribute')],
    [`/profiles/${profile}`, html('mapped')],
    ['/deliveries', 'html'],
    [`/deliveries/${delivery('html')}`, html('answer')],
    [`/deliveries/${delivery('json')}`, 'mapped'],
    [`/deliveries/${delivery('refused')}`, 'error'],
    ['/scenarios', 'Of strangers'],
    [`/scenarios/${scenario.id}`, '<img src=x'],
    [`/scenarios/${scenario.id}?profile=${profile}`, '<img src=x'],
    [`/webhooks/${steps[1]!.webhook}`, 'json'],
    [`/inspectors/${inspector.id}`, html('inspected').slice(0, 40)],
    ['/settings?part=audit', 'Of strangers'],
  ];
}

test('HTML in every field that a stranger can fill shows as text', async () => {
  const places = await fill();
  await page.goto(`${h.url}/sign-in?token=${token}`);
  await page.getByLabel('Your name').fill(html('me').slice(0, 100));
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  const wrong: string[] = [];
  for (const [place, reads] of places) {
    await page.goto(`${h.url}${place}`);
    // On the first page it arrives while one looks.
    if (place === '/') await h.track('track', { userId: 'u', event: html('live') });
    await expect
      .poll(async () => (await page.locator('body').innerText()).replaceAll('\\"', '"'), {
        message: place,
      })
      .toContain(reads);
    // What opens, opened too.
    const closed = page.locator('details:not([open]) > summary');
    for (let left = await closed.count(); left > 0; left--) await closed.first().click();
    const found = await page.evaluate(
      "document.querySelectorAll('.injected, a[href^=\"javascript:\" i], [onerror]').length + ('hacked' in window ? ' hacked' : '')",
    );
    if (found !== '0') wrong.push(`${place}: ${found}`);
  }
  expect(wrong).toEqual([]);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search, or paste an id').fill('<img src=x');
  await page.getByRole('option').filter({ hasText: 'class=injected' }).first().waitFor();
  expect(await page.locator('.injected').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('a person says who they are with HTML: others read it as text', async () => {
  await page.goto(`${h.url}/settings?part=people`);
  await page.getByRole('table', { name: 'People' }).getByText('<img src=x').waitFor();
  expect(await page.locator('.injected').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('what strangers wrote is never served as a page', async () => {
  const inspector = (await h.api('GET', '/inspectors')).body.items[0];
  const headers = { authorization: `Bearer ${h.key}`, accept: 'text/html' };
  for (const path of [
    '/api/v1/events',
    '/api/v1/deliveries',
    '/api/v1/profiles',
    '/api/v1/rejected-messages',
    `/api/v1/inspectors/${inspector.id}`,
  ]) {
    const answer = await fetch(`${h.url}${path}`, { headers });
    expect(answer.headers.get('content-type'), path).toMatch(/^application\/json/);
    expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff');
  }
  // An address that says HTML is told of in JSON.
  const answer = await fetch(`${h.url}/${encodeURIComponent(html('address'))}`, { headers });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8']);
});
