import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../server/platform/ids.ts';
import { FACT, ORIGIN } from '../../server/schema/index.ts';
import { go, HOSTILE, sees, startWeb, type Web } from '../stage/web.ts';

let web: Web;
let page: Page;
beforeAll(async () => {
  web = await startWeb();
  page = await (await web.context()).newPage();
  await web.signIn(page);
  page.on('dialog', (dialog) => void dialog.accept());
});
afterAll(() => web?.stop());

test('operations show what runs and what was set aside, which goes back into the inbox', async () => {
  const { database, clock } = web.h.stage;
  const [workspace] = await database.run<{ id: string }>({ name: '', text: 'SELECT id FROM workspaces LIMIT 1' });
  const [id, profile] = [newId(clock.now()), newId(clock.now())];
  const fact = {
    workspaceId: workspace!.id,
    profileId: profile,
    id,
    kind: FACT.track,
    class: 0,
    origin: ORIGIN.event,
    depth: 0,
    tries: 3,
    occurredAt: clock.now(),
    receivedAt: clock.now(),
    name: HOSTILE,
    body: '{}',
    meta: null,
  };
  await database.run({ name: '', text: 'INSERT INTO failed_facts VALUES ($1, $2, $3, $4, $5, $6)' }, [
    workspace!.id,
    id,
    profile,
    JSON.stringify(fact),
    'the attribute is a number',
    clock.now(),
  ]);
  await go(page, 'Operations');
  await page.getByRole('table', { name: 'processes' }).getByText('api, engine, delivery').waitFor();
  await page.getByRole('table', { name: 'who came and went' }).getByText('runs').waitFor();
  await sees(page, 'Nothing waits to be sent.');
  await sees(page, /PostgreSQL 1[5-8]/);
  await sees(page, 'the attribute is a number');
  await page.getByRole('button', { name: 'Try again' }).click();
  await sees(page, 'None. What fails three times is set aside here');
  await web.h.until('the fact', async () => {
    const rows = await database.run({ name: '', text: 'SELECT 1 FROM events WHERE id = $1' }, [id]);
    return rows.length > 0;
  });
});

test("a delivery's bodies are erased by a button, and it can't be sent again then", async () => {
  const { h } = web;
  await h.api('POST', '/sample');
  const { id } = await h.until(
    'a delivery',
    async () => (await h.api('GET', '/deliveries?state=delivered')).body.items[0],
  );
  await page.goto(`${h.url}/deliveries/${id}`);
  await sees(page, '"order"');
  await page.getByRole('button', { name: 'Erase bodies' }).click();
  await sees(page, /were erased/);
  expect(await page.getByText('"order"').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Resend' }).isDisabled()).toBe(true);
});

test('how long the record is kept is set, with a warning before it becomes less', async () => {
  await page.goto(`${web.h.url}/settings?part=workspace`);
  await page.getByLabel(/^Events/).fill('90');
  await sees(page, /can't be brought back/);
  await page.getByRole('button', { name: 'Save' }).click();
  await sees(page, 'Saved');
  expect((await web.h.api('GET', '/workspace')).body.retention.events_days).toBe(90);
  await page.getByLabel(/^Deliveries/).fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await sees(page, /can not be kept longer than the deliveries/);
  expect(web.complaints).toEqual([]);
});
