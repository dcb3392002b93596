import type pg from 'pg';

/** The scenario whose deliveries nobody takes, and what queues so many of them. */
export interface Prepared {
  slow: string;
  queueSql: (n: number) => string;
}

/** Makes the scenario of the bench, and a second one whose deliveries nobody takes. */
export async function prepare(url: string, key: string, sink: string): Promise<Prepared> {
  const api = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { id: string };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  await api('PATCH', '/workspace', { allow_http: true });
  const fields = Array.from({ length: 9 }, (_, i) => `"f${i}":"{{customer.a${i}}}"`).join(',');
  const body = `{"order":{{event.order_id}},"note":"{{event.note}}","total":{{event.total}},${fields}}`;
  const mapping = [
    { path: 'lead_id', attribute: 'lead_id' },
    { path: 'ok', attribute: 'ok' },
  ];
  const make = async (name: string, event: string, target: string) => {
    const webhook = await api('POST', '/webhooks', {
      name,
      definition: { url: target, body, mapping, timeout_ms: 60_000, retry: 'none' },
    });
    const scenario = await api('POST', '/scenarios', {
      name,
      draft: {
        trigger: { kind: 'event', event },
        start: 'call',
        steps: [{ id: 'call', kind: 'webhook', webhook: webhook.id }],
      },
    });
    await api('POST', `/scenarios/${scenario.id}/publish`);
    return { webhook: webhook.id, scenario: scenario.id };
  };
  await make('bench', 'Order Completed', `${sink}/hook`);
  // Port 9 refuses at once; far future due times keep the rest waiting.
  const slow = await make('slow', 'Never', 'http://127.0.0.1:9/');
  const bare = (id: string) => id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return {
    slow: slow.scenario,
    queueSql: (
      n,
    ) => `INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at, scenario_id)
      SELECT l.id, gen_random_uuid(), l.workspace_id, g % 64, 0, 4, 2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + 3600000 + g, '${bare(slow.scenario)}'
      FROM generate_series(1, ${n}) g CROSS JOIN lanes l WHERE l.webhook_id = '${bare(slow.webhook)}'`,
  };
}

/** Makes profiles u0, u1, … of 30 attributes, by SQL. */
export async function seed(db: pg.Client, profiles: number): Promise<void> {
  const [workspace] = (await db.query<{ id: string }>('SELECT id FROM workspaces LIMIT 1')).rows;
  const attributes = Array.from({ length: 30 }, (_, i) => `'a${i}', 'value ' || (g * ${i + 1})`).join(', ');
  await db.query('SET statement_timeout = 0');
  await db.query(
    `CREATE TEMP TABLE made AS SELECT g, ('0190' || substr(md5(g::text), 5, 8) || '7' || substr(md5(g::text), 14, 3) || '8' || substr(md5(g::text), 18, 15))::uuid AS id FROM generate_series(0, ${profiles - 1}) g`,
  );
  await db.query(`INSERT INTO profiles (workspace_id, id, partition, attributes, changes, created_at, updated_at)
    SELECT '${workspace!.id}', id, get_byte(uuid_send(id), 15) & 63, jsonb_build_object(${attributes}), '{}', 0, 0 FROM made`);
  await db.query(
    `INSERT INTO identifiers (workspace_id, kind, value, profile_id, created_at) SELECT '${workspace!.id}', 'user_id', 'u' || g, id, 0 FROM made`,
  );
  await db.query('ANALYZE profiles, identifiers'); // what autovacuum would do
}

/** Makes so many earlier events of today, spread over the profiles that `seed` has made on this connection. */
export async function seedEvents(db: pg.Client, profiles: number, events: number): Promise<void> {
  const now = Date.now();
  const from = Math.floor(now / 86_400_000) * 86_400_000;
  await db.query('CREATE INDEX ON made (g)');
  await db.query(
    `INSERT INTO events (workspace_id, id, partition, profile_id, kind, origin, name, body, meta, occurred_at, received_at)
      SELECT w.id, (lpad(to_hex(e.ms), 12, '0') || '7' || substr(md5(e.n::text), 1, 3) || '8' || substr(md5(e.n::text), 4, 15))::uuid,
        get_byte(uuid_send(m.id), 15) & 63, m.id, 1, 1, 'Looked', '{"order_id":' || e.n || ',"total":12.5}', NULL, e.ms, e.ms
      FROM (SELECT n, $1::bigint + n * ($2::bigint - $1::bigint) / $3::bigint AS ms FROM generate_series(1, $3::bigint) n) e
      JOIN made m ON m.g = (e.n * 7919) % $4::bigint CROSS JOIN (SELECT id FROM workspaces LIMIT 1) w`,
    [from, now - 60_000, events, profiles],
  );
  await db.query('ANALYZE events');
}
