import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

// SQLSTATE 57P0x: the server shuts down or starts up; 08: the connection is lost; 53300: no connection is left.
const GONE = /^(57P0[1-5]|08|53300)/;
const SOCKET = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENOTFOUND']);
const SAID = /terminat|timeout|connection/i;

/** Whether an error says that the database can't be reached just now, rather than that it refuses a statement. */
export function isOutage(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return GONE.test(code) || SOCKET.has(code);
  // What node-postgres throws of its own has no code.
  return SAID.test(messageOf(error));
}

/**
 * Tells the log once that something can't be done while the database is away, and once that it goes on again, however
 * often it was tried meanwhile. Any other error is told each time.
 */
export class Outage {
  readonly #log: Log;
  readonly #monotonic: () => number;
  #since: number | null = null;
  #tries = 0;

  /** `monotonic` in ms. */
  constructor(log: Log, monotonic: () => number = () => performance.now()) {
    this.#log = log;
    this.#monotonic = monotonic;
  }

  /** Takes an error; `what` failed and is repeated. */
  failed(error: unknown, what: string): void {
    if (!isOutage(error)) {
      this.#log.error({ error: messageOf(error) }, `${what} failed and is repeated`);
      return;
    }
    this.#tries++;
    if (this.#since !== null) return;
    this.#since = this.#monotonic();
    this.#log.warn({ error: messageOf(error) }, `the database is away: ${what} is repeated until it is back`);
  }

  /** It worked. */
  worked(): void {
    if (this.#since === null) return;
    const seconds = Math.round((this.#monotonic() - this.#since) / 100) / 10;
    this.#log.info({ seconds, tries: this.#tries }, 'the database is back');
    this.#since = null;
    this.#tries = 0;
  }
}
