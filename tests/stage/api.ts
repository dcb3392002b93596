import { expect } from 'vitest';
import { createApiKey, createKeyCheck, SCOPES, type Scope } from '../../server/accounts/index.ts';
import { createApp } from '../../server/api/app.ts';
import { createRateLimit } from '../../server/api/auth.ts';
import { startApi } from '../../server/api/index.ts';
import type { Route } from '../../server/api/route.ts';
import { createRenderPool } from '../../server/flow/rendering/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { createSecrets } from '../../server/platform/secrets.ts';
import { Signals } from '../../server/platform/signals.ts';
import { stage } from './database.ts';
import { routeParts } from './route-parts.ts';

/** What routes of a test have in common. */
export const simple = {
  scope: 'read',
  tag: 'Test',
  summary: 'A test',
  answers: { 200: { description: 'It' } },
} as const;

/** The API alone on a database of its own: served, and as an application of any routes, called without a socket. */
export async function apiStage() {
  const on = await stage();
  const log = createLog('silent');
  const secrets = createSecrets('a secret of these tests, of 32 characters');
  const start = () =>
    startApi({
      database: on.database,
      clock: on.clock,
      log,
      signals: new Signals(),
      secrets,
      config: { host: '127.0.0.1', port: 0 },
    });
  const newKey = async (scopes: readonly Scope[]): Promise<string> => {
    const made = { workspaceId: on.workspace, name: 'test', kind: 'server', scopes, now: on.clock.now() } as const;
    return (await createApiKey(on.database, made)).key;
  };
  const key = await newKey(SCOPES);
  const api = await start();
  return {
    on,
    key,
    newKey,
    start,
    /** Calls over HTTP. An answer that isn't 2xx must be a problem. */
    async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(`${api.address}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
      const parsed = text === '' ? null : (JSON.parse(text) as any);
      return { status: response.status, headers: response.headers, text, body: parsed };
    },
    /** An application of these routes, called without a socket. */
    appOf(routes: readonly Route[], database = on.database, allow = createRateLimit()) {
      const { clock } = on;
      const renderPool = createRenderPool({ log, idleMs: 1_000 }); // nothing here renders, so no process starts
      const parts = {
        database,
        clock,
        log,
        signals: new Signals(),
        secrets,
        renderPool,
        ...routeParts(database, clock),
      };
      const checks = { key: createKeyCheck(database, clock), session: async () => null };
      const app = createApp({ parts, routes, checks, allow, publicUrl: null, trustProxy: false });
      return (method: string, url: string, payload?: object, headers: Record<string, string> = {}) =>
        app.inject({
          method: method as 'GET',
          url,
          headers: { authorization: `Bearer ${key}`, ...headers },
          ...(payload && { payload }),
        });
    },
    async close() {
      await api.stop();
      await on.close();
    },
  };
}
