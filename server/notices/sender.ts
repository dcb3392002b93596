import { createKeyring } from '../connections/index.ts';
import { insideInspectors } from '../inspector/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import { createEgress, type EgressProxy } from '../platform/egress/index.ts';
import { messageOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { startLoop } from '../platform/loop.ts';
import type { Signals } from '../platform/signals.ts';
import { purgeNotices } from './purge.ts';
import { dropOrphanWords, sendNotices } from './send.ts';

export interface NoticeParts {
  database: Database;
  clock: Clock;
  log: Log;
  signals: Signals;
  processes: { definitionsVersion(): number };
  secrets: { seal(plain: string): Buffer; open(sealed: Buffer): string };
  config: {
    publicUrl?: string | null;
    egressAllow: string[];
    egressProxy?: EgressProxy | null;
    forbidden?: { host: string; port: number }[];
  };
}

const LOOK_MS = 1_000;
const PURGE_MS = 600_000;

/**
 * Sends notices to where workspaces want them, and forgets old ones. Every delivery process does; a row that is being sent
 * is its sender's for half a minute. It has a door of its own to the outside, so that no lane waits for it.
 */
export function startNotices(parts: NoticeParts): { stop(): Promise<void> } {
  const { database, clock, log, signals, config, processes } = parts;
  const egress = createEgress({
    clock,
    allow: config.egressAllow,
    proxy: config.egressProxy ?? null,
    forbidden: config.forbidden ?? [],
    connectionsPerOrigin: 4,
    inside: insideInspectors(parts, () => config.publicUrl ?? null),
  });
  const keyring = createKeyring({ database, sealer: parts.secrets });
  const definitionsVersion = () => processes.definitionsVersion();
  let purgedAt = Number.NEGATIVE_INFINITY;
  const loop = startLoop({
    signals,
    work: async () => {
      if (performance.now() - purgedAt > PURGE_MS) {
        purgedAt = performance.now();
        await purgeNotices(database, clock.now());
        await dropOrphanWords(database);
      }
      return (await sendNotices({
        database,
        clock,
        log,
        egress,
        keyring,
        publicUrl: config.publicUrl ?? '',
        definitionsVersion,
      })) > 0
        ? 0
        : LOOK_MS;
    },
    failed: (error) => {
      log.warn({ error: messageOf(error) }, 'notices could not be sent and are tried again');
      return LOOK_MS;
    },
  });
  return {
    async stop() {
      await loop.stop();
      await egress.close();
    },
  };
}
