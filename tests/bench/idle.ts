/**
 * `node tests/bench/idle.ts [--split] [--seconds N]`: what Handoff uses while nothing happens. Starts it (with --split as
 * three processes, one a role), has one event delivered, waits until the API's renderer has gone, and then says what each
 * kind of process used in N seconds (60), how many statements ran, and how much memory it has.
 */
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { freePort, Program } from '../faults/program.ts';
import { childrenOf, type Usage, usageOf } from './usage.ts';
import { prepare } from './workload.ts';

const KEY = 'hk_idle_0123456789abcdef0123456789';
const { values } = parseArgs({
  options: { split: { type: 'boolean', default: false }, seconds: { type: 'string', default: '60' } },
});
const seconds = Number(values.seconds);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const base = mkdtempSync(join(tmpdir(), 'handoff-idle-'));
chmodSync(base, 0o711);
const embedded = await startEmbedded({
  dataFolder: join(base, 'data'),
  log: createLog('error'),
  settings: { shared_preload_libraries: 'pg_stat_statements' },
});
const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
const postgres = Number(readFileSync(join(embedded.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
const settings = {
  DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
  HANDOFF_SECRET: 'a secret of the bench, 32 characters or more',
  HANDOFF_API_KEY: KEY,
  HANDOFF_LOG: 'error',
};
const port = await freePort();
const roles = values.split ? ['api', 'engine', 'delivery'] : ['api,engine,delivery'];
const programs = roles.map((role) => new Program(port, settings, role));
let seen = 0;
const receiver = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    seen++;
    response.setHeader('content-type', 'application/json').end('{"ok":true,"lead_id":1}');
  });
}).listen(0, '127.0.0.1');
await once(receiver, 'listening');

const renderersOf = childrenOf;
const names = () =>
  programs.flatMap(({ pid, roles: name }) => [
    { name, pids: [pid!] },
    ...(renderersOf(pid!).length > 0 ? [{ name: `  renderers of ${name}`, pids: renderersOf(pid!) }] : []),
  ]);
const percent = (after: Usage, before: Usage) => ((after.cpu - before.cpu) / seconds / 10_000).toFixed(2);
const db = new pg.Client(embedded.connection);
const statements = async () => {
  const { rows } = await db.query(
    "SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 100) AS query, calls FROM pg_stat_statements WHERE calls > 2 ORDER BY calls DESC",
  );
  return rows as { query: string; calls: number }[];
};

try {
  for (const program of programs) await program.start();
  await db.connect();
  await db.query('CREATE EXTENSION pg_stat_statements');
  await prepare(programs[0]!.url, KEY, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`);
  await fetch(`${programs[0]!.url}/v1/track`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`,
    },
    body: JSON.stringify({ userId: 'ada', event: 'Order Completed', properties: { order_id: 1, total: 2, note: '' } }),
  });
  while (seen === 0) await sleep(50);
  const running = roles.map((_, i) => renderersOf(programs[i]!.pid!).length).join(', ');
  await sleep(75_000);
  const before = names().map((one) => ({ ...one, used: usageOf(one.pids).own }));
  const database0 = usageOf([postgres, ...childrenOf(postgres)]);
  await db.query('SELECT pg_stat_statements_reset()');
  await sleep(seconds * 1_000);
  const listed = await statements();
  const total = { cpu: 0, rss: 0, pss: 0 };
  for (const { name, pids, used } of before) {
    const after = usageOf(pids).own;
    console.log(
      `${name}: ${percent(after, used)} % of a core, ${Math.round(after.rss)} MB (${Math.round(after.pss)} MB in proportion)`,
    );
    total.cpu += after.cpu - used.cpu;
    total.rss += after.rss;
    total.pss += after.pss;
  }
  const database1 = usageOf([postgres, ...childrenOf(postgres)]);
  console.log(
    `together: ${(total.cpu / seconds / 10_000).toFixed(2)} % of a core, ${Math.round(total.rss)} MB (${Math.round(total.pss)} MB in proportion); PostgreSQL ${percent(database1.own, database0.own)} %; renderers before the rest: ${running}`,
  );
  const calls = listed.reduce((n, one) => n + Number(one.calls), 0);
  console.log(`${(calls / seconds).toFixed(1)} statements a second:`);
  for (const { query, calls: n } of listed.slice(0, 16))
    console.log(`${(n / seconds).toFixed(2).padStart(8)}  ${query}`);
} finally {
  await db.end();
  for (const program of programs) await program.end('SIGTERM');
  await embedded.stop();
  receiver.close();
  rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
