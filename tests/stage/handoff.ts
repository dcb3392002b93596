import { createApiKey, createWorkspace, ensureFirstRun, SCOPES } from '../../server/accounts/index.ts';
import { startApi } from '../../server/api/index.ts';
import { startDelivery } from '../../server/flow/delivery/index.ts';
import { startEngine } from '../../server/flow/engine/index.ts';
import { type EgressProxy, parseProxy } from '../../server/platform/egress/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { createProcesses } from '../../server/platform/processes.ts';
import { createSecrets } from '../../server/platform/secrets.ts';
import { Signals } from '../../server/platform/signals.ts';
import { ensureDays } from '../../server/schema/index.ts';
import { type Stage, stage } from './database.ts';

/** An answer of the API. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as a client would
  body: any;
}

/** A whole Handoff in this process, on a database of its own. */
export interface Handoff {
  url: string;
  key: string;
  stage: Stage;
  /** Calls /api/v1 with the default workspace's key, or another. */
  api(
    method: string,
    path: string,
    body?: unknown,
    options?: { key?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
  /** Calls the tracking API. */
  track(path: string, body: unknown, key?: string): Promise<Answer>;
  /** Another workspace and a key for it. */
  addWorkspace(name: string): Promise<{ id: string; key: string }>;
  /** Moves the clock forward; waits until every part has seen it. */
  advance(ms: number): Promise<void>;
  /** Waits until `find` gives something other than null, undefined or false; a minute unless told. */
  until<T>(what: string, find: () => Promise<T | null | undefined | false>, ms?: number): Promise<T>;
  stop(): Promise<void>;
}

/** What may be set at its start, as in the settings. */
export interface HandoffOptions {
  /** Address ranges that may be called besides public ones. */
  allow?: string[];
  log?: string;
  publicUrl?: string;
  trustProxy?: number;
  /** As HANDOFF_EGRESS_PROXY. */
  proxy?: string;
  /** As HANDOFF_EGRESS_ADDRESSES. */
  addresses?: string[];
}

/** Starts it. */
export async function startHandoff(options: HandoffOptions = {}): Promise<Handoff> {
  const on = await stage();
  const { database, clock } = on;
  await database.run({ name: 'stage-empty', text: 'DELETE FROM workspaces' });
  const key = 'hk_stage_0123456789abcdef0123456789abcdef';
  const log = createLog(options.log ?? 'fatal');
  const signals = new Signals();
  const secrets = createSecrets('a secret of the stage, 32 characters or more');
  const processes = await createProcesses({ database, clock, log, roles: ['api', 'engine', 'delivery'] });
  const config = {
    host: '127.0.0.1',
    port: 0,
    publicUrl: options.publicUrl ?? (null as string | null),
    trustProxy: options.trustProxy ?? false,
    apiKey: key,
    egressAllow: options.allow ?? ['127.0.0.0/8', '::1/128'],
    egressProxy: (options.proxy ? parseProxy(options.proxy) : null) as EgressProxy | null,
    egressAddresses: options.addresses ?? [],
  };
  const parts = { database, clock, log, signals, secrets, processes, config };
  await ensureFirstRun(parts);
  const delivery = await startDelivery(parts);
  const engine = await startEngine(parts);
  const api = await startApi(parts);
  config.publicUrl ??= api.address;

  const call = async (url: string, method: string, headers: Record<string, string>, body: unknown): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: text === '' ? null : isJson ? JSON.parse(text) : text };
  };
  const until: Handoff['until'] = async (what, find, ms = 60_000) => {
    const end = performance.now() + ms;
    // Looking costs the server work, too: what takes long is looked at less often.
    for (let pause = 20; ; pause = Math.min(100, pause * 1.2)) {
      const found = await find();
      if (found) return found;
      if (performance.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
  return {
    url: api.address,
    key,
    stage: on,
    until,
    api: (method, path, body, extra = {}) =>
      call(
        `${api.address}/api/v1${path}`,
        method,
        { authorization: `Bearer ${extra.key ?? key}`, ...extra.headers },
        body,
      ),
    track: (path, body, own = key) =>
      call(
        `${api.address}/v1/${path}`,
        'POST',
        { authorization: `Basic ${Buffer.from(`${own}:`).toString('base64')}` },
        body,
      ),
    async addWorkspace(name) {
      return database.transaction(async (tx) => {
        const id = await createWorkspace(tx, secrets, name, clock.now());
        const made = await createApiKey(tx, {
          workspaceId: id,
          name: 'stage',
          kind: 'server',
          scopes: SCOPES,
          now: clock.now(),
        });
        return { id, key: made.key };
      });
    },
    async advance(ms) {
      const target = clock.now() + ms;
      await database.run({ name: 'stage-advance', text: 'UPDATE clock SET offset_ms = offset_ms + $1::int8' }, [ms]);
      // Work that looks at the database learns of it then.
      signals.raise('inbox');
      await until('the clock to be seen', async () => clock.now() >= target);
      await ensureDays((work) => database.transaction(work), clock.now());
      signals.raise('inbox');
      signals.raise('lane_queue');
    },
    async stop() {
      await api.stop();
      await engine.stop();
      await delivery.stop();
      await processes.stop();
      await on.close();
    },
  };
}
