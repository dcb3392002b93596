/** The role api in a thread of its own: what main.ts starts where other roles run beside it. */
import { flushCompileCache } from 'node:module';
import type pg from 'pg';
import { startApi } from './api/index.ts';
import type { Config } from './config.ts';
import { Clock, keepTime } from './platform/clock.ts';
import { createDatabase } from './platform/database/index.ts';
import { createLog } from './platform/log.ts';
import { createSecrets } from './platform/secrets.ts';
import { Signals } from './platform/signals.ts';
import { giveWay, runThread } from './platform/thread.ts';

/** What the thread is given: settings with their secrets filled in, and how to reach the database. */
export interface ApiThreadData {
  config: Config;
  connection: pg.ClientConfig;
}

const POOL = 12;

// Where there is more to do than processors for it, what was taken in goes out before more is taken in: senders wait a
// few milliseconds longer, and queues stay short, which is also less work (a seventh, measured).
giveWay();
const signals = new Signals();
await runThread<ApiThreadData>(signals, async ({ config, connection }) => {
  const log = createLog(config.logLevel);
  const clock = new Clock();
  const database = createDatabase({
    connection,
    max: POOL,
    onIdleError: (error) => log.debug({ error: error.message }, 'an idle database connection broke and is replaced'),
  });
  const time = await keepTime(database, clock, log);
  const api = await startApi({ database, clock, log, signals, secrets: createSecrets(config.secret!), config });
  flushCompileCache();
  return {
    async stop() {
      await api.stop();
      time.stop();
      await database.close();
    },
  };
});
