import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startPooler } from '../stage/pooler.ts';

const project = join(import.meta.dirname, '..', '..');
const running = new Set<ChildProcess>();
let base: string;

interface Program {
  child: ChildProcess;
  out(): string;
  /** Milliseconds from start to the printed address. */
  readyMs: number;
}

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'handoff-start-'));
  chmodSync(base, 0o711);
});
afterEach(async () => {
  for (const child of running) await terminate(child);
});
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

test('from nothing to an event in one command; again after SIGTERM, and after kills of every part', async () => {
  const data = join(base, 'data');
  const settings = { HANDOFF_DATA: data, PORT: String(await freePort()) };

  const first = await start(settings);
  expect(first.readyMs).toBeLessThan(60_000 * busy());
  const key = readFileSync(join(data, 'api-key'), 'utf8').trim();
  expect(first.out()).not.toContain(key);
  for (const name of ['api-key', 'secret']) expect(statSync(join(data, name)).mode & 0o777).toBe(0o600);
  expect(await runPrintedLine(first)).toBe('200');
  expect(await durability(data)).toEqual(['on', 'on', 'on', 'UTF8', 'C', '']);

  const second = await attempt(settings);
  expect(second.code).toBe(1);
  expect(second.err).toContain(`already running on ${data} (process ${first.child.pid})`);

  expect(await terminate(first.child)).toBe(0);
  expect(() => postmaster(data)).toThrow('ENOENT');

  const third = await start(settings);
  // Asked are five seconds, on a machine with nothing else to do: the rest is for one that has.
  expect(third.readyMs).toBeLessThan(20_000 * busy());
  expect(readFileSync(join(data, 'api-key'), 'utf8').trim()).toBe(key);

  // PostgreSQL alone: it is started again, and the program goes on.
  const before = postmaster(data);
  process.kill(before, 'SIGKILL');
  await eventually(async () => expect(postmaster(data)).not.toBe(before));
  await eventually(async () => expect(await runPrintedLine(third)).toBe('200'));

  // The program alone: its PostgreSQL is left behind, and doesn't stand in the way.
  await kill(third.child);
  const orphan = postmaster(data);
  process.kill(orphan, 0);
  const fourth = await start(settings);
  expect(postmaster(data)).not.toBe(orphan);
  expect(await runPrintedLine(fourth)).toBe('200');

  // Everything.
  process.kill(postmaster(data), 'SIGKILL');
  await kill(fourth.child);
  const fifth = await start(settings);
  expect(await runPrintedLine(fifth)).toBe('200');
  expect(await terminate(fifth.child)).toBe(0);
});

test('a path too long for a socket', async () => {
  const data = join(base, 'long'.repeat(30), 'data');
  const program = await start({ HANDOFF_DATA: data, PORT: String(await freePort()) });
  expect(await runPrintedLine(program)).toBe('200');
  const socket = readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[4]!;
  expect(statSync(socket).mode & 0o777).toBe(0o700);
  await terminate(program.child);
  rmSync(socket, { recursive: true });
});

test('a setting that makes no sense stops the start with a sentence; help lists the settings', async () => {
  const wrong = await attempt({ PORT: 'four thousand' });
  expect([wrong.code, wrong.err]).toEqual([1, 'PORT is "four thousand"; it must be a number from 1 to 65535.\n']);
  const gone = await attempt({ DATABASE_URL: 'postgres://x@127.0.0.1:5432/x' });
  expect([gone.code, gone.err]).toEqual([1, expect.stringContaining('HANDOFF_SECRET must be set')]);
  const help = await attempt({}, ['--help']);
  expect([help.code, help.out]).toEqual([0, expect.stringContaining('HANDOFF_EGRESS_ALLOW')]);
});

test('behind a pooler in transaction mode the start is refused with a sentence, before anything is written', async () => {
  const host = process.env.HANDOFF_TEST_POSTGRES!;
  const admin = new pg.Client({ host, user: 'handoff', database: 'postgres' });
  await admin.connect();
  await admin.query('CREATE DATABASE pooled');
  await admin.end();
  const refusal = async (refuses: string | null) => {
    const pooler = await startPooler(join(host, '.s.PGSQL.5432'), refuses);
    const { code, err } = await attempt({
      DATABASE_URL: `postgres://handoff@127.0.0.1:${pooler.port}/pooled`,
      HANDOFF_SECRET: 'a secret of this test, 32 characters or more',
      PORT: String(await freePort()),
    });
    await pooler.close();
    return [code, err];
  };
  expect(await refusal(null)).toEqual([1, expect.stringContaining('goes through a pooler in transaction mode')]);
  expect(await refusal('options')).toEqual([1, expect.stringContaining('a pooler that refuses session settings')]);
  const looking = new pg.Client({ host, user: 'handoff', database: 'pooled' });
  await looking.connect();
  expect((await looking.query("SELECT relname FROM pg_class WHERE relname = 'migrations'")).rows).toEqual([]);
  await looking.end();
});

test('it stops when the process that started it is killed, and the next start waits for that', async () => {
  const data = join(base, 'follow');
  const settings = { HANDOFF_DATA: data, PORT: String(await freePort()), HANDOFF_FOLLOW_PARENT: '1' };
  const node = JSON.stringify(process.execPath);
  const launcher = `require('child_process').spawn(${node}, ['bin/handoff.mjs'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
  const first = await start(settings, [process.execPath, '-e', launcher]);
  await kill(first.child);
  const second = await start(settings);
  expect(await runPrintedLine(second)).toBe('200');
});

/** How many times as long as on a machine that isn't overloaded things may take now. */
const busy = () => Math.max(1, loadavg()[0]! / (2 * availableParallelism()));

async function start(
  settings: Record<string, string>,
  command = [process.execPath, 'bin/handoff.mjs'],
): Promise<Program> {
  const began = performance.now();
  const child = spawn(command[0]!, command.slice(1), { cwd: project, env: environment(settings) });
  running.add(child);
  let out = '';
  let err = '';
  child.stderr!.on('data', (text) => {
    err = (err + text).slice(-5_000);
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', (text) => {
      out += text;
      if (out.includes('curl ')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready: ${err}`)));
  });
  return { child, out: () => out, readyMs: performance.now() - began };
}

async function attempt(settings: Record<string, string>, args: string[] = []) {
  const child = spawn(process.execPath, ['bin/handoff.mjs', ...args], { cwd: project, env: environment(settings) });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  return { code: code as number, out, err };
}

function environment(settings: Record<string, string>): Record<string, string> {
  return { PATH: '/usr/bin:/bin', HANDOFF_LOG: 'error', ...settings };
}

/** Runs the printed curl line as a person would, and returns the status; '000' when nothing answers. */
async function runPrintedLine(program: Program): Promise<string> {
  const line = program
    .out()
    .split('\n')
    .find((text) => text.includes('curl '))!;
  const { stdout } = await promisify(execFile)('sh', ['-c', `${line} -s -m 30 -o /dev/null -w '%{http_code}' || true`]);
  return stdout;
}

async function durability(data: string): Promise<string[]> {
  const client = new pg.Client({ host: join(data, 'postgres/socket'), user: 'handoff', database: 'handoff' });
  await client.connect();
  const names = [
    'fsync',
    'full_page_writes',
    'synchronous_commit',
    'server_encoding',
    'lc_messages',
    'listen_addresses',
  ];
  const { rows } = await client.query(
    'SELECT current_setting(name) AS value FROM unnest($1::text[]) WITH ORDINALITY n(name, i) ORDER BY i',
    [names],
  );
  await client.end();
  return rows.map((row) => row.value as string);
}

function postmaster(data: string): number {
  return Number(readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0]);
}

async function terminate(child: ChildProcess): Promise<number | null> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  return code as number | null;
}

async function kill(child: ChildProcess): Promise<void> {
  running.delete(child);
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function eventually(check: () => Promise<void>, ms = 60_000): Promise<void> {
  for (const until = performance.now() + ms; ; ) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
