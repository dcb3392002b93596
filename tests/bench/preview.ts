// node tests/bench/preview.ts: how long from a key to the preview on the screen, in each language, with a short body and one
// of 150 lines; median and longest of 30 keys. On a machine that does nothing else: the browser, the server and PostgreSQL
// share its processors. It only prints; asked for are 150 ms.
import setup from '../stage/postgres.ts';
import { startWeb } from '../stage/web.ts';

const KEYS = 30;
const NAMES = {
  liquid: (name: string) => `{{ customer.${name} }}`,
  jinja: (name: string) => `{{ customer.${name} }}`,
  mustache: (name: string) => `{{customer.${name}}}`,
  velocity: (name: string) => `$!{customer.${name}}`,
};
const LONG = 150;

// Runs in the page: waits for a key, then until the preview shows so many marks; resolves with the ms between.
const untilShown = (marks: number) => `window.shown = new Promise((done) => {
  addEventListener('keydown', ({ timeStamp }) => {
    const wanted = '"mark": "${'k'.repeat(marks)}"';
    const look = () => {
      if ([...document.querySelectorAll('pre')].some((one) => one.textContent.includes(wanted))) done(performance.now() - timeStamp);
      else requestAnimationFrame(look);
    };
    look();
  }, { once: true, capture: true });
}), 0`;

const stop = await setup();
const web = await startWeb();
try {
  const { h } = web;
  for (const name of ['plan', 'first_name']) await h.api('POST', '/attributes', { name, type: 'text' });
  const page = await (await web.context()).newPage();
  await web.signIn(page);
  for (const [language, print] of Object.entries(NAMES)) {
    for (const lines of [2, LONG]) {
      const fields = Array.from({ length: lines }, (_, i) => `  "f${i}": "${print(i % 2 ? 'plan' : 'email')}",\n`);
      const definition = { url: 'https://a.example', language, body: `{\n${fields.join('')}  "mark": "k"\n}` };
      const made = await h.api('POST', '/webhooks', { name: `${language} ${lines}`, definition });
      await page.goto(`${h.url}/webhooks/${made.body.id}`);
      await page.getByText('Typed values').click();
      await page.getByRole('textbox', { name: 'Body' }).click();
      await page.keyboard.press('Control+End');
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
      const took: number[] = [];
      for (let key = 0; key < KEYS; key++) {
        await page.evaluate(untilShown(key + 2));
        await page.keyboard.press('k');
        took.push((await page.evaluate('window.shown')) as number);
      }
      took.sort((a, b) => a - b);
      console.log(
        `${language}, body of ${lines + 3} lines: median ${took[KEYS >> 1]!.toFixed(0)} ms, longest ${took.at(-1)!.toFixed(0)} ms`,
      );
    }
  }
} finally {
  await web.stop();
  await stop();
}
