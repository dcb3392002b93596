import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'bin', 'handoff.mjs');

/** A server process that can be killed and started again on the same port. */
export class Program {
  readonly url: string;
  readonly #env: Record<string, string>;
  #child: ChildProcess | null = null;
  output = '';

  constructor(port: number, env: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#env = { PATH: '/usr/bin:/bin', PORT: String(port), HANDOFF_EGRESS_ALLOW: '127.0.0.0/8', ...env };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it serves. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [program], { env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const keep = (chunk: Buffer) => {
      this.output = (this.output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const end = performance.now() + 60_000;
    while (performance.now() < end) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the server ended at its start: ${this.output}`);
      const ready = await fetch(`${this.url}/readyz`)
        .then((r) => r.ok)
        .catch(() => false);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server was not ready in a minute: ${this.output}`);
  }

  /** Sends a signal and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
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
