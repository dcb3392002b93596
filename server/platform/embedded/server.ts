import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import type { Log } from '../log.ts';
import { ENVIRONMENT } from './cluster.ts';
import type { Place } from './place.ts';
import { clearPlace, stopPostmaster } from './postmaster.ts';

const READY_MS = 120_000;
const BACKOFF_MS = { first: 100, most: 5_000 };
// A start that never succeeds for this long ends the program, whose supervisor then knows.
const GIVE_UP_MS = 300_000;
const STEADY_MS = 60_000;
const QUIET_MS = 30_000;

/** Keeps one PostgreSQL running on its place, until stopped. */
export class Server {
  readonly #native: string;
  readonly #place: Place;
  readonly #settings: Record<string, string>;
  readonly #log: Log;
  readonly #gone: (error: Error) => void;
  #child: ChildProcess | null = null;
  #said = '';
  #stopping = false;
  #ready = false;
  #loggedAt = Number.NEGATIVE_INFINITY;

  /** `gone` is called when it died and couldn't be started again for five minutes. */
  constructor(native: string, place: Place, settings: Record<string, string>, log: Log, gone: (error: Error) => void) {
    this.#native = native;
    this.#place = place;
    this.#settings = settings;
    this.#log = log;
    this.#gone = gone;
  }

  /** Starts it, and returns when it takes connections. */
  async start(): Promise<void> {
    await clearPlace(this.#place);
    const { data, account } = this.#place;
    const args = ['-D', data, ...Object.entries(this.#settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const child = spawn(join(this.#native, 'bin/postgres'), args, {
      env: ENVIRONMENT,
      cwd: data,
      // Its own process group: Ctrl-C in the terminal is for us, who then stop it in order.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(account.other ? { uid: account.uid, gid: account.gid } : {}),
    });
    this.#child = child;
    this.#said = '';
    this.#ready = false;
    child.stderr!.setEncoding('utf8').on('data', (text: string) => this.#hear(text));
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with code ${code}`));
    });
    const dead = ended.then((how) => {
      throw new Error(`PostgreSQL did not start on ${data}: ${how}. ${this.#said.trim().slice(-1000)}`);
    });
    await Promise.race([this.#connects(), dead]).catch(async (error) => {
      if (child.pid !== undefined) await stopPostmaster(child.pid, this.#place);
      throw error;
    });
    dead.catch(() => {});
    this.#ready = true;
    const readyAt = performance.now();
    void ended.then((how) => this.#restart(how, performance.now() - readyAt));
  }

  /** Stops it: fast, bounded, then at once. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      await stopPostmaster(child.pid, this.#place);
    }
  }

  /** For the last moment of a program that ends without `stop`: asks it to stop and waits for nothing. */
  signalStop(): void {
    this.#stopping = true;
    this.#child?.kill('SIGINT');
  }

  async #connects(): Promise<void> {
    const until = performance.now() + READY_MS;
    for (;;) {
      const client = new pg.Client({
        ...connectionOf(this.#place),
        database: 'postgres',
        connectionTimeoutMillis: 5_000,
      });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.query('SELECT 1');
        return;
      } catch (error) {
        if (performance.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 25));
      } finally {
        await client.end().catch(() => {});
      }
    }
  }

  async #restart(how: string, ranMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#warn({ how }, 'PostgreSQL ended by itself and is started again');
    const until = performance.now() + GIVE_UP_MS;
    for (let wait = ranMs > STEADY_MS ? 0 : BACKOFF_MS.first; ; wait = Math.min(BACKOFF_MS.most, wait * 2 + 100)) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      if (this.#stopping) return;
      try {
        await this.start();
        this.#log.info('PostgreSQL runs again');
        return;
      } catch (error) {
        if (this.#stopping) return;
        this.#warn({ error: (error as Error).message }, 'PostgreSQL could not be started again yet');
        if (performance.now() > until) return this.#gone(error as Error);
      }
    }
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-4_000);
    // While it starts or stops, the connections it refuses or ends are no news.
    if (this.#ready && !this.#stopping && /^(FATAL|PANIC):/m.test(text))
      this.#warn({ said: text.trim().slice(0, 500) }, 'PostgreSQL says');
    else this.#log.debug({ said: text.trim().slice(0, 500) }, 'PostgreSQL says');
  }

  /** At most one warning in 30 seconds; what comes between is there with the level debug. */
  #warn(fields: object, message: string): void {
    const quiet = performance.now() - this.#loggedAt < QUIET_MS;
    if (!quiet) this.#loggedAt = performance.now();
    this.#log[quiet ? 'debug' : 'warn'](fields, message);
  }
}

/** How to reach it: a socket that only its user and root can reach, so it asks for no password. */
export function connectionOf(place: Place): pg.ClientConfig {
  return { host: place.socket, port: 5432, user: 'handoff', database: 'handoff', password: '', ssl: false };
}
