import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** Held while a process uses a data folder. */
export interface Gate {
  /** Says that this process is about to end, so that a start that finds it waits instead of giving up. */
  closing(): void;
  open(): void;
}

const ANSWER_MS = 1_000;
const WAIT_MS = { closing: 40_000, running: 3_000 };

/**
 * Makes this process the only one on `dataFolder`. It is held by listening on a socket in Linux' abstract name space:
 * the kernel gives the name to one, and frees it the moment the holder is gone, however it ended. Fails closed: two
 * programs on one database cluster would each stop the other's PostgreSQL. Waits for a holder that is just ending
 * (40 s), and for three seconds in case one hasn't noticed yet that it shall end.
 */
export async function passGate(dataFolder: string): Promise<Gate> {
  const name = `\0handoff-${token(dataFolder)}`;
  const began = performance.now();
  let state = 'running';
  for (;;) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`${process.pid} ${state}`);
    });
    const held = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(true) : reject(error),
      );
      server.listen(name, () => resolve(false));
    });
    if (!held) {
      server.unref();
      return {
        closing: () => {
          state = 'closing';
        },
        open: () => void server.close(),
      };
    }
    const [pid, its] = (await ask(name)).split(' ');
    const waited = performance.now() - began;
    if (waited > (its === 'closing' ? WAIT_MS.closing : WAIT_MS.running)) {
      const who = pid ? `process ${pid}` : 'another process, which does not answer';
      throw new Error(
        `Handoff is already running on ${dataFolder} (${who}). Stop that one first, or give this one a data folder of its own with HANDOFF_DATA.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function ask(name: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name);
    const end = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setEncoding('utf8').setTimeout(ANSWER_MS, end);
    socket.on('data', (text: string) => {
      answer = (answer + text).slice(0, 100);
    });
    socket.on('end', end).on('error', end);
  });
}

/** A name that nobody else can guess (and so block), and that a copy of the folder doesn't share. */
function token(dataFolder: string): string {
  const file = join(dataFolder, 'instance');
  try {
    writeFileSync(file, randomBytes(16).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const { dev, ino } = lstatSync(dataFolder);
  return createHash('sha256')
    .update(`${readFileSync(file, 'utf8')} ${dev}:${ino}`)
    .digest('hex')
    .slice(0, 32);
}
