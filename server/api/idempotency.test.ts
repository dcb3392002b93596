import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiStage, simple } from '../../tests/stage/api.ts';
import { purgeIdempotency } from './idempotency.ts';
import { route } from './route.ts';

const { on, call, appOf, close } = await apiStage();
afterAll(close);

describe('Idempotency-Key', () => {
  const kept = () =>
    on.database.run<{ all: string }>({ name: '', text: 'SELECT k::text AS all FROM idempotency_keys k' });
  const post = (name: string, idempotency: string) =>
    call('POST', '/api/v1/api-keys', { name, scopes: ['read'] }, { 'idempotency-key': idempotency });

  it('gives the same answer again, other content a refusal, and keeps no secret in the open', async () => {
    const first = await post('once', 'k1');
    const again = await post('once', 'k1');
    expect([again.status, again.text]).toEqual([201, first.text]);
    expect((await post('other', 'k1')).status).toBe(422);
    expect((await post('once', 'x'.repeat(201))).status).toBe(400);
    const { items } = (await call('GET', '/api/v1/api-keys?limit=200')).body;
    expect(items.filter((one: { name: string }) => one.name === 'once')).toHaveLength(1);
    const rows = JSON.stringify(await kept());
    expect(rows).toContain('k1');
    expect(rows).not.toContain(first.body.key);
    expect(rows).not.toContain(Buffer.from(first.text).toString('base64'));
  });

  it('is free again after a refusal, and busy while the first is under way', async () => {
    const bad = { name: 'y', definition: { url: 'ftp://a.example' } };
    const header = { 'idempotency-key': 'k2' };
    expect((await call('POST', '/api/v1/webhooks', bad, header)).status).toBe(422);
    const good = { name: 'y', definition: { url: 'https://a.example' } };
    expect((await call('POST', '/api/v1/webhooks', good, header)).status).toBe(201);

    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    let runs = 0;
    const handler = async () => {
      runs++;
      entered.resolve();
      await gate.promise;
      return { body: { runs } };
    };
    const send = appOf([route({ ...simple, method: 'POST', path: '/slow', body: z.object({}), handler })]);
    const first = send('POST', '/api/v1/slow', {}, { 'idempotency-key': 'k3' });
    await Promise.all([
      first.then(
        () => {},
        () => {},
      ),
      entered.promise.then(async () => {
        expect((await send('POST', '/api/v1/slow', {}, { 'idempotency-key': 'k3' })).statusCode).toBe(409);
        gate.resolve();
      }),
    ]);
    expect((await first).json()).toEqual({ runs: 1 });
    expect((await send('POST', '/api/v1/slow', {}, { 'idempotency-key': 'k3' })).json()).toEqual({ runs: 1 });
  });

  it('stays taken when the work was done but its answer could not be kept', async () => {
    let runs = 0;
    const handler = async () => {
      runs++;
      // What seals answers can't seal this one: the work is done all the same.
      return { body: { toJSON: () => BigInt(1) } };
    };
    const send = appOf([route({ ...simple, method: 'POST', path: '/done', body: z.object({}), handler })]);
    expect((await send('POST', '/api/v1/done', {}, { 'idempotency-key': 'k4' })).statusCode).toBe(500);
    expect((await send('POST', '/api/v1/done', {}, { 'idempotency-key': 'k4' })).statusCode).toBe(409);
    expect(runs).toBe(1);
  });

  it('is forgotten after 24 hours', async () => {
    await post('day', 'k5');
    await purgeIdempotency(on.database, on.clock.now() + 86_000_000);
    expect((await kept()).length).toBeGreaterThan(0);
    await purgeIdempotency(on.database, on.clock.now() + 86_401_000);
    expect(await kept()).toEqual([]);
  });
});
