import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { createLog } from '../../server/platform/log.ts';
import { check } from './check.ts';
import { Client } from './client.ts';
import { freePort, Program } from './program.ts';
import { seeded } from './random.ts';
import { chaosReceiver } from './receiver.ts';
import { callsOf, prepareChain } from './scene.ts';

const KEY = 'hk_pair_0123456789abcdef0123456789';

test('two processes on one database: nothing applied twice, order kept, lanes owned by one, taken over after a kill', async () => {
  const base = mkdtempSync(join(tmpdir(), 'handoff-pair-'));
  chmodSync(base, 0o711);
  const embedded = await startEmbedded({ dataFolder: join(base, 'data'), log: createLog('fatal') });
  const receiver = await chaosReceiver(seeded(7));
  const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
  const env = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    HANDOFF_SECRET: 'a secret of the pair, 32 characters or more',
    HANDOFF_API_KEY: KEY,
    HANDOFF_LOG: 'error',
  };
  const programs = [new Program(await freePort(), env), new Program(await freePort(), env)];
  const db = new pg.Client(embedded.connection);
  await db.connect();
  const sql = async <Row extends Record<string, unknown>>(text: string) => (await db.query<Row>(text)).rows;
  const until = async (what: string, ms: number, done: () => Promise<boolean>) => {
    const began = performance.now();
    while (!(await done())) {
      if (performance.now() - began > ms) throw new Error(`waited ${ms} ms for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return performance.now() - began;
  };
  try {
    await programs[0]!.start();
    await programs[1]!.start();
    const { url } = programs[0]!;
    const client = new Client({ urls: [url], key: KEY, rate: 300, random: seeded(6) });
    await prepareChain(callsOf(url, KEY), receiver.url);
    await until(
      'each process to own a lane',
      15_000,
      async () => (await sql('SELECT DISTINCT owner FROM lanes WHERE owner IS NOT NULL')).length === 2,
    );

    const traffic = client.run(3_000);
    // Ownership only ever changes together with the token.
    const owners = new Map<string, string>();
    let watching = true;
    const watch = (async () => {
      while (watching) {
        for (const { id, token, owner } of await sql<{ id: string; token: string; owner: string | null }>(
          'SELECT id, token, owner FROM lanes WHERE owner IS NOT NULL',
        )) {
          const key = `${id} ${token}`;
          expect(owners.get(key) ?? owner).toBe(owner);
          if (owner) owners.set(key, owner);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await until('traffic to be under way', 15_000, async () => receiver.seen.size > 500);
    const second = programs[1]!.pid!;
    const [victim] = await sql<{ id: string }>(`SELECT id FROM processes WHERE pid = ${second}`);
    await programs[1]!.end('SIGKILL');
    const took = await until(
      'the lanes of the killed one to be taken over',
      15_000,
      async () => (await sql(`SELECT 1 FROM lanes WHERE owner = '${victim!.id}' OR owner IS NULL`)).length === 0,
    );
    process.stderr.write(`lanes taken over ${Math.round(took)} ms after the kill\n`);
    const acknowledged = await traffic;
    watching = false;
    await watch;
    let moved = 0;
    await until('everything to end', 60_000, async () => {
      if (++moved % 10 === 0) await sql('UPDATE clock SET offset_ms = offset_ms + 30000');
      const [left] = await sql<{ n: string }>(
        'SELECT (SELECT count(*) FROM inbox WHERE partition >= 0) + (SELECT count(*) FROM lane_queue WHERE partition >= 0) + (SELECT count(*) FROM enrollments WHERE state = 1) AS n',
      );
      return Number(left!.n) === 0;
    });
    const verdict = await check(sql, acknowledged, receiver);
    expect(verdict.violations).toEqual([]);
    expect(verdict.onTimeline).toBeGreaterThanOrEqual(3_000);
  } finally {
    await db.end();
    for (const program of programs) await program.end('SIGKILL');
    await receiver.close();
    await embedded.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}, 180_000);
