import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { expect, test } from 'vitest';
import { startEmbedded } from '../../server/platform/embedded/index.ts';
import { newId, parse, partitionOf } from '../../server/platform/ids.ts';
import { createLog } from '../../server/platform/log.ts';
import { startReceiver } from '../stage/receiver.ts';
import { freePort, Program } from './program.ts';
import { seeded } from './random.ts';

const KEY = 'hk_campaign_0123456789abcdef0123456789';
const PEOPLE = 16_000;

test('two processes killed in the middle of a run, again and again: everyone who matches enters once, nobody else does', async () => {
  const base = mkdtempSync(join(tmpdir(), 'handoff-campaign-'));
  chmodSync(base, 0o711);
  const embedded = await startEmbedded({ dataFolder: join(base, 'data'), log: createLog('fatal') });
  const receiver = await startReceiver();
  const { host, user, database } = embedded.connection as { host: string; user: string; database: string };
  const env = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`,
    HANDOFF_SECRET: 'a secret of the campaign, 32 characters or more',
    HANDOFF_API_KEY: KEY,
    HANDOFF_LOG: 'error',
  };
  const programs = [new Program(await freePort(), env), new Program(await freePort(), env)] as const;
  const db = new pg.Client(embedded.connection);
  await db.connect();
  const random = seeded(11);
  // biome-ignore lint/suspicious/noExplicitAny: answers of the API
  const api = async (method: string, path: string, body?: object): Promise<any> => {
    for (const program of programs) {
      const answer = await fetch(`${program.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      }).catch(() => null);
      if (answer) return answer.json();
    }
    throw new Error('no process answers');
  };
  try {
    await Promise.all(programs.map((program) => program.start()));
    const workspace = parse('workspace', (await api('GET', '/workspace')).id)!;
    await api('PATCH', '/workspace', { allow_http: true });
    const ids = Array.from({ length: PEOPLE }, () => newId(Date.now() - 3_600_000));
    await db.query(
      `INSERT INTO profiles SELECT $1, id, part, jsonb_build_object('n', n), '{}', 1, 1
       FROM unnest($2::uuid[], $3::int[], $4::int[]) u(id, part, n)`,
      [workspace, ids, ids.map(partitionOf), ids.map((_, i) => i % 4)],
    );
    const definition = { url: `${receiver.url}/x`, body: '{"id":"{{customer.id}}"}' };
    const webhook = await api('POST', '/webhooks', { name: 'x', definition });
    const draft = {
      trigger: { kind: 'campaign', filter: { attribute: 'n', op: 'less_than', value: 3 } },
      start: 'x',
      steps: [{ id: 'x', kind: 'webhook', webhook: webhook.id }],
    };
    const { id } = await api('POST', '/scenarios', { name: 'x', draft });
    await api('POST', `/scenarios/${id}/publish`);
    const run = parse('run', (await api('POST', `/scenarios/${id}/runs`)).id)!;

    const read = async () =>
      (await db.query('SELECT state, looked_at, matched FROM campaign_runs WHERE id = $1', [run])).rows[0];
    let kills = 0;
    let between = 0;
    const end = performance.now() + 150_000;
    let before = 0;
    for (let n = 0; ; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const { state, looked_at } = await read();
      if (state === 'done') break;
      if (performance.now() > end) throw new Error(`the run did not end: ${looked_at}\n${programs[0].output}`);
      // However fast the machine is: each time the run has got on.
      if (kills >= 4 || Number(looked_at) <= before) continue;
      before = Number(looked_at);
      n++;
      await new Promise((resolve) => setTimeout(resolve, 40 * random()));
      // Both at once now and then: nobody is left who knows of the run.
      const victims = n % 3 === 2 ? programs : [programs[n % 2]!];
      await Promise.all(victims.map((program) => program.end('SIGKILL')));
      kills += victims.length;
      between++;
      await Promise.all(victims.map((program) => program.start()));
    }
    const dry = `SELECT (SELECT count(*) FROM inbox WHERE partition >= 0) + (SELECT count(*) FROM lane_queue WHERE partition >= 0) AS n`;
    while (Number((await db.query(dry)).rows[0].n) > 0) {
      if (performance.now() > end) throw new Error('not everything came to its end');
      // A request of a killed process is tried again after its deadline.
      await db.query('UPDATE clock SET offset_ms = offset_ms + 5000');
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const wanted = ids.filter((_, i) => i % 4 < 3).sort();
    const of = async (table: string) =>
      (await db.query(`SELECT profile_id FROM ${table} WHERE run_id = $1`, [run])).rows.map((row) => row.profile_id);
    expect((await of('enrollments')).sort()).toEqual(wanted);
    expect((await of('deliveries')).sort()).toEqual(wanted);
    expect(await read()).toEqual({ state: 'done', looked_at: String(PEOPLE), matched: String(wanted.length) });
    const { entered, deliveries } = await api('GET', `/runs/run_${run.replaceAll('-', '')}`);
    expect([entered, deliveries.delivered]).toEqual([wanted.length, wanted.length]);
    process.stderr.write(`${kills} kills, ${between} rounds of them while the run was queuing\n`);
    expect(between).toBeGreaterThanOrEqual(2);
  } finally {
    await db.end();
    for (const program of programs) await program.end('SIGKILL');
    await receiver.close();
    await embedded.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}, 240_000);
