import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, canEnter, chooseAccount } from './account.ts';
import { SHARED_FOLDER } from './binaries.ts';
import { makeFolder, privateFolder } from './folders.ts';

/** Where one embedded PostgreSQL lives. */
export interface Place {
  account: Account;
  /** Its database cluster. */
  data: string;
  /** Folder of its socket, which its user and root alone can enter. */
  socket: string;
}

const NOTE = 'postgres-is-elsewhere.txt';
const BELONGS = 'belongs-to';
// sun_path holds 108 bytes with its NUL; the socket's name takes 15 of them with the slash.
const LONGEST_SOCKET_FOLDER = 107 - '/.s.PGSQL.5432.lock'.length;

/**
 * Decides where PostgreSQL lives for `dataFolder` (absolute, real): in its `postgres` folder, or, when root starts it
 * and the folder can't be entered by PostgreSQL's user, under /var/lib/handoff, with a note left in the data folder.
 */
export function choosePlace(dataFolder: string): Place {
  const inside = join(dataFolder, 'postgres');
  const note = join(dataFolder, NOTE);
  const noted = readNote(note);
  const account = chooseAccount(noted ?? inside);
  let home = noted ?? inside;
  if (noted) {
    if (process.getuid!() !== 0) {
      throw new Error(`The database of ${dataFolder} is in ${noted} and was made by root: start Handoff as root.`);
    }
    checkOwner(noted, dataFolder, note);
  } else if (account.other && !canEnter(account, dataFolder)) {
    if (existsSync(inside)) {
      throw new Error(
        `The user ${account.name}, as whom PostgreSQL runs, can no longer enter ${dataFolder}, where its data is. Give the folders above it the x permission for everyone (chmod o+x), or set HANDOFF_DATA to where you moved it.`,
      );
    }
    makeFolder(SHARED_FOLDER, 0o755);
    // A name of its own, not one made from the path: a new clone in an old one's place begins with an empty database.
    home = privateFolder(join(SHARED_FOLDER, randomBytes(8).toString('hex')), account);
    writeFileSync(join(home, BELONGS), identity(dataFolder));
    writeFileSync(
      note,
      `The user ${account.name}, as whom PostgreSQL runs, cannot enter this folder. Its data is therefore in\n${home}\n`,
    );
  }
  privateFolder(home, account);
  return { account, data: join(home, 'data'), socket: socketFolder(home, account) };
}

function socketFolder(home: string, account: Account): string {
  const inside = join(home, 'socket');
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_FOLDER) return privateFolder(inside, account);
  const short = `handoff-${account.uid}-${hash(home)}`;
  const temporary = Buffer.byteLength(join(tmpdir(), short)) <= LONGEST_SOCKET_FOLDER ? tmpdir() : '/tmp';
  return privateFolder(join(temporary, short), account);
}

/** The folder named in the note, if there is one. */
function readNote(note: string): string | null {
  return existsSync(note) ? readFileSync(note, 'utf8').split('\n')[1]?.trim() || null : null;
}

/** Fails closed: two data folders (one copied from the other) must never write to one database. */
function checkOwner(home: string, dataFolder: string, note: string): void {
  const file = join(home, BELONGS);
  if (!existsSync(file)) {
    if (!existsSync(home)) {
      rmSync(note);
      throw new Error(
        `The database of ${dataFolder} was in ${home}, which is gone. Bring it back, or start again to begin with an empty one.`,
      );
    }
    writeFileSync(file, identity(dataFolder));
    return;
  }
  if (readFileSync(file, 'utf8') === identity(dataFolder)) return;
  throw new Error(
    `${note} says that the database is in ${home}, but that belongs to another data folder. If ${dataFolder} is a copy, remove ${note} to begin with an empty database; if it was moved from another disk, remove ${file}.`,
  );
}

function identity(folder: string): string {
  // The device's number is left out: it may change when the machine starts anew.
  return `${lstatSync(folder).ino}\n`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
