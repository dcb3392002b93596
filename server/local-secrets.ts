import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Writes a text that its owner alone may read (0600) into a file of a folder, whole or not at all; returns its path. */
export function privateFile(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  const fresh = `${file}.new-${process.pid}`;
  rmSync(fresh, { force: true });
  const fd = openSync(fresh, 'wx', 0o600);
  writeSync(fd, `${text}\n`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(fresh, file);
  return file;
}

/**
 * The secret kept in a file of the data folder that its owner alone can read (0600); made, at random, if there is none.
 * It is written aside, flushed and then linked, so that a kill leaves a whole secret or none. Fails closed: an empty
 * file is refused, since another secret than before could not open what is stored.
 */
export function localSecret(folder: string, name: string, prefix = ''): { value: string; file: string } {
  const file = join(folder, name);
  if (!existsSync(file)) {
    const fresh = `${file}.new-${process.pid}`;
    rmSync(fresh, { force: true });
    const fd = openSync(fresh, 'wx', 0o600);
    writeSync(fd, `${prefix}${randomBytes(32).toString('base64url')}\n`);
    fsyncSync(fd);
    closeSync(fd);
    try {
      linkSync(fresh, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // else another start was faster
    } finally {
      rmSync(fresh, { force: true });
    }
  }
  const value = readFileSync(file, 'utf8').trim();
  if (value === '')
    throw new Error(`${file} is empty. Bring it back from a backup, or remove it to have a new one made.`);
  return { value, file };
}
