import { afterAll, describe, expect, it } from 'vitest';
import { apiStage, simple } from '../../tests/stage/api.ts';
import { createRateLimit } from './auth.ts';
import { route } from './route.ts';

const { on, key, newKey, call, appOf, close } = await apiStage();
afterAll(close);

describe('keys', () => {
  it('are taken as bearer or as the user name of Basic; others are told what to do', async () => {
    const basic = (name: string) => ({ authorization: `Basic ${Buffer.from(name).toString('base64')}` });
    for (const name of [`${key}:`, key, `${key}:password`])
      expect((await call('GET', '/api/v1/workspace', undefined, basic(name))).status).toBe(200);
    const wrong: Record<string, string>[] = [
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: `Bearer ${key}x` },
      { authorization: `Digest ${key}` },
      basic(''),
      basic(`:${key}`),
    ];
    for (const headers of wrong) {
      const answer = await call('GET', '/api/v1/workspace', undefined, headers);
      expect([headers, answer.status, answer.headers.get('www-authenticate')]).toEqual([headers, 401, 'Bearer']);
    }
    const refused = await call('GET', '/api/v1/workspace', undefined, {
      authorization: `Bearer ${await newKey(['ingest'])}`,
    });
    expect(refused).toMatchObject({ status: 403, body: { detail: expect.stringContaining('"read"') } });
  });

  it('are shown once, and stop working within five seconds of being revoked', async () => {
    expect(
      await call('POST', '/api/v1/api-keys', { name: 'b', kind: 'browser', scopes: ['ingest', 'read'] }),
    ).toMatchObject({ status: 422, body: { errors: [{ field: 'scopes' }] } });
    const { body: made } = await call('POST', '/api/v1/api-keys', { name: 'short-lived', scopes: ['read'] });
    const own = { authorization: `Bearer ${made.key}` };
    expect((await call('GET', '/api/v1/workspace', undefined, own)).status).toBe(200);
    const list = await call('GET', '/api/v1/api-keys?limit=200');
    expect(list.text).not.toContain(made.key);
    expect(list.body.items.find((one: { id: string }) => one.id === made.id)).toMatchObject({
      hint: made.key.slice(-4),
      last_used_at: expect.any(String),
      revoked_at: null,
    });
    expect((await call('DELETE', `/api/v1/api-keys/${made.id}`)).status).toBe(204);
    const revoked = performance.now();
    while ((await call('GET', '/api/v1/workspace', undefined, own)).status === 200) {
      expect(performance.now() - revoked).toBeLessThan(5_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await call('GET', '/api/v1/workspace', undefined, own)).status).toBe(401);
  });

  it('have a rate of their own', async () => {
    const handler = async () => ({ body: 1 });
    const app = [route({ ...simple, method: 'GET', path: '/one', handler })];
    const send = appOf(app, on.database, createRateLimit(2));
    const other = { authorization: `Bearer ${await newKey(['read'])}` };
    await Promise.all([send('GET', '/api/v1/one'), send('GET', '/api/v1/one')]);
    const refused = await send('GET', '/api/v1/one');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    expect((await send('GET', '/api/v1/one', undefined, other)).statusCode).toBe(200);
  });
});
