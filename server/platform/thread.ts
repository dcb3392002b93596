import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { messageOf } from './errors.ts';
import type { Carrier, Signals } from './signals.ts';

/** What runs in a thread. */
export interface Running {
  stop(): Promise<void>;
}

/** What the two sides tell one another. */
type Message = { raised: string[] } | { stop: true } | { ready: true } | { failed: { message: string; code?: string } };

export interface ThreadOptions {
  /** The module that calls `runThread`. */
  file: URL;
  /** What is copied and given to it. */
  data: unknown;
  /** What is raised on one side is raised on the other. */
  signals: Signals;
  /** Called when it ended though nobody had stopped it: by an error that nobody expected, or without memory. */
  broken(error: Error): void;
}

/**
 * Starts a thread, and returns when what runs there is ready. Throws what its start threw, with message and code. `stop`
 * returns when it has ended.
 */
export async function startThread({ file, data, signals, broken }: ThreadOptions): Promise<Running> {
  const thread = new Worker(file, { workerData: data });
  const carrier = carryTo((message) => thread.postMessage(message));
  const off = signals.carry(carrier);
  let expected = false;
  let failure = new Error('a thread ended by itself');
  thread.once('error', (error: Error) => {
    failure = error;
  });
  const ended = new Promise<void>((resolve) => {
    thread.once('exit', () => {
      off();
      if (!expected) broken(failure);
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    thread.on('message', (message: Message) => {
      if ('raised' in message) for (const name of message.raised) signals.raise(name, carrier);
      else if ('ready' in message) resolve();
      else if ('failed' in message) {
        expected = true;
        void thread.terminate();
        reject(Object.assign(new Error(message.failed.message), { code: message.failed.code }));
      }
    });
    void ended.then(() => reject(failure));
  });
  return {
    async stop() {
      expected = true;
      thread.postMessage({ stop: true } satisfies Message);
      await ended;
    },
  };
}

/** Within a thread: starts what runs there, with the data that `startThread` was given, and stops it when told to. */
export async function runThread<Data>(signals: Signals, start: (data: Data) => Promise<Running>): Promise<void> {
  const port = parentPort!;
  const tell = (message: Message) => port.postMessage(message);
  const carrier = carryTo(tell);
  signals.carry(carrier);
  let running: Running | null = null;
  port.on('message', async (message: Message) => {
    if ('raised' in message) for (const name of message.raised) signals.raise(name, carrier);
    else if ('stop' in message) {
      await running?.stop();
      process.exit();
    }
  });
  try {
    running = await start(workerData as Data);
    tell({ ready: true });
  } catch (error) {
    tell({ failed: { message: messageOf(error), code: (error as { code?: string }).code } });
  }
}

/**
 * Has this thread give way to others where there is more to do than processors for it (10 of `nice`; children that it
 * starts have it too). Fails open: where a thread has no priority of its own, as on systems other than Linux, it keeps
 * that of the process.
 */
export function giveWay(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), 10);
  } catch {
    // Nothing depends on it but how fast things are.
  }
}

/** Sends what is raised in the same round of the event loop together. */
function carryTo(send: (message: Message) => void): Carrier {
  const names = new Set<string>();
  return (name) => {
    if (names.size === 0)
      setImmediate(() => {
        send({ raised: [...names] });
        names.clear();
      });
    names.add(name);
  };
}
