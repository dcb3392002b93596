import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endNotice, raiseNotice } from '../../server/notices/index.ts';
import { parse } from '../../server/platform/ids.ts';
import { HOSTILE, startWeb, type Web } from '../stage/web.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let web: Web;
beforeAll(async () => {
  web = await startWeb();
});
afterAll(() => web?.stop());

test('notices come live to the bell and to Home, lead to their subject, and are put aside and taken back', async () => {
  const { database, clock } = web.h.stage;
  const workspace = parse('workspace', (await web.h.api('GET', '/workspace')).body.id)!;
  const broken = { workspaceId: workspace, kind: 'origin_broken', subject: 'https://crm.example' } as const;
  const message = `https://crm.example is paused, because it does not answer: ${HOSTILE}`;
  const page = await (await web.context()).newPage();
  await web.signIn(page);
  await page.getByRole('button', { name: 'Notices', exact: true }).waitFor();
  await raiseNotice(database, { ...broken, message }, clock.now());
  await raiseNotice(
    database,
    { workspaceId: workspace, kind: 'facts_set_aside', subject: '', message: 'A fact was set aside: too deep' },
    clock.now(),
  );
  const wrong = page.getByRole('region', { name: 'Wrong now' });
  await wrong.getByRole('link', { name: message }).waitFor();
  const bell = page.getByRole('button', { name: 'Notices: 2 new' });
  await bell.press('Enter');
  const panel = page.getByRole('dialog');
  await panel.getByText('A fact was set aside').waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}-light.png` });
  await page.evaluate(AXE);
  expect(
    await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.map((v) => v.id + ': ' + v.nodes.map((node) => node.html.slice(0, 160)).join(' | ')))`),
  ).toEqual([]);

  await panel.getByRole('button', { name: /^Put aside: https:/ }).click();
  await page.getByRole('button', { name: 'Notices: 1 new' }).waitFor();
  await panel.getByRole('button', { name: 'Earlier ones too' }).click();
  await panel.getByText('put aside by Ada').waitFor();
  await panel.getByRole('button', { name: /^Take back: https:/ }).click();
  await page.getByRole('button', { name: 'Notices: 2 new' }).waitFor();
  await panel.getByRole('button', { name: 'Only new ones' }).click();
  await panel.getByRole('link', { name: message }).click();
  await page.getByRole('heading', { name: 'Origins', level: 1 }).waitFor();

  await page.getByRole('link', { name: 'Home' }).click();
  await wrong.getByRole('link', { name: message }).waitFor();
  await endNotice(database, broken, clock.now());
  await wrong.getByRole('link', { name: message }).waitFor({ state: 'detached' });
  const state = await page.context().storageState();

  const phone = await web.context({ viewport: { width: 390, height: 844 }, storageState: state, colorScheme: 'dark' });
  const small = await phone.newPage();
  await small.goto(web.h.url);
  await small.getByRole('button', { name: 'Notices: 2 new' }).click();
  await small.getByRole('dialog').getByRole('button', { name: 'Put all aside' }).waitFor();
  if (process.env.SHOTS) await small.screenshot({ path: `${process.env.SHOTS}-dark.png` });
  expect(await small.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await small.getByRole('dialog').getByRole('button', { name: 'Put all aside' }).click();
  await small.getByRole('dialog').getByText('Nothing new.').waitFor();
  expect(web.complaints).toEqual([]);
  expect(await page.evaluate('window.hacked')).toBeUndefined();
});
