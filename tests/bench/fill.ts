import type pg from 'pg';
import { newId } from '../../server/platform/ids.ts';
import { DAY_TABLES, dayPartitions } from '../../server/schema/days.ts';

/** How much is filled in: `perDay` attempts a day, for `days` days up to today, and as many profiles as said. */
export interface Fill {
  days: number;
  perDay: number;
  profiles: number;
  /** Deliveries that still wait, in lanes. */
  waiting: number;
}

/** What was filled in, for asking about it. */
export interface Filled {
  workspace: string;
  other: string;
}

const DAY = 86_400_000;
const WEBHOOKS = 20;
const SCENARIOS = 10;

// Ids as the program makes them: the time first, then what stands for chance, the same at each run.
const functions = `
CREATE OR REPLACE FUNCTION bench_id(ms bigint, salt int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(salt * 256 + (n & 255)), 3, '0') || '8' || substr(to_hex(hashint8extended(n, salt) | x'4000000000000000'::bigint), 2)
    )::uuid $$;
CREATE OR REPLACE FUNCTION bench_profile(base bigint, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT bench_id(base + n, 1, n) $$;
CREATE OR REPLACE FUNCTION bench_partition(id uuid) RETURNS int2 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (get_byte(uuid_send(id), 15) & 63)::int2 $$;
CREATE OR REPLACE FUNCTION bench_thing(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT bench_id(1700000000000 + n, kind, n) $$;`;

// One row a delivery of the day: four fifths of the attempts; every fourth delivery was tried twice. Webhook 19 is rare
// (one in 100,000), and so is the reason "dns".
const rows = `CREATE TEMP TABLE bench_day AS SELECT n, d.workspace, d.ms, bench_id(d.ms, 5, n) AS id,
    p.id AS profile, bench_partition(p.id) AS partition, bench_id(d.ms + 5, 6, n) AS request,
    bench_id(d.ms - 30, 7, n) AS event, bench_id(d.ms - 20, 8, n) AS enrollment,
    CASE WHEN n % 100000 = 77 THEN 19 WHEN n % 2 = 0 THEN 0 ELSE n % 18 + 1 END AS webhook,
    CASE WHEN n % 100 < 94 THEN 6 WHEN n % 100 < 98 THEN 7 WHEN n % 100 = 98 THEN 8 ELSE 9 END AS state,
    CASE WHEN n % 100 < 94 THEN NULL WHEN n % 200000 = 95 THEN '{"code":"dns","message":"The name of the host could not be found."}'
      WHEN n % 100 < 98 THEN '{"code":"http_500","message":"The answer was 500 (Internal Server Error)."}'
      ELSE '{"code":"archived","message":"The scenario was archived."}' END AS reason
  FROM (SELECT n, $1::bigint + 1000 + n * ${DAY - 10_000} / $2::bigint AS ms, CASE WHEN n % 10 = 9 THEN $4::uuid ELSE $3::uuid END AS workspace
    FROM generate_series(0, $2::bigint - 1) n) d
  CROSS JOIN LATERAL (SELECT bench_profile($5::bigint, (n * 7919 + d.ms / ${DAY}) % $6::bigint) AS id) p`;

const fills: Record<(typeof DAY_TABLES)[number], string> = {
  events: `INSERT INTO TABLE_ SELECT workspace, event, partition, profile, 1, 1, 'Order paid',
      '{"order":"A' || n || '","amount":12.5,"size":3}', NULL, ms - 30, ms - 30 FROM bench_day
    UNION ALL SELECT workspace, bench_id(ms + 300, 9, n), partition, profile, 10, 2, NULL,
      '{"delivery":"' || id || '","enrollment":null,"webhook":"' || bench_thing(3, webhook) || '","step":"call","changes":[{"attribute":"lead","mode":"set","value":' || n || '}],"changed":["lead"],"refused":[]}', NULL, ms + 300, ms + 300
      FROM bench_day WHERE n % 4 = 0`,
  enrollments: `INSERT INTO TABLE_ SELECT workspace, enrollment, partition, profile, bench_thing(4, webhook % ${SCENARIOS}), 1, 2, NULL, event, 0, 0,
      '{"responses":{}}', ms, ms + 400, NULL FROM bench_day WHERE n % 4 = 0`,
  deliveries: `INSERT INTO TABLE_ (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, scenario_version, step,
      enrollment_id, event_id, class, mode, depth, state, reason, request_id, tries, queued_at, ended_at)
    SELECT workspace, id, partition, profile, bench_thing(3, webhook), bench_thing(3, webhook), bench_thing(4, webhook % ${SCENARIOS}), 1, 'call',
      enrollment, event, 0, 2, 0, state, reason, request, CASE WHEN n % 4 = 0 THEN 2 ELSE 1 END, ms, ms + 200 FROM bench_day`,
  requests: `INSERT INTO TABLE_ (workspace_id, id, partition, webhook_id, webhook_version, message_id, idempotency_key, method, url, headers, body, created_at)
    SELECT workspace, request, partition, bench_thing(3, webhook), 1, 'msg_' || n, 'dlv_' || replace(id::text, '-', ''), 'POST',
      'https://api.example.com/orders', '[["content-type","application/json"]]', convert_to('{"order":"A' || n || '","amount":12.5}', 'UTF8'), ms + 5 FROM bench_day`,
  attempts: `INSERT INTO TABLE_ (workspace_id, id, partition, request_id, number, outcome, reason, status, address, started_at, duration_ms, sent_headers, response_headers, response_body)
    SELECT workspace, bench_id(ms + 10 + t * 60000 * CASE WHEN ms % ${DAY} > ${DAY - 200_000} THEN 0 ELSE 1 END, (10 + t)::int, n), partition, request, t + 1,
      CASE WHEN state = 6 THEN 1 ELSE 2 END, NULL, CASE WHEN state = 6 THEN 200 ELSE 500 END, '192.0.2.1:443', ms + 10, 40, '[]',
      '[["content-type","application/json"]]', convert_to('{"ok":true,"lead":' || n || '}', 'UTF8')
    FROM bench_day CROSS JOIN generate_series(0, 1) t WHERE t = 0 OR n % 4 = 0`,
};

/** Fills a migrated database with a record of days: each day's tables are built aside, indexed, and attached. */
export async function fill(client: pg.Client, now: number, given: Fill, say: (line: string) => void): Promise<Filled> {
  const base = now - (given.days + 30) * DAY;
  const [workspace, other] = [newId(base), newId(base)];
  const deliveries = Math.floor((given.perDay * 4) / 5);
  const today = Math.floor(now / DAY) * DAY;
  await client.query("SET statement_timeout = 0; SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'");
  await client.query('RESET enable_seqscan; RESET enable_hashjoin; RESET enable_mergejoin');
  await client.query('SET enable_seqscan = on; SET enable_hashjoin = on; SET plan_cache_mode = auto');
  await client.query(functions);
  await people(client, { workspace, other, base, now, profiles: given.profiles });
  await things(client, workspace, now);
  for (let i = given.days - 1; i >= 0; i--) {
    const began = performance.now();
    // Yesterday is the last whole day; today's rows would lie in the future.
    const day = today - (i + 1) * DAY;
    await client.query('DROP TABLE IF EXISTS bench_day');
    await client.query(rows, [day, deliveries, workspace, other, base, given.profiles]);
    for (const table of DAY_TABLES) await oneDay(client, table, day);
    say(`${new Date(day).toISOString().slice(0, 10)} ${((performance.now() - began) / 1000).toFixed(1)} s`);
  }
  await waiting(client, workspace, now, given, base);
  await client.query('VACUUM (ANALYZE) profiles, identifiers, lane_queue');
  return { workspace, other };
}

async function oneDay(client: pg.Client, table: (typeof DAY_TABLES)[number], day: number): Promise<void> {
  const [of] = dayPartitions(table, day, day);
  const { name, low, high } = of!;
  const { rows: indexes } = await client.query<{ def: string; primary: boolean; columns: string }>(
    `SELECT pg_get_indexdef(indexrelid) AS def, indisprimary AS primary,
       (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(indkey) WITH ORDINALITY k(col, n)
          JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = k.col) AS columns
     FROM pg_index WHERE indrelid = $1::regclass`,
    [table],
  );
  const full =
    table === 'enrollments' || table === 'deliveries' ? 'WITH (fillfactor = 55, autovacuum_enabled = off)' : '';
  const old = await client.query('SELECT 1 FROM pg_class WHERE relname = $1', [name]);
  if (old.rowCount) await client.query(`ALTER TABLE ${table} DETACH PARTITION ${name}; DROP TABLE ${name}`);
  await client.query(`BEGIN; CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS) ${full}`);

  await client.query(fills[table].replace('TABLE_', name));

  for (const { primary, columns } of indexes)
    await client.query(
      primary ? `ALTER TABLE ${name} ADD PRIMARY KEY (${columns})` : `CREATE INDEX ON ${name} (${columns})`,
    );
  await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${low}') TO ('${high}'); COMMIT`);

  await client.query(`VACUUM (ANALYZE) ${name}`);
}

async function people(
  client: pg.Client,
  on: { workspace: string; other: string; base: number; now: number; profiles: number },
): Promise<void> {
  for (const [id, name] of [
    [on.workspace, 'Big'],
    [on.other, 'Small'],
  ])
    await client.query('INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)', [id, name, on.now]);
  await client.query(
    `INSERT INTO profiles SELECT $1, id, bench_partition(id), jsonb_build_object('email', 'person' || n || '@example.com', 'name', 'Person ' || n,
       'city', 'Town ' || n % 500, 'score', n % 1000), '{}', $2::bigint + n, $2::bigint + n FROM generate_series(0, $3::bigint - 1) n
       CROSS JOIN LATERAL (SELECT bench_profile($2::bigint, n) AS id) p`,
    [on.workspace, on.base, on.profiles],
  );
  await client.query(
    `INSERT INTO identifiers SELECT $1, k.kind, k.value, p.id, $2::bigint FROM generate_series(0, $3::bigint - 1) n
       CROSS JOIN LATERAL (SELECT bench_profile($2::bigint, n) AS id) p
       CROSS JOIN LATERAL (VALUES ('user_id', 'u' || n), ('email', 'person' || n || '@example.com')) k(kind, value)`,
    [on.workspace, on.base, on.profiles],
  );
}

async function things(client: pg.Client, workspace: string, now: number): Promise<void> {
  await client.query(
    `INSERT INTO webhooks (workspace_id, id, key, name, version, created_at, updated_at)
       SELECT $1, bench_thing(3, n), 'w' || n, 'Webhook ' || n, 1, $2, $2 FROM generate_series(0, ${WEBHOOKS - 1}) n`,
    [workspace, now],
  );
  await client.query(
    'INSERT INTO lanes (id, workspace_id, webhook_id) SELECT bench_thing(3, n), $1, bench_thing(3, n) FROM generate_series(0, $2::int) n',
    [workspace, WEBHOOKS - 1],
  );
  await client.query(
    `INSERT INTO scenarios (workspace_id, id, name, state, draft, created_at, updated_at)
       SELECT $1, bench_thing(4, n), 'Scenario ' || n, 'draft', '{}', $2, $2 FROM generate_series(0, ${SCENARIOS - 1}) n`,
    [workspace, now],
  );
}

async function waiting(client: pg.Client, workspace: string, now: number, given: Fill, base: number): Promise<void> {
  await client.query(
    `WITH made AS (INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, step, class, mode, depth, state, queued_at)
       SELECT $1, bench_id($2::bigint - 3600000 + n, 12, n), bench_partition(p.id), p.id, bench_thing(3, n % 18), bench_thing(3, n % 18), bench_thing(4, n % 10), 'call', 0, 2, 0, 2, $2::bigint - 3600000 + n
       FROM generate_series(0, $3::bigint - 1) n CROSS JOIN LATERAL (SELECT bench_profile($4::bigint, n % $5::bigint) AS id) p RETURNING *)
     INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at)
       SELECT lane_id, id, workspace_id, partition, 0, 2, 2, queued_at FROM made`,
    [workspace, now, given.waiting, base, given.profiles],
  );
}
