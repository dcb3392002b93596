import pg from 'pg';
import { Clock } from '../../server/platform/clock.ts';
import { createDatabase, type Database } from '../../server/platform/database/index.ts';
import { newId } from '../../server/platform/ids.ts';
import { ensureDays } from '../../server/schema/index.ts';

/** A database of one test file: migrated, with day partitions around today and one workspace. */
export interface Stage {
  database: Database;
  connection: pg.ClientConfig;
  clock: Clock;
  workspace: string;
  /** Adds another workspace. */
  addWorkspace(name: string): Promise<string>;
  close(): Promise<void>;
}

/** Copies the template database. Call `close` when done. */
export async function stage(): Promise<Stage> {
  const host = process.env.HANDOFF_TEST_POSTGRES;
  if (!host)
    throw new Error(
      'HANDOFF_TEST_POSTGRES is not set: run the tests with vitest, whose global set-up starts PostgreSQL',
    );
  const name = `t_${newId(Date.now()).replaceAll('-', '')}`;
  const admin = new pg.Client({ host, user: 'handoff', database: 'postgres' });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template_handoff`);
  await admin.end();
  const connection = { host, user: 'handoff', database: name };
  const database = createDatabase({ connection, max: 10 });
  const clock = new Clock();
  await ensureDays((work) => database.transaction(work), clock.now());
  const addWorkspace = async (title: string) => {
    const id = newId(clock.now());
    await database.run(
      { name: 'stage-workspace', text: 'INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)' },
      [id, title, clock.now()],
    );
    return id;
  };
  const workspace = await addWorkspace('Default');
  return { database, connection, clock, workspace, addWorkspace, close: () => database.close() };
}
