// node tests/bench/record.ts: fills a database with 20 million attempts, their requests, deliveries and events (some
// 30 GB in the folder for temporary files), asks for what every page asks for, and drops a day under load. It prints the
// milliseconds an answer and its slowest statement. --per-day N and --days N: another size. --keep FOLDER: fills the
// folder and leaves it there, or uses what an earlier run left. --plans MS: the plan of each statement slower than that.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { createApiKey, SCOPES } from '../../server/accounts/index.ts';
import { startApi } from '../../server/api/index.ts';
import { Clock } from '../../server/platform/clock.ts';
import { createDatabase, migrate } from '../../server/platform/database/index.ts';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { createSecrets } from '../../server/platform/secrets.ts';
import { Signals } from '../../server/platform/signals.ts';
import { ensureDays, migrations } from '../../server/schema/index.ts';
import { dropUnderLoad } from './drop-day.ts';
import { type Filled, fill } from './fill.ts';
import { pages } from './pages.ts';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '20' },
    'per-day': { type: 'string', default: '1000000' },
    profiles: { type: 'string', default: '500000' },
    keep: { type: 'string' },
    plans: { type: 'string' },
    'no-drop': { type: 'boolean', default: false },
  },
});
const base = values.keep ?? mkdtempSync(join(tmpdir(), 'handoff-record-'));
mkdirSync(base, { recursive: true });
chmodSync(base, 0o711);
const note = join(base, 'filled.json');
const log = createLog('error');
const start = (settings: Record<string, string> = {}) =>
  startEmbedded({ dataFolder: join(base, 'data'), log, settings });

if (!existsSync(note)) {
  const filling = await start({ fsync: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: '0' });
  const client = new pg.Client(filling.connection);
  await client.connect();
  await migrate(client, migrations);
  const database = createDatabase({ connection: filling.connection, max: 2 });
  await ensureDays((work) => database.transaction(work), Date.now());
  const size = {
    days: Number(values.days),
    perDay: Number(values['per-day']),
    profiles: Number(values.profiles),
    waiting: 50_000,
  };
  writeFileSync(note, JSON.stringify(await fill(client, Date.now(), size, console.log)));
  await client.end();
  await database.close();
  await filling.stop();
}

// As the program runs it from here on.
const embedded = await start(
  values.plans === undefined
    ? {}
    : {
        session_preload_libraries: 'auto_explain',
        'auto_explain.log_min_duration': values.plans,
        'auto_explain.log_analyze': 'on',
        'auto_explain.log_buffers': 'on',
        client_min_messages: 'log',
      },
);
const migrating = new pg.Client(embedded.connection);
await migrating.connect();
await migrate(migrating, migrations);
const { rows } = await migrating.query(
  "SELECT pg_size_pretty(pg_database_size(current_database())) AS size, (SELECT sum(reltuples)::bigint FROM pg_class WHERE relname LIKE 'attempts_2%' AND relkind = 'r') AS attempts, (SELECT sum(reltuples)::bigint FROM pg_class WHERE relname LIKE 'deliveries_2%' AND relkind = 'r') AS deliveries, (SELECT sum(reltuples)::bigint FROM pg_class WHERE relname LIKE 'events_2%' AND relkind = 'r') AS events",
);
console.log(rows[0]);
await migrating.end();

const statements: { name: string; ms: number }[] = [];
const plans: string[] = [];
const query = pg.Client.prototype.query;
const heard = new WeakSet<pg.Client>();
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  if (!heard.has(this)) this.on('notice', (notice) => plans.push(notice.message ?? ''));
  heard.add(this);
  const [first] = args as [{ name?: string }];
  const began = performance.now();
  const told = args.at(-1);
  // The pool hands over a callback.
  if (first?.name && typeof told === 'function')
    args[args.length - 1] = (...answer: unknown[]) => {
      statements.push({ name: first.name!, ms: performance.now() - began });
      told(...answer);
    };
  return (query as (...args: unknown[]) => unknown).apply(this, args);
} as typeof query;
const database = createDatabase({ connection: embedded.connection, max: 4 });
const { workspace } = JSON.parse(readFileSync(note, 'utf8')) as Filled;
const clock = new Clock();
await ensureDays((work) => database.transaction(work), clock.now());
const { key } = await database.transaction((tx) =>
  createApiKey(tx, { workspaceId: workspace, name: 'bench', kind: 'server', scopes: SCOPES, now: clock.now() }),
);
const config = { host: '127.0.0.1', port: 0, publicUrl: null };
const secrets = createSecrets('a secret of the bench, 32 characters or more');
const api = await startApi({ database, clock, log, signals: new Signals(), secrets, config });
const ask = async (path: string) => {
  const response = await fetch(`${api.address}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text.slice(0, 300)}`);
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into as a client would
  return JSON.parse(text) as any;
};

const TIMES = 7;
console.log(
  `\n${'page'.padEnd(62)} ${'first'.padStart(7)} ${'median'.padStart(7)} ${'worst'.padStart(7)}  slowest statement`,
);
for (const { name, path } of await pages(database, workspace, clock.now(), ask)) {
  statements.length = 0;
  const took: number[] = [];
  let answer: { items?: unknown[]; next_cursor?: string | null } = {};
  for (let i = 0; i < TIMES; i++) {
    const began = performance.now();
    answer = await ask(path);
    took.push(performance.now() - began);
  }
  const [first, ...rest] = took as [number, ...number[]];
  rest.sort((a, b) => a - b);
  const slowest = statements.sort((a, b) => b.ms - a.ms)[0];
  const found = answer.items ? `${answer.items.length} items${answer.next_cursor ? ', more' : ''}` : '';
  const figures = [first, rest[rest.length >> 1]!, rest.at(-1)!].map((ms) => ms.toFixed(1).padStart(7)).join(' ');
  console.log(`${name.padEnd(62)} ${figures}  ${slowest?.name ?? ''} ${slowest?.ms.toFixed(1) ?? ''} (${found})`);
  for (const plan of plans.splice(0).slice(0, 1)) console.log(plan);
}
await api.stop();
if (!values['no-drop']) await dropUnderLoad(database, workspace, clock, console.log);
await database.close();
await embedded.stop();
if (values.keep === undefined) rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
