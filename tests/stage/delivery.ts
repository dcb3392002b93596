import { ensureDefaultKey } from '../../server/connections/index.ts';
import { startDelivery } from '../../server/flow/delivery/index.ts';
import { newId, partitionOf } from '../../server/platform/ids.ts';
import { createLog } from '../../server/platform/log.ts';
import { createProcesses } from '../../server/platform/processes.ts';
import { createSecrets } from '../../server/platform/secrets.ts';
import { Signals } from '../../server/platform/signals.ts';
import { CLASS, MODE } from '../../server/schema/index.ts';
import { webhookDefinition } from '../../shared/webhook.ts';
import { type Stage, stage } from './database.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const log = createLog('silent');

type Row = { state: number; reason: string | null; request_id: string | null; tries: number; ended_at: number };
type QueueRow = { state: number; due_at: number | null; tries: number; request_id: string | null };

/** Delivery alone: a database, a receiver, processes with that role, and rows as the engine would write them. */
export async function startDeliveryStage() {
  const on: Stage = await stage();
  const receiver: Receiver = await startReceiver();
  const secrets = createSecrets('a secret of the test');
  const ends: (() => Promise<unknown>)[] = [];
  await on.database.transaction((tx) => ensureDefaultKey(tx, secrets, on.workspace, on.clock.now()));

  const sql = <Found = Record<string, unknown>>(text: string, values: unknown[] = []) =>
    on.database.run<Found>({ name: '', text }, values);

  /** A process with the role delivery. `stop` may be called early. */
  async function start(signals = new Signals()) {
    const { database, clock } = on;
    const processes = await createProcesses({ database, clock, log, roles: ['delivery'] });
    const delivery = await startDelivery({
      database,
      clock,
      log,
      signals,
      secrets,
      processes,
      config: { egressAllow: ['127.0.0.0/8'] },
      random: () => 0.5,
    });
    let stopped: Promise<void> | null = null;
    const stop = () => {
      stopped ??= delivery.stop().then(() => processes.stop());
      return stopped;
    };
    ends.push(stop);
    return { signals, processes, stop };
  }

  async function webhook(path: string, extra: Record<string, unknown> = {}, secretHeaders: [string, string][] = []) {
    const now = on.clock.now();
    const [id, lane] = [newId(now), newId(now)];
    const definition = webhookDefinition.parse({
      url: `${receiver.url}${path}`,
      body: '{"name":"{{ profile.name }}"}',
      retry: { waits: [0.05, 0.05, 0.05] },
      timeout_ms: 2_000,
      ...extra,
    });
    await sql(
      'INSERT INTO webhooks (workspace_id, id, key, name, version, created_at, updated_at) VALUES ($1, $2, $3, $3, 1, $4, $4)',
      [on.workspace, id, `w-${id}`, now],
    );
    await sql(
      'INSERT INTO webhook_versions (workspace_id, webhook_id, version, definition, secrets, created_at) VALUES ($1, $2, 1, $3, $4, $5)',
      [
        on.workspace,
        id,
        JSON.stringify(definition),
        secretHeaders.length > 0 ? secrets.seal(JSON.stringify(secretHeaders)) : null,
        now,
      ],
    );
    await sql('INSERT INTO lanes (id, workspace_id, webhook_id) VALUES ($1, $2, $3)', [lane, on.workspace, id]);
    return { id, lane };
  }

  async function scenario(state = 'active') {
    const id = newId(on.clock.now());
    await sql(
      "INSERT INTO scenarios (workspace_id, id, name, state, version, draft, created_at, updated_at) VALUES ($1, $2, 'Welcome', $3, 1, '{}', 0, 0)",
      [on.workspace, id, state],
    );
    return id;
  }

  async function queue(
    hook: { id: string; lane: string },
    extra: { scenario?: string; mode?: number; request?: string; class?: number; name?: string; dueAt?: number } = {},
  ) {
    const now = on.clock.now();
    const [id, profile] = [newId(now), newId(now)];
    const mode = extra.mode ?? MODE.outcome;
    const cls = extra.class ?? CLASS.live;
    await sql(
      "INSERT INTO profiles (workspace_id, id, partition, attributes, changes, created_at, updated_at) VALUES ($1, $2, $3, $4, '{}', 0, 0)",
      [on.workspace, profile, partitionOf(profile), JSON.stringify({ name: extra.name ?? 'Ada' })],
    );
    await sql(
      'INSERT INTO deliveries (workspace_id, id, partition, profile_id, lane_id, webhook_id, scenario_id, step, class, mode, depth, state, queued_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 2, $11)',
      [
        on.workspace,
        id,
        partitionOf(profile),
        profile,
        hook.lane,
        hook.id,
        extra.scenario ?? null,
        'call',
        cls,
        mode,
        now,
      ],
    );
    await sql(
      'INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, mode, due_at, scenario_id, state, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 2, $9)',
      [
        hook.lane,
        id,
        on.workspace,
        partitionOf(profile),
        cls,
        mode,
        extra.dueAt ?? now,
        extra.scenario ?? null,
        extra.request ?? null,
      ],
    );
    return { id, profile };
  }

  async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const end = performance.now() + 30_000;
    while (performance.now() < end) {
      const found = await look();
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`waited in vain for: ${what}`);
  }

  const deliveryOf = async (id: string) => (await sql<Row>('SELECT * FROM deliveries WHERE id = $1', [id]))[0]!;
  const ended = (id: string) =>
    until(`the end of delivery ${id}`, async () => {
      const row = await deliveryOf(id);
      return row.ended_at !== null && row;
    });
  const queued = async (id: string) =>
    (await sql<QueueRow>('SELECT * FROM lane_queue WHERE delivery_id = $1', [id]))[0];
  const factsOf = async (id: string) =>
    (
      await sql<{ kind: number; depth: number; body: string }>(
        'SELECT kind, depth, body FROM inbox WHERE partition >= 0 ORDER BY seq',
      )
    )
      .map((row) => ({ ...row, body: JSON.parse(row.body) }))
      .filter((fact) => fact.body.delivery === id);

  return {
    on,
    receiver,
    secrets,
    sql,
    start,
    webhook,
    scenario,
    queue,
    until,
    deliveryOf,
    ended,
    queued,
    factsOf,
    /** Called at the end, before what was there earlier. */
    later: (end: () => Promise<unknown>) => void ends.push(end),
    async close() {
      for (const end of ends.splice(0).reverse()) await end();
      await receiver.close();
      await on.close();
    },
  };
}
export type DeliveryStage = Awaited<ReturnType<typeof startDeliveryStage>>;
