import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../tests/stage/handoff.ts';
import { apiRoutes } from './index.ts';

let h: Handoff;
beforeAll(async () => {
  h = await startHandoff();
});
afterAll(() => h.stop());

const BUILT = join(import.meta.dirname, '..', '..', 'dist', 'web', 'assets');
const key = () => ({ authorization: `Bearer ${h.key}` });

/** What every answer carries, whatever it is. */
function guarded(path: string, answer: Response): void {
  expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff');
  const policy = answer.headers.get('content-security-policy') ?? '';
  expect(policy, path).toMatch(/frame-ancestors 'none'|sandbox/);
  expect(policy, path).not.toMatch(/script-src[^;]*unsafe|default-src \*/);
  expect(answer.headers.get('referrer-policy'), path).toBe('same-origin');
  expect(answer.headers.get('access-control-allow-origin'), path).toBeNull();
  expect(answer.headers.get('server'), path).toBeNull();
  expect(answer.headers.get('x-powered-by'), path).toBeNull();
}

test('every route of the API answers with them, signed in or not', async () => {
  for (const route of apiRoutes) {
    const path = `/api/v1${route.path.replace(/\{\w+\}/g, 'nothing')}`;
    for (const headers of [{}, ...(route.method === 'GET' ? [key()] : [])]) {
      const answer = await fetch(`${h.url}${path}`, { method: route.method, headers });
      guarded(`${route.method} ${path}`, answer);
      expect(answer.headers.get('cache-control'), path).toBe('no-store');
      expect(answer.headers.get('content-type'), path).toMatch(/json|yaml/);
      await answer.body?.cancel();
    }
  }
});

test('so do pages, sign-in, files, the stream, errors and what is not there', async () => {
  const files = existsSync(BUILT) ? readdirSync(BUILT).slice(0, 3) : [];
  const paths = [
    ...['/', '/sign-in', '/profiles', '/settings?part=audit', '/api/docs', '/api/openapi.json', '/livez', '/nothing'],
    ...['/api/v1/live', '/api/v1/nothing', '/api/session/link?token=x', '/v1/track', '/%ff'],
    ...files.map((file) => `/assets/${file}`),
  ];
  for (const path of paths) {
    const answer = await fetch(`${h.url}${path}`, { headers: key() });
    guarded(path, answer);
    await answer.body?.cancel();
  }
});

test('a page from elsewhere is let nothing, and asks for nothing beforehand', async () => {
  const asked = await fetch(`${h.url}/api/v1/webhooks`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  });
  expect(asked.status).toBe(404);
  guarded('OPTIONS', asked);
});
