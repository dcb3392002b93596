import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Place } from './place.ts';

/** PostgreSQL sees this environment and no other. */
export const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Makes the database cluster if there is none. It is made aside and then renamed, so that a kill leaves no half. */
export async function makeCluster(native: string, place: Place): Promise<void> {
  const fresh = `${place.data}.new`;
  const versionFile = join(place.data, 'PG_VERSION');
  if (!existsSync(versionFile)) {
    const { uid, gid, other } = place.account;
    rmSync(fresh, { recursive: true, force: true });
    const args = ['-D', fresh, '-U', 'handoff', '-E', 'UTF8', '--locale=C', '-A', 'trust', '-k'];
    try {
      await promisify(execFile)(join(native, 'bin/initdb'), args, {
        env: ENVIRONMENT,
        cwd: dirname(place.data),
        timeout: 120_000,
        ...(other ? { uid, gid } : {}),
      });
    } catch (error) {
      const said = String((error as { stderr?: string }).stderr ?? '').trim() || (error as Error).message;
      throw new Error(`PostgreSQL could not make its files in ${place.data}: ${said.slice(0, 500)}`);
    }
    renameSync(fresh, place.data);
  }
  const made = readFileSync(versionFile, 'utf8').trim();
  const have = binaryVersion(native);
  if (have !== null && made !== have) {
    throw new Error(
      `The data in ${place.data} was made by PostgreSQL ${made}, and this Handoff brings PostgreSQL ${have}. Start the Handoff that made it, or move the data with pg_dump.`,
    );
  }
}

/** Major version of the binaries, by the catalogue that initdb loads; null when it can't be told. */
function binaryVersion(native: string): string | null {
  const share = join(native, 'share', 'postgresql');
  if (!existsSync(share)) return null;
  const file = readdirSync(share).find((name) => name === 'postgres.bki');
  return file ? (/^# PostgreSQL (\d+)/.exec(readFileSync(join(share, file), 'utf8').slice(0, 100))?.[1] ?? null) : null;
}

/** Settings of the server. Durability (fsync, full_page_writes, synchronous_commit) stays as it is by default: on. */
export function serverSettings(place: Place): Record<string, string> {
  const megabytes = totalmem() / 1024 / 1024;
  return {
    listen_addresses: '',
    unix_socket_directories: place.socket,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '100',
    shared_buffers: `${Math.round(Math.min(256, Math.max(64, megabytes / 8)))}MB`,
    effective_cache_size: `${Math.round(megabytes / 2)}MB`,
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    wal_compression: 'on',
    wal_buffers: '16MB',
    random_page_cost: '1.1',
    autovacuum_naptime: '10s',
    max_parallel_workers_per_gather: String(availableParallelism() > 2 ? 2 : 0),
    jit: 'off',
    // Statements and their values stay out of the log: they hold people's data.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_line_prefix: '',
  };
}
