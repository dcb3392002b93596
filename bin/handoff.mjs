#!/usr/bin/env node
// Starts Handoff with Node 24, whatever Node runs this file (20 or newer). Plain JavaScript, so that an older Node can
// read it. A Node that is new enough runs the server, an older one is replaced by the Node 24 that npm installed with the
// project. Where a process can't be replaced, it runs the server right here, or waits for it.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const WANTED = 24;
// Under load V8 would keep 130 MB for young objects alone on a large machine. What outlives a few turns is garbage soon after,
// and V8 would let it grow to four times of what is needed. Measured in turn with 16 and 40, and with 12 and 60: no more
// memory and, beyond noise, no more processor time. So little is collected sooner by one thread than by several.
const FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=60', '--no-parallel-scavenge'];
// Buffers come and go by the megabyte: large ones go back to the system at once.
const ALLOCATION = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' };
// What has been compiled once, and stripped of its types, is kept beside the program, where whoever may write may change the
// program too: later starts take a third of the time and 20 MB less. Where it can't be written, they go without.
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/handoff', import.meta.url));
const main = fileURLToPath(new URL('../server/main.ts', import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (major >= WANTED && !process.execve) {
  module.enableCompileCache(COMPILED);
  const { run } = await import('../server/main.ts');
  await run();
} else {
  const node = major >= WANTED ? process.execPath : bundledNode();
  const args = [...FLAGS, main, ...process.argv.slice(2)];
  const env = { ...ALLOCATION, NODE_COMPILE_CACHE: COMPILED, ...process.env };
  if (process.execve) process.execve(node, [node, ...args], env);
  else supervise(node, args, env);
}

/** The path of the Node that came with the project; ends the program with a sentence when there is none that works. */
function bundledNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const advice = `Handoff needs Node ${WANTED}, and this is Node ${process.versions.node}.`;
  let node;
  try {
    node = createRequire(import.meta.url).resolve(`${name}/bin/node`);
  } catch {
    fail(
      `${advice} The package ${name}, which brings it, is not installed: run "npm ci" without leaving out optional dependencies, or install Node ${WANTED}.`,
    );
  }
  let version;
  try {
    version = versionOf(node);
  } catch (error) {
    if (error.code === 'EACCES') {
      try {
        chmodSync(node, 0o755);
        version = versionOf(node);
      } catch {}
    }
    if (!version)
      fail(`${advice} The one at ${node} does not run (${error.message.split('\n')[0]}). Install Node ${WANTED}.`);
  }
  if (Number(version.slice(1).split('.')[0]) < WANTED) {
    fail(`${advice} The one at ${node} is ${version}. Run "npm ci" again, or install Node ${WANTED}.`);
  }
  return node;
}

function versionOf(node) {
  return execFileSync(node, ['--version'], {
    encoding: 'utf8',
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** Runs the server as a child: passes signals on, ends as it ends. */
function supervise(node, args, env) {
  // The server stops by itself when this process is gone (kill -9), so that the next start finds the place free.
  const child = spawn(node, args, { stdio: 'inherit', env: { ...env, HANDOFF_FOLLOW_PARENT: '1' } });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`Handoff could not be started with ${node}: ${error.message}.`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
