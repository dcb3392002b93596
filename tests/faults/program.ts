import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'bin', 'handoff.mjs');

/** A server process that can be killed and started again on the same port; `roles` (comma-separated) are all by default. */
export class Program {
  readonly url: string;
  readonly roles: string;
  readonly #env: Record<string, string>;
  #child: ChildProcess | null = null;
  #startedAt = 0;
  #endedAt = 0;
  output = '';

  constructor(port: number, env: Record<string, string>, roles = 'api,engine,delivery') {
    this.url = `http://127.0.0.1:${port}`;
    this.roles = roles;
    this.#env = { PATH: '/usr/bin:/bin', PORT: String(port), HANDOFF_EGRESS_ALLOW: '127.0.0.0/8', ...env };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether it was started and has not ended, by a signal or by itself. */
  get runs(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** How long its last run was, ms, from its start to its end or to now. */
  get ranMs(): number {
    return (this.runs ? performance.now() : this.#endedAt) - this.#startedAt;
  }

  /** Starts it and waits until it serves, or, without the role api, until it says that it runs. */
  async start(): Promise<void> {
    const args = [program, '--roles', this.roles];
    const child = spawn(process.execPath, args, { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#startedAt = performance.now();
    child.once('exit', () => {
      this.#endedAt = performance.now();
    });
    this.output = '';
    let announced = false;
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      keep(chunk);
      announced ||= chunk.includes('Handoff runs');
    });
    child.stderr.on('data', keep);
    const serves = this.roles.includes('api');
    const end = performance.now() + 60_000;
    while (performance.now() < end) {
      if (!this.runs) throw new Error(`the server ended at its start: ${this.output}`);
      const ready = serves
        ? await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(5_000) })
            .then((r) => r.ok)
            .catch(() => false)
        : announced;
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server was not ready in a minute: ${this.output}`);
  }

  /** Sends a signal and lets it run on. */
  signal(signal: NodeJS.Signals): void {
    if (this.runs) this.#child!.kill(signal);
  }

  /** Sends a signal and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || !this.runs) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
