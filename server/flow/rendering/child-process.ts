import { type ChildProcess, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson } from '../../platform/json.ts';
import { type Frame, frameReader } from './frames.ts';
import type { Answer } from './protocol.ts';

const CHILD = realpathSync(fileURLToPath(new URL('./child.ts', import.meta.url)));
const ROOT = realpathSync(fileURLToPath(new URL('../../..', import.meta.url)));
/** What the child may read: its program. Not the data folder, which may stand beside it. */
const READABLE = ['server/*', 'shared/*', 'node_modules/*', 'package.json'];
/** All of its environment: one arena, and large blocks go back to the system, so that it stays small. */
const ALLOCATION = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072' };
/** Most time until a new child says that it is ready. */
const START_MS = 20_000;

export interface ChildEvents {
  ready(): void;
  answer(head: Answer, blobs: Buffer): void;
  /** Called once, however it ended. */
  gone(why: string): void;
}

/** A renderer process, seen from the server. */
export class Renderer {
  readonly #process: ChildProcess;
  readonly #events: ChildEvents;
  readonly #starting: NodeJS.Timeout;
  #gone = false;

  constructor(heapMb: number, events: ChildEvents) {
    this.#events = events;
    const args = [
      '--permission',
      ...READABLE.map((path) => `--allow-fs-read=${join(ROOT, path)}`),
      '--disallow-code-generation-from-strings',
      '--disable-proto=delete',
      '--no-warnings',
      `--max-old-space-size=${heapMb}`,
      '--max-semi-space-size=4', // a small process: contexts live as long as a batch
      '--liftoff-only', // what strips the types is WebAssembly that runs once: compiling it well costs 13 MB
      CHILD,
    ];
    this.#process = spawn(process.execPath, args, { env: ALLOCATION, cwd: ROOT, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#starting = setTimeout(() => this.kill('did not start'), START_MS);
    const read = frameReader(parseJson, (frame) => this.#frame(frame));
    this.#process.stdout!.on('data', (chunk: Buffer) => {
      try {
        if (!this.#gone) read(chunk);
      } catch {
        this.kill('wrote what is no frame');
      }
    });
    this.#process.stdin!.on('error', () => this.kill('closed its input'));
    this.#process.on('error', (error) => this.#end(error.message));
    this.#process.on('exit', (code, signal) => this.#end(`ended with ${signal ?? `code ${code}`}`));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  send(frame: Buffer): void {
    this.#process.stdin!.write(frame);
  }

  /** Kills it; `gone` is called at once, later answers are ignored. */
  kill(why: string): void {
    this.#process.kill('SIGKILL');
    this.#end(why);
  }

  /** Resolves when the process has ended. */
  ended(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null || !this.#process.pid) {
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#process.once('exit', () => resolve()));
  }

  #frame({ head, blobs }: Frame): void {
    const answer = head as Answer;
    if (answer.kind === 'ready') {
      clearTimeout(this.#starting);
      this.#events.ready();
    } else {
      this.#events.answer(answer, blobs);
    }
  }

  #end(why: string): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#starting);
    this.#events.gone(why);
  }
}
