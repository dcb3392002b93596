// Runs npm scripts side by side, as many as there are processors: node tests/at-once.mjs check:types check:format. What
// each said is printed whole when it ends. All of them run to their end; it fails when one of them failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

const waiting = process.argv.slice(2);
const failed = [];

async function work() {
  for (let name = waiting.shift(); name; name = waiting.shift()) {
    const began = performance.now();
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
    const [code, signal] = await once(child, 'close');
    if (code !== 0) failed.push(name);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const end = code === 0 ? 'good' : `failed (${signal ?? code})`;
    process.stdout.write(`${Buffer.concat(said)}${name}: ${end}, ${seconds} s\n`);
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
if (failed.length > 0) {
  process.stderr.write(`Failed: ${failed.join(', ')}\n`);
  process.exit(1);
}
