import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { firstLink } from '../../server/accounts/index.ts';
import { startBrowser } from './browser.ts';
import { type Handoff, startHandoff } from './handoff.ts';

/** A password that is good enough. */
export const PASSWORD = 'correct horse battery';

/** What a stranger could write anywhere; in a page that took it for HTML it would leave `hacked` on the window. */
export const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

/** Handoff with a browser in front of it. */
export interface Web {
  h: Handoff;
  /** A browser of its own, 1440 wide unless told. */
  context(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Signs the first person in, as an administrator, by the link that a first start prints; ends on Home. */
  signIn(page: Page): Promise<void>;
  /** What pages complained of so far: errors in them, and what their policy refused. */
  complaints: string[];
  stop(): Promise<void>;
}

/** Starts both. */
export async function startWeb(options: Parameters<typeof startHandoff>[0] = {}): Promise<Web> {
  const [h, stage] = await Promise.all([startHandoff(options), startBrowser()]);
  const complaints: string[] = [];
  return {
    h,
    complaints,
    async context(options = {}) {
      const made = await stage.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      made.setDefaultTimeout(30_000);
      made.on('weberror', (error) => complaints.push(String(error.error())));
      made.on('console', (message) => {
        if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
          complaints.push(message.text());
      });
      return made;
    },
    async signIn(page) {
      const token = await firstLink({ database: h.stage.database, clock: h.stage.clock });
      await page.goto(`${h.url}/sign-in?token=${token}`);
      await page.getByLabel('Your name').fill('Ada');
      await page.getByLabel('Email').fill('ada@example.com');
      await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
    },
    async stop() {
      await stage.close();
      await h.stop();
    },
  };
}

/** Leads to a place by the main navigation. */
export const go = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click();

/** Waits until a text is there. */
export const sees = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
