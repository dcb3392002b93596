import { createKeyCheck, createSessionCheck, createSignIn } from '../accounts/index.ts';
import { createKeyring } from '../connections/index.ts';
import { createDoor, purgeIngest } from '../flow/ingest/index.ts';
import { createRenderPool } from '../flow/rendering/index.ts';
import { insideInspectors, purgeInspectors } from '../inspector/index.ts';
import { createEgress, type EgressProxy } from '../platform/egress/index.ts';
import { messageOf } from '../platform/errors.ts';
import type { Secrets } from '../platform/secrets.ts';
import { createApp } from './app.ts';
import { createRateLimit } from './auth.ts';
import { purgeIdempotency } from './idempotency.ts';
import { inspected } from './inspected.ts';
import { live } from './live.ts';
import type { ApiParts, Route } from './route.ts';
import { routes } from './routes/index.ts';
import { session } from './session.ts';
import { site } from './site.ts';
import { tracking } from './tracking.ts';

/** Every route of /api/v1, for the document and for tests that go through all of them. */
export const apiRoutes: readonly Route[] = routes;

// What is under way has this long to end when the server stops; then its connections are cut.
const STOP_MS = 10_000;
// People save and try webhooks now and then: a renderer process of 100 MB doesn't wait for them all day.
const RENDERER_IDLE_MS = 60_000;
// Webhooks that are tried by hand.
const TRIALS_PER_ORIGIN = 8;

export interface ApiOptions
  extends Omit<
    ApiParts,
    'renderPool' | 'door' | 'signIn' | 'keyring' | 'egress' | 'publicUrl' | 'leaving' | 'secrets'
  > {
  secrets: Secrets;
  config: {
    host: string;
    port: number;
    publicUrl?: string | null;
    trustProxy?: boolean | string | number | string[];
    egressAllow?: string[];
    egressProxy?: EgressProxy | null;
    egressAddresses?: string[];
    forbidden?: { host: string; port: number }[];
  };
}

/** Starts the HTTP server. `address` is where it listens. `stop` takes no more and lets what is under way end (10 s). */
export async function startApi(options: ApiOptions): Promise<{ address: string; stop(): Promise<void> }> {
  const { database, clock, log, signals, secrets, config } = options;
  const renderPool = createRenderPool({ size: 1, log, idleMs: RENDERER_IDLE_MS });
  const publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`;
  const door = createDoor({ database, clock, log, signals });
  const signIn = createSignIn({ database, secret: secrets.derive('sessions'), publicUrl });
  const keyring = createKeyring({ database, sealer: secrets });
  const egress = createEgress({
    clock,
    allow: config.egressAllow ?? [],
    proxy: config.egressProxy ?? null,
    forbidden: config.forbidden ?? [],
    connectionsPerOrigin: TRIALS_PER_ORIGIN,
    inside: insideInspectors({ database, clock, secrets }, () => parts.publicUrl),
  });
  const sessions = createSessionCheck({ database, clock, signIn });
  const ended = signals.on('people', () => sessions.forgetAll());
  const checks = { key: createKeyCheck(database, clock), session: (cookie: string) => sessions.check(cookie) };
  const parts: ApiParts = {
    database,
    clock,
    log,
    signals,
    secrets,
    renderPool,
    door,
    signIn,
    keyring,
    egress,
    publicUrl,
    leaving: {
      addresses: config.egressAddresses ?? [],
      allow: config.egressAllow ?? [],
      proxy: config.egressProxy?.name ?? null,
    },
  };
  const allow = createRateLimit();
  const app = createApp({
    parts,
    routes,
    checks,
    allow,
    publicUrl: config.publicUrl ?? null,
    trustProxy: config.trustProxy ?? false,
  });
  await app.register(site);
  await app.register(session(parts, sessions), { prefix: '/api/session' });
  await app.register(live(parts, checks));
  await app.register(tracking({ door, checks, allow }), { prefix: '/v1' });
  await app.register(inspected(parts), { prefix: '/i' });
  // Fails open: what is purged an hour later costs some room and nothing else.
  const purge = setInterval(() => {
    Promise.all([
      purgeIngest(database, clock.now()),
      purgeIdempotency(database, clock.now()),
      purgeInspectors(database, clock.now()),
    ]).catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'purging old message ids, idempotency keys and inspected requests failed'),
    );
  }, 3_600_000);
  const address = await app.listen({ host: config.host, port: config.port });
  if (!config.publicUrl) parts.publicUrl = address;
  return {
    address,
    async stop() {
      clearInterval(purge);
      ended();
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        app.close(),
        new Promise((resolve) => {
          timer = setTimeout(resolve, STOP_MS);
        }),
      ]);
      clearTimeout(timer);
      app.server.closeAllConnections();
      await renderPool.stop();
      await egress.close();
    },
  };
}
