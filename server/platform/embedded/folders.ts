import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import type { Account } from './account.ts';

/** Makes a folder (and what is missing above it) with exactly this mode; gives it to `account` if one is named. */
export function makeFolder(path: string, mode: number, account?: Account): void {
  if (lstatSync(path, { throwIfNoEntry: false })) return;
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  if (account?.other) chownSync(path, account.uid, account.gid);
}

/**
 * A folder that `account` alone can enter: made, or checked if it exists. Fails closed: a link, another owner or an
 * open mode is refused, because PostgreSQL trusts whoever reaches its socket.
 */
export function privateFolder(path: string, account: Account): string {
  makeFolder(path, 0o700, account);
  const s = lstatSync(path);
  if (!s.isDirectory() || s.uid !== account.uid) {
    throw new Error(
      `${path} should be a folder of the user ${account.name}, and is not. Start Handoff as the user it belongs to, or remove it if it is not Handoff's.`,
    );
  }
  if ((s.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}
