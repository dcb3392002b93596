import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Handoff } from '../stage/handoff.ts';
import { does, startReceiver } from '../stage/receiver.ts';
import { sees as seesOn, startWeb, type Web } from '../stage/web.ts';

let web: Web;
let h: Handoff;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let page: Page;
const sees = (text: string | RegExp) => seesOn(page, text);
const button = (name: string) => page.getByRole('button', { name, exact: true });

beforeAll(async () => {
  [web, receiver] = await Promise.all([startWeb(), startReceiver()]);
  h = web.h;
  await h.api('PATCH', '/workspace', { allow_http: true });
  page = await (await web.context()).newPage();
  await web.signIn(page);
});
afterAll(async () => {
  await receiver?.close();
  await web?.stop();
});

test('a credential is made, tried, found wanting, put right; its secret is never on the page again', async () => {
  receiver.on('/api/me', (request, response) =>
    does.json({}, request.headers.authorization === 'Bearer right-token-1' ? 200 : 401)(request, response),
  );
  await page.goto(`${h.url}/settings?part=credentials`);
  await button('New credential').click();
  await page.getByLabel('Name').fill('Gateway');
  await page.getByLabel('Endpoint prefix').fill(`${receiver.url}/api`);
  await page.getByLabel('Token', { exact: true }).fill('wrong-token-1');
  await button('Save and test').click();
  await page.getByLabel('Path').fill('me');
  await button('Send').click();
  await sees('The server answered 401; 2xx was expected.');
  await button('Close').click();

  await button('Gateway').click();
  await page.getByPlaceholder('stored; type to replace it').fill('right-token-1');
  await button('Save and test').click();
  await page.getByLabel('Path').fill('me');
  await button('Send').click();
  await sees('Good: answered 200');
  await button('Close').click();

  await button('Gateway').click();
  await page.getByLabel('Endpoint prefix').fill(`${receiver.url}/else`);
  await sees(/Type them again for another prefix/);
  await button('Save').click();
  await sees(/was given for/);
  expect(await page.content()).not.toContain('right-token-1');
});

test('a password in a URL becomes a credential; a parameter becomes a field of a preset in a scenario, and arrives', async () => {
  const made = await h.api('POST', '/webhooks', {
    name: 'Send an SMS',
    definition: { url: 'https://example.com/', body: '{"text":"{{ parameters.field_1 }}"}' },
  });
  await page.goto(`${h.url}/webhooks/${made.body.id}`);
  await page.getByLabel('URL').fill(`${receiver.url.replace('http://', 'http://ann:pass-word-1@')}/sms`);
  await button('Keep them as a credential').click();
  await sees(/are kept as the credential/);
  expect((await page.getByLabel('URL').textContent())?.trim()).toBe(`${receiver.url}/sms`);
  await page.getByRole('tab', { name: 'Parameters' }).click();
  await button('Add a parameter').click();
  await page.getByLabel('Label of parameter 1').fill('Text of the SMS');
  await page.getByLabel(/^Required/).check();
  await button('Save').click();
  await sees('Saved as version 2');
  await button('Offer as a preset').click();
  await sees('It is offered as a preset.');

  await page.goto(`${h.url}/presets`);
  await sees('To fill in: Text of the SMS');
  await button('Make a scenario with Send an SMS').click();
  await page.waitForURL(/\/scenarios\/scn_/);
  const scenario = page.url().split('/').at(-1)!.split('?')[0]!;
  await page.getByTestId('rf__node-trigger').click();
  await page.getByPlaceholder('Order Completed').fill('Bought');
  await button('Publish').click();
  await sees(/The parameter "Text of the SMS" \(field_1\) is required/);
  await page.getByTestId('rf__node-webhook').click();
  await page.getByRole('textbox', { name: 'Text of the SMS' }).fill('Thank you');
  await button('Publish').click();
  await h.until('the publishing', async () => (await h.api('GET', `/scenarios/${scenario}`)).body.state === 'active');
  await h.track('track', { userId: 'ada', event: 'Bought' });
  const arrived = await receiver.waitFor((requests) => requests.some((one) => one.path === '/sms'));
  const sms = arrived.find((one) => one.path === '/sms')!;
  expect(JSON.parse(sms.body.toString())).toEqual({ text: 'Thank you' });
  expect(sms.headers.authorization).toBe(`Basic ${btoa('ann:pass-word-1')}`);
  expect(web.complaints).toEqual([]);
});
