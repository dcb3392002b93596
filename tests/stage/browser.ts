import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A real Chromium: the system's, else the one that npm brought. `close` takes away what it unpacked. */
export async function startBrowser(): Promise<{ browser: Browser; close(): Promise<void> }> {
  const found = SYSTEM.find((path) => existsSync(path));
  if (found) {
    const browser = await chromium.launch({ executablePath: found, args: ['--no-sandbox', '--disable-gpu'] });
    return { browser, close: () => browser.close() };
  }
  const folder = mkdtempSync(join(tmpdir(), 'handoff-chromium-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  const clean = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  try {
    const { default: brought } = await import('@sparticuz/chromium');
    const browser = await chromium.launch({ executablePath: await brought.executablePath(), args: brought.args });
    return {
      browser,
      async close() {
        await browser.close();
        clean();
      },
    };
  } catch (error) {
    clean();
    throw new Error(
      `No browser could be started. Install the package chromium, or libnss3 for the one from npm. ${error}`,
    );
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
