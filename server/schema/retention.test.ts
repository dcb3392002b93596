import type pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Stage, stage } from '../../tests/stage/database.ts';
import { newId, partitionOf } from '../platform/ids.ts';
import { CLASS, DELIVERY, ENROLLMENT, FACT, MODE } from './codes.ts';
import { ensureDays } from './days.ts';
import { forgetOldDays } from './retention.ts';

const DAY = 86_400_000;
let s: Stage;
let now: number;
beforeEach(async () => {
  s = await stage();
  now = s.clock.now();
  await s.database.run({
    name: '',
    text: 'UPDATE workspaces SET keep_requests_days = 5, keep_deliveries_days = 10, keep_events_days = 20',
  });
});
afterEach(() => s.close());

const run = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
  s.database.run<Row>({ name: '', text }, values);
const makeDays = (ago: number) => ensureDays((work) => s.database.transaction(work), now - (ago - 1) * DAY, -1);
const stampOf = (ago: number) => new Date(now - ago * DAY).toISOString().slice(0, 10).replaceAll('-', '');
const there = async () => {
  const rows = await run<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname ~ '_[0-9]{8}$'",
  );
  return new Set(rows.map((row) => row.name));
};

/** An event with its delivery and request, so many days ago. `wait`: the delivery is still queued. */
async function history(ago: number, extra: { workspace?: string; wait?: boolean } = {}) {
  const at = now - ago * DAY;
  const { workspace = s.workspace } = extra;
  const [profile, event, delivery, request] = [newId(at), newId(at), newId(at), newId(at)];
  const of = partitionOf(profile);
  await run(
    `INSERT INTO events (workspace_id, id, partition, profile_id, kind, origin, occurred_at, received_at) VALUES ($1, $2, $3, $4, ${FACT.track}, 1, $5, $5)`,
    [workspace, event, of, profile, at],
  );
  await run(
    `INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, event_id, class, mode, depth, state, request_id, queued_at, ended_at)
     VALUES ($1, $2, $3, $4, $2, $2, $5, ${CLASS.live}, ${MODE.outcome}, 0, $6, $7, $8, $9)`,
    [
      workspace,
      delivery,
      of,
      profile,
      event,
      extra.wait ? DELIVERY.queued : DELIVERY.delivered,
      extra.wait ? null : request,
      at,
      extra.wait ? null : at,
    ],
  );
  await run(
    `INSERT INTO requests (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, created_at)
     VALUES ($1, $2, $3, $2, 1, 'm', 'k', 'POST', 'https://api.example', '[]', $4)`,
    [workspace, request, of, at],
  );
  await run(
    `INSERT INTO attempts (workspace_id, id, partition, request_id, number, outcome, started_at, duration_ms) VALUES ($1, $2, $3, $4, 1, 1, $5, 1)`,
    [workspace, newId(at), of, request, at],
  );
  if (extra.wait)
    await run(
      `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, request_id) VALUES ($1, $1, $2, $3, 0, ${DELIVERY.retrying}, ${MODE.outcome}, $4)`,
      [delivery, workspace, of, request],
    );
  return { event, delivery, request };
}

/** An enrollment that began with an event, so many days ago, and waits for a timer. */
async function enroll(ago: number, event: string) {
  const at = now - ago * DAY;
  const [profile, id] = [newId(at), newId(at)];
  await run(
    `INSERT INTO enrollments (workspace_id, id, partition, profile_id, scenario_id, version, state, event_id, depth, class, data, started_at)
     VALUES ($1, $2, $3, $4, $2, 1, ${ENROLLMENT.active}, $5, 0, 0, '{}', $6)`,
    [s.workspace, id, partitionOf(profile), profile, event, at],
  );
  await run(
    'INSERT INTO timers (partition, id, workspace_id, kind, profile_id, enrollment_id) VALUES ($1, $2, $3, 1, $4, $2)',
    [partitionOf(profile), id, s.workspace, profile],
  );
}

test('a day goes when it is older than its retention, each kind after its own', async () => {
  for (const ago of [30, 15, 7, 3]) {
    await makeDays(ago);
    await history(ago);
  }
  const done = await forgetOldDays(s.database, now);
  expect(done).toMatchObject({ busy: [], trimmed: 0 });
  const days = await there();
  const kept = (table: string) => [30, 15, 7, 3].filter((ago) => days.has(`${table}_${stampOf(ago)}`));
  expect([kept('attempts'), kept('requests'), kept('deliveries'), kept('events')]).toEqual([
    [3],
    [3],
    [7, 3],
    [15, 7, 3],
  ]);
  // What is left is found, and new rows still come in.
  expect(await run('SELECT id FROM deliveries')).toHaveLength(2);
  await history(0);
});

test('a day stays while something of it is pending, and goes afterwards', async () => {
  for (const ago of [40, 35, 30, 25]) await makeDays(ago);
  const waiting = await history(40, { wait: true });
  const { event } = await history(35);
  await enroll(30, event);
  await run(
    `INSERT INTO failed_facts (workspace_id, id, profile_id, fact, error, failed_at) VALUES ($1, $2, $2, $3, 'x', $4)`,
    [s.workspace, newId(now - 25 * DAY), JSON.stringify({ kind: FACT.track, body: '{"a":1}' }), now],
  );
  await forgetOldDays(s.database, now);
  const kept = (days: Set<string>) =>
    [...days].filter((name) => [40, 35, 30, 25].some((ago) => name.endsWith(stampOf(ago)))).sort();
  expect(kept(await there())).toEqual(
    [
      `attempts_${stampOf(40)}`,
      `deliveries_${stampOf(40)}`,
      `enrollments_${stampOf(30)}`,
      `events_${stampOf(25)}`,
      `events_${stampOf(35)}`,
      `events_${stampOf(40)}`,
      `requests_${stampOf(40)}`,
    ].sort(),
  );
  await run('DELETE FROM lane_queue WHERE delivery_id = $1', [waiting.delivery]);
  await run('DELETE FROM timers WHERE partition >= 0');
  await run('DELETE FROM failed_facts');
  await forgetOldDays(s.database, now);
  expect(kept(await there())).toEqual([]);
});

test('an enrollment whose outcome is still a fact keeps its event', async () => {
  for (const ago of [35, 30]) await makeDays(ago);
  const { event } = await history(35);
  await enroll(30, event);
  const [{ enrollment_id: enrollment } = {}] = await run('SELECT enrollment_id FROM timers WHERE partition >= 0');
  await run('DELETE FROM timers WHERE partition >= 0');
  await run(
    `INSERT INTO inbox (partition, class, workspace_id, profile_id, id, kind, origin, occurred_at, received_at, body) VALUES (1, 0, $1, $2, $2, ${FACT.outcome}, 2, $3, $3, $4)`,
    [s.workspace, newId(now), now, JSON.stringify({ enrollment })],
  );
  await forgetOldDays(s.database, now);
  const days = await there();
  expect([
    days.has(`events_${stampOf(35)}`),
    days.has(`enrollments_${stampOf(30)}`),
    days.has(`deliveries_${stampOf(35)}`),
  ]).toEqual([true, true, false]);
});

test('what a long read or a death left half done is finished at the next try', async () => {
  for (const ago of [31, 30]) await makeDays(ago);
  await history(31);
  const reader: pg.Client = await s.database.connect();
  await reader.query('BEGIN; SELECT count(*) FROM events');
  const first = await forgetOldDays(s.database, now);
  expect(first!.busy).toContain(`events_${stampOf(31)}`);
  const [half] = await run(
    'SELECT inhdetachpending AS pending FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE relname = $1',
    [`events_${stampOf(31)}`],
  );
  expect(half).toEqual({ pending: true });
  // Nothing waits meanwhile.
  await history(0);
  expect(await run('SELECT id FROM events')).toHaveLength(1);
  await reader.query('COMMIT');
  await reader.end();
  // Killed between taking it off and dropping it.
  await makeDays(12);
  await run(`ALTER TABLE deliveries DETACH PARTITION deliveries_${stampOf(12)}`);
  const second = await forgetOldDays(s.database, now);
  expect(second!.busy).toEqual([]);
  const days = await there();
  expect([days.has(`events_${stampOf(31)}`), days.has(`events_${stampOf(30)}`)]).toEqual([false, false]);
  expect(days.has(`deliveries_${stampOf(12)}`)).toBe(false);
});

test('a workspace that keeps less loses its own rows alone; one process at a time does it', async () => {
  const other = await s.addWorkspace('Brief');
  await run(
    'UPDATE workspaces SET keep_requests_days = 1, keep_deliveries_days = 1, keep_events_days = 1 WHERE id = $1',
    [other],
  );
  await makeDays(4);
  await history(4);
  await history(4, { workspace: other });
  const both = await Promise.all([forgetOldDays(s.database, now), forgetOldDays(s.database, now)]);
  const done = both.filter((one) => one !== null);
  expect(done.reduce((n, one) => n + one.trimmed, 0)).toBe(4);
  expect(done.flatMap((one) => one.dropped)).toEqual([]);
  const left = await run<{ workspace_id: string }>(
    'SELECT workspace_id FROM events UNION ALL SELECT workspace_id FROM deliveries UNION ALL SELECT workspace_id FROM requests UNION ALL SELECT workspace_id FROM attempts',
  );
  expect(left.map((row) => row.workspace_id)).toEqual(Array(4).fill(s.workspace));
});

test('a resend job that has ended goes with the deliveries that it was about, and one that goes on stays', async () => {
  const [old, recent, open] = [newId(now), newId(now), newId(now)];
  const job = (id: string, state: string, ended: number | null) =>
    run(
      `INSERT INTO resend_jobs (workspace_id, id, filter, mode, per_second, state, cursor, before, expected, expected_more, next_at, made_by, created_at, ended_at)
       VALUES ($1, $2, '{}', 'same_bytes', 1, $3, $2, $2, 1, false, 0, 'me', 0, $4)`,
      [s.workspace, id, state, ended],
    );
  await job(old, 'done', now - 11 * DAY);
  await job(recent, 'stopped', now - 9 * DAY);
  await job(open, 'running', null);
  for (const id of [old, recent, open])
    await run(
      'INSERT INTO resend_made SELECT $1, $2, gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 3)',
      [s.workspace, id],
    );
  expect((await forgetOldDays(s.database, now))?.trimmed).toBe(3);
  const left = await run<{ id: string; n: number }>(
    'SELECT j.id, count(*)::int AS n FROM resend_jobs j JOIN resend_made m ON m.job_id = j.id GROUP BY 1 ORDER BY 1',
  );
  expect(left).toEqual([recent, open].sort().map((id) => ({ id, n: 3 })));
  expect(await run('SELECT 1 FROM resend_made WHERE job_id = $1', [old])).toEqual([]);
});
