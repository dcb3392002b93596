// npm run bench: the ceiling (no storage at all) and Handoff in turn, on this machine, with the workload below. It only
// prints: a speed is a ratio beside its ceiling, never an assertion. --quick: 2 rounds of 5,000 events. --large: on a million
// profiles and ten million events that are there already. --snapshot MINUTES: with a snapshot held open that long, in place of
// speeds. --cpu: CPU time an event by process in place of speeds, which says something on a busy machine too; with
// --statements also by SQL statement. --node OPTIONS: of the server's process, as in --node=--cpu-prof.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { freePort, Program } from '../faults/program.ts';
import { cpuPerEvent, look } from './cpu.ts';
import { type Prepared, prepare, seed, seedEvents } from './workload.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    snapshot: { type: 'string' },
    large: { type: 'boolean', default: false },
    cpu: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
    node: { type: 'string' },
  },
});
const ROUNDS = values.quick ? 2 : 5;
const EVENTS = values.quick ? 5_000 : 20_000;
const PROFILES = values.large ? 1_000_000 : values.quick ? 10_000 : 100_000;
const EARLIER = values.large ? 10_000_000 : 0;
const KEY = 'hk_bench_0123456789abcdef0123456789';
const here = import.meta.dirname;
const median = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1]!;

const base = mkdtempSync(join(tmpdir(), 'handoff-bench-'));
chmodSync(base, 0o711);
const children: ChildProcess[] = [];
const embedded = await startEmbedded({
  dataFolder: join(base, 'data'),
  log: createLog('error'),
  ...(values.statements && { settings: { shared_preload_libraries: 'pg_stat_statements' } }),
});
const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
const program = new Program(await freePort(), {
  DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
  HANDOFF_SECRET: 'a secret of the bench, 32 characters or more',
  HANDOFF_API_KEY: KEY,
  HANDOFF_LOG: 'error',
  ...(values.node && { NODE_OPTIONS: values.node }),
});
const clean = async () => {
  for (const child of children) child.kill('SIGKILL');
  await program.end('SIGTERM');
  await embedded.stop();
  rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
};
process.once('SIGINT', () => void clean().then(() => process.exit(130)));

const sinkPort = await freePort();
const ceilingPort = await freePort();
const child = (file: string, ...args: string[]) =>
  children.push(spawn(process.execPath, [join(here, file), ...args], { stdio: 'inherit' }));
child('sink.ts', String(sinkPort));
child('ceiling.ts', String(ceilingPort), String(sinkPort));
const sink = `http://127.0.0.1:${sinkPort}`;
const ceiling = `http://127.0.0.1:${ceilingPort}`;

interface Result {
  accepted: number;
  seen: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** CPU time of the driver itself, µs. */
  cpu: number;
}
async function drive(
  url: string,
  extra: { events?: number; batch?: number; connections?: number; rate?: number } = {},
): Promise<Result> {
  const options = {
    url,
    sink,
    key: KEY,
    events: EVENTS,
    connections: 32,
    batch: 1,
    users: PROFILES,
    rate: null,
    ...extra,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [join(here, 'drive.ts'), JSON.stringify(options)]);
  const result = JSON.parse(stdout) as Result;
  if (result.seen < result.accepted)
    console.log(`  ${result.accepted - result.seen} of ${result.accepted} did not arrive`);
  return result;
}

const postgres = Number(readFileSync(join(embedded.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
/** The server and its renderers: CPU time in µs, memory in MB. */
const used = () => {
  const { main, renderers } = look({ server: program.pid!, postgres });
  const rss = Math.round(main.rss + renderers.rss);
  const pss = Math.round(main.pss + renderers.pss);
  return { cpu: main.cpu + renderers.cpu, memory: `${rss} MB (${pss} MB in proportion)`, main: Math.round(main.rss) };
};
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function speeds(): Promise<void> {
  await drive(ceiling, { events: EVENTS / 2 });
  const pairs: { ceiling: number; ours: number; batches: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const top = (await drive(ceiling)).perSecond;
    const ours = (await drive(program.url)).perSecond;
    const batches = (await drive(program.url, { batch: 100, connections: 8 })).perSecond;
    pairs.push({ ceiling: top, ours, batches });
    console.log(
      `round ${i + 1}: ceiling ${top}/s, single events ${ours}/s (${Math.round((100 * ours) / top)} %), batches of 100 ${batches}/s`,
    );
  }
  const ours = median(pairs.map((p) => p.ours));
  console.log(
    `median: ceiling ${median(pairs.map((p) => p.ceiling))}/s, single ${ours}/s, ratio ${Math.round(100 * median(pairs.map((p) => p.ours / p.ceiling)))} %, batches ${median(pairs.map((p) => p.batches))}/s`,
  );
  const half = await drive(program.url, { rate: ours / 2 });
  console.log(
    `at half load (${Math.round(ours / 2)}/s): from acknowledgement to receiver p50 ${half.p50} ms, p99 ${half.p99} ms`,
  );

  await sleep(10_000);
  const before = used().cpu;
  await sleep(20_000);
  console.log(`idle: ${((used().cpu - before) / 20 / 10_000).toFixed(1)} % of a core (server and renderers)`);
}

/** Memory, and with many deliveries that wait in a lane. */
async function memory(db: pg.Client, ids: Prepared): Promise<void> {
  const empty = used();
  await fetch(`${program.url}/api/v1/scenarios/${ids.slow}/resume`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}` },
  });
  await db.query(ids.queueSql(values.quick ? 10_000 : 100_000));
  await sleep(10_000);
  const full = used();
  console.log(
    `memory: ${empty.memory}, with ${values.quick ? '10,000' : '100,000'} queued deliveries ${full.memory}; the server alone ${empty.main} MB, ${full.main} MB`,
  );
  await db.query('DELETE FROM lane_queue WHERE partition >= 0');
}

/** The figure beside its ceiling, before a snapshot was opened and after so many minutes of load under it. */
async function snapshot(db: pg.Client, minutes: number): Promise<void> {
  const measure = async () => {
    const pairs: { ours: number; ratio: number }[] = [];
    for (let i = 0; i < 3; i++) {
      const top = (await drive(ceiling)).perSecond;
      const ours = (await drive(program.url)).perSecond;
      pairs.push({ ours, ratio: ours / top });
    }
    return { ours: median(pairs.map((p) => p.ours)), ratio: median(pairs.map((p) => p.ratio)) };
  };
  const first = await measure();
  await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await db.query('SET LOCAL idle_in_transaction_session_timeout = 0');
  await db.query('SELECT count(*) FROM inbox');
  const end = performance.now() + minutes * 60_000;
  while (performance.now() < end) await drive(program.url);
  const last = await measure();
  await db.query('ROLLBACK');
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  console.log(
    `with a snapshot held open for ${minutes} minutes under load, medians of 3: ${first.ours}/s → ${last.ours}/s (${percent(last.ours / first.ours)}), beside the ceiling ${percent(first.ratio)} → ${percent(last.ratio)} (${percent(last.ratio / first.ratio)})`,
  );
}

try {
  await program.start();
  const db = new pg.Client(embedded.connection);
  await db.connect();
  console.log(
    `${PROFILES} profiles of 30 attributes, ${EARLIER} events before it, one scenario, a 12-field template, 2 mapped attributes, bodies kept; fsync on`,
  );
  const ids = await prepare(program.url, KEY, sink);
  await seed(db, PROFILES);
  if (EARLIER > 0) await seedEvents(db, PROFILES, EARLIER);
  await drive(program.url, { events: EVENTS / 2 });
  if (values.cpu)
    await cpuPerEvent({
      db,
      server: program.pid!,
      postgres,
      sink: children[0]!.pid!,
      events: EVENTS,
      drive: async (events, batch) =>
        (await drive(program.url, { events, batch, connections: batch === 1 ? 32 : 8 })).cpu,
      say: console.log,
    });
  else if (values.snapshot !== undefined) await snapshot(db, Number(values.snapshot));
  else await speeds();
  await memory(db, ids);
  await db.end();
} finally {
  await clean();
}
