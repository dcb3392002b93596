import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/index.ts';
import type { EgressProxy } from '../../platform/egress/index.ts';
import type { Log } from '../../platform/log.ts';
import type { Signals } from '../../platform/signals.ts';
import type { Peers } from './lanes.ts';

/** What delivery needs. */
export interface DeliveryParts {
  database: Database;
  clock: Clock;
  log: Log;
  signals: Signals;
  secrets: { seal(plain: string): Buffer; open(sealed: Buffer): string };
  processes: Peers & { valid(): boolean; onLost(listener: () => void): void; definitionsVersion(): number };
  config: {
    publicUrl?: string | null;
    egressAllow: string[];
    egressProxy?: EgressProxy | null;
    forbidden?: { host: string; port: number }[];
  };
  /** Chance for jitter, in [0, 1); Math.random unless a test sets it. */
  random?: () => number;
}
