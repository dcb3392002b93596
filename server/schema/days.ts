import type { Connection, Sql } from '../platform/database/index.ts';
import { floorId } from '../platform/ids.ts';

/** Tables that are partitioned by the day in their id. */
export const DAY_TABLES = ['enrollments', 'events', 'deliveries', 'requests', 'attempts'] as const;

const DAY = 86_400_000;
// Rows that change once soon after they were written: with room beside them no index has to hear of it. And a day is looked
// over for the planner when it has grown by half, not by a tenth: while it is young that was a tenth of the database's time.
const ANALYZE = 'autovacuum_analyze_scale_factor = 0.5, autovacuum_analyze_threshold = 5000';
const STORAGE: Partial<Record<string, string>> = { enrollments: 'fillfactor = 55', deliveries: 'fillfactor = 55' };
// No condition names what these hold, so nobody needs to know what is common in them.
const PAYLOAD: Partial<Record<string, string[]>> = {
  enrollments: ['data'],
  events: ['body', 'meta'],
  requests: ['message_id', 'idempotency_key', 'url', 'headers', 'body'],
  attempts: ['sent_headers', 'response_headers', 'response_body'],
};

/** Name and bounds of the partitions for the days from `from` to `to` (ms since the epoch, both included). */
export function dayPartitions(table: string, from: number, to: number): { name: string; low: string; high: string }[] {
  const days = [];
  for (let day = Math.floor(from / DAY) * DAY; day <= to; day += DAY) {
    const stamp = new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
    days.push({ name: `${table}_${stamp}`, low: floorId(day), high: floorId(day + DAY) });
  }
  return days;
}

const existing: Sql = {
  name: 'days-existing',
  text: `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         JOIN pg_class p ON p.oid = i.inhparent WHERE p.relname = ANY($1::text[])`,
};

/**
 * Makes the day partitions that are missing from the day before `now` to `ahead` days after it. A new table is built
 * aside (CREATE LIKE) and attached, so that writers wait for a short lock at most (200 ms, tried five times by `run`'s
 * caller). Safe to call from several processes: a table that another one made first counts as made.
 */
export async function ensureDays(
  transaction: <T>(work: (tx: Connection) => Promise<T>) => Promise<T>,
  now: number,
  ahead = 3,
): Promise<void> {
  for (const table of DAY_TABLES) {
    const wanted = dayPartitions(table, now - DAY, now + ahead * DAY);
    const have = await transaction((tx) => tx.run<{ name: string }>(existing, [[table]]));
    const names = new Set(have.map((row) => row.name));
    for (const day of wanted) {
      if (names.has(day.name)) continue;
      await attach(transaction, table, day);
    }
  }
}

async function attach(
  transaction: <T>(work: (tx: Connection) => Promise<T>) => Promise<T>,
  table: string,
  day: { name: string; low: string; high: string },
): Promise<void> {
  const tries = 5;
  for (let i = 1; ; i++) {
    try {
      await transaction(async (tx) => {
        const q = (text: string) => tx.run({ name: '', text });
        await q("SET LOCAL lock_timeout = '200ms'");
        await q(
          `CREATE TABLE ${day.name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES) WITH (${[STORAGE[table] ?? [], ANALYZE].flat().join(', ')})`,
        );
        const uncounted = (PAYLOAD[table] ?? []).map((column) => `ALTER COLUMN ${column} SET STATISTICS 0`);
        if (uncounted.length > 0) await q(`ALTER TABLE ${day.name} ${uncounted.join(', ')}`);
        await q(`ALTER TABLE ${table} ATTACH PARTITION ${day.name} FOR VALUES FROM ('${day.low}') TO ('${day.high}')`);
      });
      return;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === '42P07' || code === '23505') return; // duplicate table or type name: another process made it
      if (i >= tries) throw error;
    }
  }
}
