import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSTILE, startWeb, type Web } from '../stage/web.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// Runs in the page: what is violated, with the elements.
const RUN_AXE = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map((v) => v.id + ': ' + v.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3).join(' | ')))`;

let web: Web;
beforeAll(async () => {
  web = await startWeb({ allow: [] });
});
afterAll(() => web?.stop());

/** Every page, with something on it. */
async function places(): Promise<string[]> {
  const { h } = web;
  const { scenario, webhook, inspector } = (await h.api('POST', '/sample')).body;
  const { url } = (await h.api('GET', `/inspectors/${inspector}`)).body;
  const campaign = (
    await h.api('POST', '/scenarios', {
      name: HOSTILE,
      draft: {
        trigger: { kind: 'campaign', filter: { attribute: 'email', op: 'exists' }, calendar: '0 9 * * 1' },
        start: 'end',
        steps: [{ id: 'end', kind: 'exit' }],
      },
    })
  ).body.id;
  await h.api('POST', `/scenarios/${campaign}/publish`);
  await h.api('POST', `/scenarios/${campaign}/runs`);
  const ended = await h.until('deliveries', async () => {
    const { body } = await h.api('GET', '/deliveries?state=delivered');
    return body.items.length > 15 && body.items;
  });
  await h.api('PUT', `/webhooks/${webhook}/preset`, {});
  const auth = { kind: 'bearer', token: 'token' };
  await h.api('POST', '/credentials', { name: HOSTILE, prefix: 'https://api.example/', auth });
  const resend = (await h.api('POST', '/resends', { filter: { state: 'delivered' } })).body;
  await fetch(`${url}/${encodeURIComponent(HOSTILE)}`, {
    method: 'POST',
    headers: { 'X-Odd': HOSTILE },
    body: HOSTILE,
  });
  return [
    '/',
    '/profiles',
    `/profiles/${ended[0].profile}`,
    '/webhooks',
    `/webhooks/${webhook}`,
    '/gallery',
    '/gallery/zendesk-ticket',
    '/webhooks/import',
    '/webhooks/import?from=file',
    `/webhooks/${webhook}?part=parameters`,
    '/presets',
    '/scenarios',
    `/scenarios/${scenario}`,
    `/scenarios/${scenario}/runs`,
    `/scenarios/${campaign}`,
    `/scenarios/${campaign}/runs`,
    '/deliveries',
    '/resends',
    `/resends/${resend.id}`,
    `/deliveries/${ended[0].id}`,
    '/policies',
    '/origins',
    '/inspectors',
    `/inspectors/${inspector}`,
    '/operations',
    ...['people', 'keys', 'credentials', 'signing', 'workspace', 'audit'].map((part) => `/settings?part=${part}`),
    '/events',
    '/api/docs?op=postWebhooks',
  ];
}

test('axe finds nothing on any page, light and dark, and no page is wider than a phone', async () => {
  const { h } = web;
  const first = await web.context();
  await web.signIn(await first.newPage());
  const state = await first.storageState();
  const all = await places();
  const found: string[] = [];
  // Each scheme once and each width once: what breaks in one of them breaks in its other half as well.
  const look = async (colorScheme: 'light' | 'dark', width: number) => {
    const of = await web.context({
      storageState: state,
      colorScheme,
      viewport: { width, height: 900 },
      reducedMotion: 'reduce',
    });
    const one = await of.newPage();
    for (const place of all) {
      await one.goto(`${h.url}${place}`);
      await one.locator('h1').first().waitFor();
      await expect
        .poll(() => one.locator('[aria-busy], .mantine-Skeleton-root, .mantine-Loader-root').count(), {
          message: place,
        })
        .toBe(0);
      const over = Number(await one.evaluate('document.documentElement.scrollWidth - innerWidth'));
      if (over > 1) found.push(`${place} is ${over} px too wide at ${width}`);
      await one.evaluate(AXE);
      const violations = (await one.evaluate(RUN_AXE)) as string[];
      for (const violation of violations) found.push(`${place} ${colorScheme} ${width} ${violation}`);
      if (await one.evaluate("'hacked' in window")) found.push(`${place} ran what a stranger wrote`);
    }
    await of.close();
  };
  await Promise.all([look('light', 1440), look('dark', 390)]);
  expect(found).toEqual([]);
  expect(web.complaints).toEqual([]);
}, 600_000);
