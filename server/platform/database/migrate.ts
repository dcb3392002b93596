import type pg from 'pg';

/** One step forward of the schema: a name that sorts after its predecessors, and SQL that runs in one transaction. */
export interface Migration {
  name: string;
  sql: string;
}

// An arbitrary constant: the advisory lock that makes one process at a time migrate.
const LOCK = 7_264_091;

/**
 * Brings the schema forward: runs what of `migrations` has not run yet, in order, each in a transaction of its own,
 * while other processes wait on an advisory lock. Fails closed: a database that holds a migration unknown to this
 * program was made by a newer one, and is refused.
 */
export async function migrate(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  await client.query('SET statement_timeout = 0');
  await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
  try {
    await client.query(
      'CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, ran_at timestamptz NOT NULL DEFAULT clock_timestamp())',
    );
    const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
    const ran = new Set(rows.map((row) => row.name));
    const known = new Set(migrations.map((m) => m.name));
    const unknown = [...ran].filter((name) => !known.has(name));
    if (unknown.length > 0) {
      throw new Error(
        `The database was set up by a newer Handoff (it holds "${unknown[0]}", which this version doesn't know). Start that version instead.`,
      );
    }
    for (const migration of migrations) {
      if (ran.has(migration.name)) continue;
      await client.query('BEGIN');
      try {
        await client.query(migration.sql);
        await client.query('INSERT INTO migrations (name) VALUES ($1)', [migration.name]);
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      }
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
  }
}
