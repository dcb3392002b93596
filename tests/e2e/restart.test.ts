import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, Program } from '../faults/program.ts';
import { startBrowser } from '../stage/browser.ts';
import { stage as database, type Stage } from '../stage/database.ts';

// The server is killed and started again under an open page.
const KEY = 'hk_restart_0123456789abcdef0123456789abcdef';
let folder: string;
let on: Stage;
let program: Program;
let stage: Awaited<ReturnType<typeof startBrowser>>;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'handoff-restart-'));
  chmodSync(folder, 0o711);
  on = await database();
  const { host, user, database: name } = on.connection as { host: string; user: string; database: string };
  program = new Program(await freePort(), {
    DATABASE_URL: `postgres://${user}@localhost/${name}?host=${encodeURIComponent(host)}`,
    HANDOFF_SECRET: 'a secret of the restart, 32 characters or more',
    HANDOFF_DATA: join(folder, 'data'),
    HANDOFF_API_KEY: KEY,
    HANDOFF_LOG: 'error',
  });
  [stage] = await Promise.all([startBrowser(), program.start()]);
  const context = await stage.browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(30_000);
  page = await context.newPage();
});
afterAll(async () => {
  await stage?.close();
  await program?.end('SIGTERM');
  await on?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const call = (method: string, path: string, body?: unknown) =>
  fetch(`${program.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const track = async (event: string) =>
  expect((await call('POST', '/v1/track', { userId: 'u', event })).status).toBe(200);
const banner = () => page.getByText('Connection lost, trying again');

test('a banner comes and goes; the feed goes on, and tells what was missed', async () => {
  await page.goto(readFileSync(join(folder, 'data', 'sign-in-link'), 'utf8').trim());
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Email').fill('ada@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  await track('Before');
  await page.getByText('Before').waitFor();
  expect(await banner().count()).toBe(0);

  await program.end('SIGKILL');
  await banner().waitFor();
  // What was read is still there.
  expect(await page.getByText('Before').count()).toBe(1);
  await program.start();
  await track('Meanwhile');
  await page.getByText('Meanwhile').waitFor();
  await banner().waitFor({ state: 'detached' });
  // The session goes on, and what waited for the server came right.
  await page.getByText('Ada', { exact: true }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  await track('After');
  await page.getByText('After').waitFor();
});

test('nothing that is typed is lost, and what was refused meanwhile can be saved afterwards', async () => {
  const made = await call('POST', '/api/v1/webhooks', {
    name: 'Kept',
    definition: { url: 'https://example.com/', body: '{}' },
  });
  const { id } = (await made.json()) as { id: string };
  await page.goto(`${program.url}/webhooks/${id}`);
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Typed before');
  const body = page.getByRole('textbox', { name: 'Body' });
  await body.fill('{"typed":1}');

  await program.end('SIGTERM');
  await banner().waitFor();
  await name.fill('Typed while it was away');
  await page.keyboard.press('Control+s');
  await page
    .getByRole('alert')
    .getByText(/could not be reached/)
    .first()
    .waitFor();
  expect(await name.inputValue()).toBe('Typed while it was away');
  expect(await body.innerText()).toContain('{"typed":1}');

  await program.start();
  await banner().waitFor({ state: 'detached' });
  expect(await name.inputValue()).toBe('Typed while it was away');
  expect(await body.innerText()).toContain('{"typed":1}');
  await page.keyboard.press('Control+s');
  await page.getByText('Saved as version 2').waitFor();
  const saved = (await (await call('GET', `/api/v1/webhooks/${id}`)).json()) as { name: string; definition: object };
  expect(saved).toMatchObject({ name: 'Typed while it was away', definition: { body: '{"typed":1}' } });
});
