import type { Clock } from '../../platform/clock.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';
import type { Signals } from '../../platform/signals.ts';
import type { Fresh } from '../delivery/index.ts';

/** What the engine needs. */
export interface EngineParts {
  database: Database;
  clock: Clock;
  log: Log;
  signals: Signals;
  processes: { alive(role: 'engine'): number };
  /** Where delivery runs in the same process: what it then needn't read. */
  fresh?: Fresh | undefined;
}
