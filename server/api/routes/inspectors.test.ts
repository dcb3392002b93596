import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Handoff, startHandoff } from '../../../tests/stage/handoff.ts';
import { purgeInspectors } from '../../inspector/index.ts';

let h: Handoff;
beforeAll(async () => {
  h = await startHandoff({ allow: [] });
});
afterAll(() => h.stop());

const make = async (answer?: object) => {
  const made = await h.api('POST', '/inspectors', { name: 'Mine' });
  expect(made.status).toBe(201);
  if (answer) {
    const changed = await h.api('PATCH', `/inspectors/${made.body.id}`, { answer });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
  }
  return made.body;
};
const arrivals = async (id: string, query = '') => (await h.api('GET', `/inspectors/${id}/requests${query}`)).body;

test('keeps what arrives, byte for byte, by any method, without cookies', async () => {
  const own = await make();
  const bytes = Buffer.from([0xff, 0xfe, 0x00]);
  await fetch(`${own.url}/a/b?c=%20d`, { method: 'PUT', body: bytes, headers: { cookie: 'handoff.x=1', 'x-a': 'b' } });
  const answer = await fetch(own.url);
  expect(await answer.json()).toEqual({ ok: true });
  expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  const { items } = await arrivals(own.id);
  expect(items).toMatchObject([
    { method: 'GET', path: '', body: '', signature: { checked: false, valid: null, scheme: null } },
    { method: 'PUT', path: '/a/b', query: 'c=%20d', body: null, body_base64: bytes.toString('base64'), size: 3 },
  ]);
  expect(items[1].headers).toContainEqual(['x-a', 'b']);
  expect(JSON.stringify(items)).not.toContain('handoff.x=1');
});

test('a page stays text, and headers that would harm our own pages are refused', async () => {
  const own = await make({ headers: [['Content-Type', 'text/html']], body: '<script>alert(1)</script>' });
  const answer = await fetch(own.url);
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  for (const name of ['Set-Cookie', 'Location', 'Content-Security-Policy', 'X-Frame-Options', 'Clear-Site-Data']) {
    const refused = await h.api('PATCH', `/inspectors/${own.id}`, { answer: { headers: [[name, 'x']] } });
    expect([name, refused.status]).toEqual([name, 422]);
  }
});

test('a sequence is counted once a request, also at once; its last answer stays; a change begins anew', async () => {
  const own = await make({ sequence: [{ status: 500 }, { status: 429 }, { status: 200 }] });
  const all = await Promise.all(Array.from({ length: 8 }, () => fetch(own.url)));
  expect(all.map((one) => one.status).sort()).toEqual([200, 200, 200, 200, 200, 200, 429, 500]);
  await h.api('PATCH', `/inspectors/${own.id}`, { answer: { sequence: [{ status: 503 }, { status: 200 }] } });
  expect([(await fetch(own.url)).status, (await fetch(own.url)).status]).toEqual([503, 200]);
});

test('holds 100 requests of 64 KB for 48 hours', async () => {
  const own = await make();
  await fetch(own.url, { method: 'POST', body: 'é'.repeat(40_000) });
  const [long] = (await arrivals(own.id)).items;
  expect(long).toMatchObject({ size: 80_000, cut: true });
  expect(long.body).toHaveLength(32_768);
  expect((await fetch(own.url, { method: 'POST', body: 'x'.repeat(1_100_000) })).status).toBe(413);
  for (let i = 0; i < 101; i++) await fetch(`${own.url}/${i}`);
  const first = await arrivals(own.id, '?limit=60');
  const rest = await arrivals(own.id, `?limit=60&cursor=${first.next_cursor}`);
  const paths = [...first.items, ...rest.items].map((one: { path: string }) => one.path);
  expect(paths).toEqual(Array.from({ length: 100 }, (_, i) => `/${100 - i}`));
  expect(rest.next_cursor).toBeNull();
  const now = h.stage.clock.now();
  await purgeInspectors(h.stage.database, now + 47 * 3_600_000);
  expect((await arrivals(own.id)).items).not.toEqual([]);
  await purgeInspectors(h.stage.database, now + 49 * 3_600_000);
  expect((await arrivals(own.id)).items).toEqual([]);
});

test('64 answers may wait at once; the next is refused, and gone callers make room', async () => {
  const own = await make({ delay_ms: 30_000 });
  const gone = new AbortController();
  const open = Array.from({ length: 64 }, () => fetch(own.url, { signal: gone.signal }).catch(() => null));
  await h.until('64 that wait', async () => (await arrivals(own.id, '?limit=100')).items.length === 64);
  const refused = await fetch(own.url);
  expect(refused.status).toBe(503);
  gone.abort();
  await Promise.all(open);
  await h.api('PATCH', `/inspectors/${own.id}`, { answer: { delay_ms: 10 } });
  await h.until('room', async () => (await fetch(own.url)).status === 200);
});

test('what is deleted is gone: 404 at its URL and in the API', async () => {
  const own = await make();
  await fetch(own.url);
  expect((await h.api('DELETE', `/inspectors/${own.id}/requests`)).status).toBe(204);
  expect((await arrivals(own.id)).items).toEqual([]);
  expect((await h.api('DELETE', `/inspectors/${own.id}`)).status).toBe(204);
  expect((await fetch(own.url)).status).toBe(404);
  expect((await h.api('GET', `/inspectors/${own.id}`)).status).toBe(404);
});
