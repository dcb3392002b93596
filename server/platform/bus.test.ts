import { createServer, connect as dial, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Stage, stage } from '../../tests/stage/database.ts';
import { startPooler } from '../../tests/stage/pooler.ts';
import { assertSession, startBus } from './bus.ts';
import { createDatabase } from './database/index.ts';
import { createLog } from './log.ts';
import { Signals } from './signals.ts';

let s: Stage;
const log = createLog('silent');

beforeAll(async () => {
  s = await stage();
});
afterAll(() => s.close());

test('a signal raised here arrives there, many as one, and not here again', async () => {
  const [here, there] = [new Signals(), new Signals()];
  const buses = await Promise.all([here, there].map((signals) => startBus({ database: s.database, signals, log })));
  const [heardHere, heardThere] = [vi.fn(), vi.fn()];
  here.on('inbox', heardHere);
  there.on('inbox', heardThere);
  for (let i = 0; i < 50; i++) here.raise('inbox');
  await vi.waitFor(() => expect(heardThere).toHaveBeenCalled(), 3_000);
  there.raise('inbox');
  await vi.waitFor(() => expect(heardHere).toHaveBeenCalledTimes(51), 3_000);
  expect(heardThere).toHaveBeenCalledTimes(2);
  await Promise.all(buses.map((bus) => bus.stop()));
});

test('it goes on after its connections were cut', async () => {
  const [here, there] = [new Signals(), new Signals()];
  const buses = await Promise.all([here, there].map((signals) => startBus({ database: s.database, signals, log })));
  const cut =
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
  await s.database.run({ name: '', text: cut });
  const heard = vi.fn();
  there.on('x', heard);
  await vi.waitFor(
    () => {
      here.raise('x');
      expect(heard).toHaveBeenCalled();
    },
    { timeout: 5_000, interval: 100 },
  );
  await Promise.all(buses.map((bus) => bus.stop()));
});

test('nothing is sent while nobody else is there', async () => {
  const signals = new Signals();
  const bus = await startBus({ database: s.database, signals, log, alone: () => true });
  const listener = await s.database.connect();
  const heard = vi.fn();
  listener.on('notification', heard);
  await listener.query('LISTEN handoff');
  signals.raise('x');
  await bus.stop();
  await listener.query('SELECT 1');
  expect(heard).not.toHaveBeenCalled();
  await listener.end();
});

test('a session of its own is accepted, a pooler in transaction mode is refused', async () => {
  await assertSession(s.database);
  const pooler = await startPooler(join(s.connection.host!, '.s.PGSQL.5432'));
  const pooled = createDatabase({ connection: { ...s.connection, host: '127.0.0.1', port: pooler.port }, max: 2 });
  // It works for what needs no session.
  const rows = await pooled.transaction((tx) => tx.run({ name: '', text: 'SELECT 1 AS one' }));
  expect(rows).toEqual([{ one: 1 }]);
  await expect(assertSession(pooled)).rejects.toThrow('pooler in transaction mode');
  expect(pooler.switches()).toBeGreaterThan(0);
  await pooled.close();
  await pooler.close();
});

test('a pooler that hears but loses notifications alone is refused too', async () => {
  const deaf = await deafPooler(join(s.connection.host!, '.s.PGSQL.5432'));
  const { port } = deaf.address() as { port: number };
  const pooled = createDatabase({ connection: { ...s.connection, host: '127.0.0.1', port }, max: 2 });
  await expect(assertSession(pooled)).rejects.toThrow('pooler in transaction mode');
  await pooled.close();
  deaf.close();
});

/** Passes everything on but notifications ('A' messages), which a pooler in transaction mode doesn't deliver. */
async function deafPooler(path: string): Promise<Server> {
  const server = createServer((client) => {
    const upstream = dial(path);
    let kept: Buffer = Buffer.alloc(0);
    upstream.on('data', (data) => {
      kept = Buffer.concat([kept, data]);
      while (kept.length >= 5 && kept.length >= 1 + kept.readInt32BE(1)) {
        const message = kept.subarray(0, 1 + kept.readInt32BE(1));
        kept = kept.subarray(message.length);
        if (message[0] !== 0x41) client.write(message);
      }
    });
    client.on('data', (data) => upstream.write(data));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
