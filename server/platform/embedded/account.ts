import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The system user that PostgreSQL runs as. It refuses to run as root, so root picks another. */
export interface Account {
  uid: number;
  gid: number;
  /** For people. */
  name: string;
  /** Whether it is someone else than this process: root gives files away and starts PostgreSQL as that user. */
  other: boolean;
}

const PREFERRED = ['handoff', 'postgres'];

/**
 * The user to run as. An ordinary user runs PostgreSQL as itself. Root takes the owner of the data that is there
 * already, else the system user `handoff` or `postgres`, else makes a system user `handoff`.
 */
export function chooseAccount(existingData: string): Account {
  const uid = process.getuid!();
  if (uid !== 0) return { uid, gid: process.getgid!(), name: nameOf(uid), other: false };
  const owner = lstatSync(existingData, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: nameOf(owner.uid), other: true };
  const found = PREFERRED.map(lookUp).find((account) => account !== null);
  if (found) return found;
  try {
    execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', PREFERRED[0]!], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: 'pipe',
    });
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run as root, and making the system user "handoff" for it failed (${(error as Error).message.split('\n')[0]}). Make that user, start Handoff as an ordinary user, or set DATABASE_URL.`,
    );
  }
  return lookUp(PREFERRED[0]!)!;
}

/** Whether `account` may enter `folder`: every folder from the root down lets it pass. */
export function canEnter(account: Account, folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const s = lstatSync(at, { throwIfNoEntry: false });
    if (s && !s.isSymbolicLink()) {
      const bit = s.uid === account.uid ? 0o100 : s.gid === account.gid ? 0o010 : 0o001;
      if ((s.mode & bit) === 0) return false;
    }
    if (at === dirname(at)) return true;
  }
}

function entries(): string[][] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
}

function lookUp(name: string): Account | null {
  const found = entries().find((fields) => fields[0] === name);
  const uid = Number(found?.[2]);
  return found && uid > 0 ? { uid, gid: Number(found[3]), name, other: true } : null;
}

function nameOf(uid: number): string {
  return entries().find((fields) => fields[2] === String(uid))?.[0] ?? String(uid);
}
