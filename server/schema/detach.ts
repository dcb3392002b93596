import type { Connection } from '../platform/database/index.ts';
import { DAY_TABLES } from './days.ts';

/** A day's table. `state`: whether it belongs to its parent, is half taken from it, or stands alone. */
export interface DayTable {
  table: (typeof DAY_TABLES)[number];
  name: string;
  /** Days since the epoch. */
  day: number;
  state: 'attached' | 'half' | 'alone';
}

const DAY = 86_400_000;
const LOCKED = '55P03';
const TRIES = 5;
const PAUSE_MS = 300;

const tables = `SELECT c.relname AS name, CASE WHEN i.inhrelid IS NULL THEN 'alone' WHEN i.inhdetachpending THEN 'half' ELSE 'attached' END AS state
  FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
  WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname ~ '^(${DAY_TABLES.join('|')})_[0-9]{8}$'
  ORDER BY c.relname`;

/** Every day's table there is, oldest first within each parent. */
export async function dayTables(on: Connection): Promise<DayTable[]> {
  const rows = await on.run<{ name: string; state: DayTable['state'] }>({ name: '', text: tables });
  return rows.map(({ name, state }) => {
    const [table, stamp] = name.split('_') as [DayTable['table'], string];
    const day = Date.parse(`${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6)}T00:00:00Z`) / DAY;
    return { table, name, day, state };
  });
}

/**
 * Drops a day's table, wherever an earlier try ended: takes it from its parent beside all work (DETACH CONCURRENTLY, which
 * is no transaction), then drops it. Each waits 200 ms for a lock at most and is tried five times. False: something
 * holds it (a backup, a long read); it may be half taken then, is seen by nobody, and is finished at the next try.
 */
export async function dropDay(on: Connection, given: DayTable): Promise<boolean> {
  let { state } = given;
  const q = (text: string) => on.run({ name: '', text });
  await q("SET lock_timeout = '200ms'");
  for (let tries = 1; ; tries++) {
    try {
      if (state === 'attached') await q(`ALTER TABLE ${given.table} DETACH PARTITION ${given.name} CONCURRENTLY`);
      else if (state === 'half') await q(`ALTER TABLE ${given.table} DETACH PARTITION ${given.name} FINALIZE`);
      state = 'alone';
      await q(`DROP TABLE ${given.name}`);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCKED) throw error;
      if (tries >= TRIES) return false;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      state = (await dayTables(on)).find((one) => one.name === given.name)?.state ?? state;
    }
  }
}
