import pg from 'pg';
import type { RunSql } from './cluster.ts';

const SAMPLE = 5;
const MOST_WAITING = 200;

/**
 * Looks, while a request has arrived and isn't answered yet, whether it stands in the database: for one in five, over a
 * connection of its own. While the database is away nothing can be said, and nothing is.
 */
export function watchCommits(connection: pg.ClientConfig) {
  const missing: string[] = [];
  let looked = 0;
  let arrivals = 0;
  let waiting = 0;
  let client: Promise<pg.Client> | null = null;
  let last = Promise.resolve();
  const open = async () => {
    const one = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 });
    one.on('error', () => {
      client = null;
    });
    await one.connect();
    return one;
  };
  const look = async (id: string) => {
    try {
      client ??= open();
      const { rows } = await (await client).query('SELECT 1 FROM requests WHERE message_id = $1 LIMIT 1', [id]);
      looked++;
      if (rows.length === 0) missing.push(id);
    } catch {
      client = null;
    } finally {
      waiting--;
    }
  };
  return {
    missing,
    looked: () => looked,
    /** A request with this webhook-id arrived. */
    arrived(id: string) {
      if (arrivals++ % SAMPLE !== 0 || waiting >= MOST_WAITING) return;
      waiting++;
      last = last.then(() => look(id));
    },
    async close() {
      await last;
      const open = await client?.catch(() => null);
      await open?.end().catch(() => {});
    },
  };
}

export type Commits = ReturnType<typeof watchCommits>;

/** Lets the database itself write down every slot of a policy that is booked: what it gives back is deleted otherwise. */
export async function watchLimits(sql: RunSql): Promise<void> {
  await sql(`
    CREATE INDEX chaos_requests_message ON requests (message_id);
    CREATE TABLE chaos_bookings (id bigint GENERATED ALWAYS AS IDENTITY, policy_id uuid, request_id uuid, deadline_at bigint);
    CREATE FUNCTION chaos_booked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO chaos_bookings (policy_id, request_id, deadline_at) VALUES (NEW.policy_id, NEW.request_id, NEW.deadline_at); RETURN NULL; END $$;
    CREATE TRIGGER chaos_booked AFTER INSERT OR UPDATE ON policy_slots FOR EACH ROW EXECUTE FUNCTION chaos_booked();`);
}
