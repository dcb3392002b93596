import type { Clock } from '../../server/platform/clock.ts';
import type { Database } from '../../server/platform/database/index.ts';
import { newId } from '../../server/platform/ids.ts';
import { forgetOldDays } from '../../server/schema/index.ts';

const DAY = 86_400_000;

/**
 * Drops the oldest day of everything while one goes on writing to and reading from the same tables, and says how long
 * that took and the longest that a write or a read took before and meanwhile.
 */
export async function dropUnderLoad(
  database: Database,
  workspace: string,
  clock: Clock,
  say: (line: string) => void,
): Promise<void> {
  const run = <Row>(text: string, values: unknown[] = []) => database.run<Row>({ name: '', text }, values);
  const [oldest] = await run<{ day: string; rows: number; size: string }>(
    `SELECT right(c.relname, 8) AS day, sum(c.reltuples)::bigint AS rows, pg_size_pretty(sum(pg_total_relation_size(c.oid))) AS size
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relname ~ '_[0-9]{8}$' GROUP BY 1 ORDER BY 1 LIMIT 1`,
  );
  const { day, rows, size } = oldest!;
  const at = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00Z`);
  const keep = Math.floor(clock.now() / DAY) - at / DAY - 1;
  await run('UPDATE workspaces SET keep_requests_days = $1, keep_deliveries_days = $1, keep_events_days = $1', [keep]);

  let worst = 0;
  let times = 0;
  let going = true;
  const write = `INSERT INTO events (workspace_id, id, partition, profile_id, kind, origin, occurred_at, received_at) VALUES ($1, $2, 0, $3, 1, 1, $4, $4)`;
  const read = 'SELECT id FROM deliveries WHERE workspace_id = $1 ORDER BY id DESC LIMIT 50';
  const load = async () => {
    while (going) {
      const began = performance.now();
      const now = clock.now();
      await database.run({ name: 'load-write', text: write }, [workspace, newId(now), newId(now), now]);
      await database.run({ name: 'load-read', text: read }, [workspace]);
      worst = Math.max(worst, performance.now() - began);
      times++;
    }
  };
  const loads = [load(), load()];
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const before = { worst, times };
  worst = 0;
  times = 0;
  const began = performance.now();
  const done = await forgetOldDays(database, clock.now());
  const took = performance.now() - began;
  const meanwhile = { worst, times };
  going = false;
  await Promise.all(loads);
  say(
    `\nDropped ${done?.dropped.join(', ')} (${rows} rows, ${size}) in ${took.toFixed(0)} ms; busy: ${done?.busy.join(', ') || 'none'}.`,
  );
  say(
    `A write and a read beside it took at most ${before.worst.toFixed(0)} ms before (${before.times} in 5 s) and ${meanwhile.worst.toFixed(0)} ms meanwhile (${meanwhile.times}).`,
  );
}
