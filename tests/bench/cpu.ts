import type pg from 'pg';
import { childrenOf, type Usage, usageOf } from './usage.ts';

const ROUNDS = 3;
const GROUPS = ['main', 'renderers', 'postgres'] as const;
type Group = (typeof GROUPS)[number];
type Round = Record<Group | 'yardstick', number>;

/** What is measured, and how it is driven. */
export interface CpuParts {
  db: pg.Client;
  /** Process ids of the server and of PostgreSQL's first process. */
  server: number;
  postgres: number;
  /** The receiver's process id. */
  sink: number;
  events: number;
  /** Sends events, and returns the CPU time that sending took, µs. */
  drive(events: number, batch: number): Promise<number>;
  say(line: string): void;
}

/**
 * CPU time an event by process: drives so many events, waits until all of them are delivered, mapped and on the timeline,
 * and says how many µs of which process one took. CPU time grows too where others use the machine, so there is a yardstick
 * beside it: what sending and receiving took, which is always the same work; the ratios are what to compare. With pg_stat_statements it lists the statements that PostgreSQL spent most in.
 */
export async function cpuPerEvent(parts: CpuParts): Promise<void> {
  const { db, events, say } = parts;
  const listed = await db.query("SELECT 1 FROM pg_settings WHERE name = 'shared_preload_libraries' AND setting <> ''");
  if (listed.rowCount) await db.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  for (const batch of [1, 100]) {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      if (listed.rowCount) await db.query('SELECT pg_stat_statements_reset()');
      const before = look(parts);
      const sink = usageOf([parts.sink]).own.cpu;
      const sending = await parts.drive(events, batch);
      await settled(db);
      const after = look(parts);
      const yardstick = (sending + usageOf([parts.sink]).own.cpu - sink) / events;
      rounds.push({ ...each((group) => (after[group].cpu - before[group].cpu) / events), yardstick });
      say(
        `batches of ${batch}, ${events} events: ${line(rounds.at(-1)!, ' µs')}, memory ${line(
          each((g) => after[g].rss),
          ' MB',
        )}`,
      );
    }
    const median = (of: (round: Round) => number) => rounds.map(of).sort((a, b) => a - b)[ROUNDS >> 1]!;
    const ratio = (group: Group) => `${group} ${median((round) => round[group] / round.yardstick).toFixed(2)}`;
    say(
      `batches of ${batch}, median: ${line(
        each((group) => median((round) => round[group])),
        ' µs an event',
      )}`,
    );
    say(
      `batches of ${batch}, to the yardstick of ${Math.round(median((round) => round.yardstick))} µs: ${GROUPS.map(ratio).join(', ')}`,
    );
    if (listed.rowCount) await statements(parts);
  }
}

/** CPU and memory by kind of process. */
export function look({ server, postgres }: Pick<CpuParts, 'server' | 'postgres'>): Record<Group, Usage> {
  const main = usageOf([server]);
  const renderers = usageOf(childrenOf(server)).own;
  const database = usageOf([postgres, ...childrenOf(postgres)]);
  return {
    main: main.own,
    renderers: { ...renderers, cpu: renderers.cpu + main.children },
    postgres: { ...database.own, cpu: database.own.cpu + database.children },
  };
}

/** Waits until nothing is in the inbox or due in a lane. */
async function settled(db: pg.Client): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const { rows } = await db.query(
      `SELECT EXISTS (SELECT 1 FROM inbox WHERE partition >= 0) OR EXISTS (SELECT 1 FROM lane_queue WHERE partition >= 0) AS busy`,
    );
    quiet = rows[0].busy ? 0 : quiet + 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function statements({ db, events, say }: CpuParts): Promise<void> {
  const { rows } = await db.query(
    `SELECT calls, total_exec_time AS ms, rows, shared_blks_hit + shared_blks_read AS blocks, wal_bytes, wal_records,
       left(regexp_replace(query, '\\s+', ' ', 'g'), 110) AS query
     FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 24`,
  );
  say('   µs an event   calls    ms a call   rows  blocks/event  wal bytes/event');
  for (const r of rows)
    say(
      `${((r.ms * 1000) / events).toFixed(1).padStart(10)} ${String(r.calls).padStart(9)} ${(r.ms / r.calls).toFixed(3).padStart(10)} ${String(r.rows).padStart(8)} ${(r.blocks / events).toFixed(1).padStart(8)} ${(r.wal_bytes / events).toFixed(0).padStart(8)}  ${r.query}`,
    );
}

const each = (of: (group: Group) => number) =>
  Object.fromEntries(GROUPS.map((group) => [group, of(group)])) as Record<Group, number>;
const line = (values: Record<Group, number>, unit: string) =>
  GROUPS.map((group) => `${group} ${Math.round(values[group])}${unit}`).join(', ');
