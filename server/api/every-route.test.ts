import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
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

/** What hardly any field wants. */
const odd = fc.oneof(
  fc.constantFrom(null, '', 'a\0b', '\ud800', '__proto__', -1, 1e308, 2 ** 63, [], {}, [null]),
  fc.jsonValue({ maxDepth: 2 }),
);

test('a body that fits no schema is refused by the name of its field, and never breaks anything', async () => {
  type Operation = { requestBody?: { content: Record<string, { schema: { properties?: object } }> } };
  const document = (await (await fetch(`${h.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) => {
      const names = Object.keys(requestBody?.content['application/json']?.schema.properties ?? {});
      return names.length === 0 || path.includes('{') ? [] : [{ method: method.toUpperCase(), path, names }];
    }),
  );
  expect(operations.length).toBeGreaterThan(10);
  const call = fc.constantFrom(...operations).chain(({ method, path, names }) =>
    fc.record({
      method: fc.constant(method),
      path: fc.constant(path.slice('/api/v1'.length)),
      body: fc.oneof(
        { weight: 1, arbitrary: odd },
        { weight: 5, arbitrary: fc.dictionary(fc.constantFrom(...names, 'strange'), odd) },
      ),
    }),
  );
  const property = fc.asyncProperty(call, async ({ method, path, body }) => {
    const { status, body: said } = await h.api(method, path, JSON.stringify(body));
    expect(status, JSON.stringify(said)).toBeLessThan(500);
    if (status !== 422) return;
    expect(said.errors.length).toBeGreaterThan(0);
    for (const { field, message } of said.errors) expect(field && message, JSON.stringify(said)).toBeTruthy();
    // Of zod's own words: they name neither what is wanted nor what to do.
    expect(JSON.stringify(said.errors)).not.toMatch(/Invalid input|Unrecognized/);
  });
  await fc.assert(property, { numRuns: 200 });
});
