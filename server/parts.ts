import type { Config } from './config.ts';
import type { Clock } from './platform/clock.ts';
import type { Database } from './platform/database/index.ts';
import type { Log } from './platform/log.ts';
import type { Processes } from './platform/processes.ts';
import type { Secrets } from './platform/secrets.ts';
import type { Signals } from './platform/signals.ts';

/** What main.ts gives to each role. Rooms name the few of them that they need in an interface of their own. */
export interface Parts {
  database: Database;
  clock: Clock;
  log: Log;
  signals: Signals;
  secrets: Secrets;
  processes: Processes;
  config: Config;
}
