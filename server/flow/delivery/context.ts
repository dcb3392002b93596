import { type Connection, int2Array, type Sql, uuidArray } from '../../platform/database/index.ts';
import { type ContextText, contextText } from './context-text.ts';
import type { Details, Item, StoredRequest } from './item.ts';
import { StepValues } from './step-values.ts';

// Each lookup is a subquery with LIMIT, which makes PostgreSQL go by key for each delivery: a plan made while the tables
// were small stays good when they are large. Days that can't hold the id are left out as each is looked up; bounds leave
// them out before their tables are opened. An event or an enrollment may stand in the partition of a profile that was
// merged since, so they are looked up by id alone.
const contextSql: Sql = {
  name: 'delivery-context',
  text: `SELECT d.*, coalesce(a.profile_id, d.profile_id) AS owner, p.attributes, e.name AS event_name, e.body AS event_body,
      e.occurred_at AS event_at, en.data, s.name AS scenario_name
    FROM unnest($1::uuid[], $2::uuid[], $3::int2[]) u(workspace_id, id, partition)
    CROSS JOIN LATERAL (SELECT x.workspace_id, x.id, x.partition, x.profile_id, x.webhook_id, x.step, x.enrollment_id, x.depth, x.event_id, x.scenario_id, x.scenario_version
      FROM deliveries x WHERE x.workspace_id = u.workspace_id AND x.id = u.id AND x.partition = u.partition
        AND x.id >= $4::uuid AND x.id <= $5::uuid LIMIT 1) d
    LEFT JOIN LATERAL (SELECT x.profile_id FROM aliases x WHERE x.workspace_id = d.workspace_id AND x.id = d.profile_id LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT x.attributes FROM profiles x
      WHERE x.workspace_id = d.workspace_id AND x.id = coalesce(a.profile_id, d.profile_id) LIMIT 1) p ON true
    LEFT JOIN LATERAL (SELECT x.name, x.body, x.occurred_at FROM events x WHERE x.workspace_id = d.workspace_id AND x.profile_id = d.profile_id AND x.id = d.event_id LIMIT 1) e ON true
    LEFT JOIN LATERAL (SELECT x.data FROM enrollments x WHERE x.workspace_id = d.workspace_id AND x.id = d.enrollment_id LIMIT 1) en ON true
    LEFT JOIN LATERAL (SELECT x.name FROM scenarios x WHERE x.workspace_id = d.workspace_id AND x.id = d.scenario_id LIMIT 1) s ON true`,
};
// By id alone: a resend uses the request of another delivery, whose partition may differ.
const requestsSql: Sql = {
  name: 'delivery-requests',
  text: `SELECT r.* FROM unnest($1::uuid[], $2::uuid[]) u(workspace_id, id) CROSS JOIN LATERAL (
      SELECT x.id, x.webhook_version, x.message_id, x.idempotency_key, x.method, x.url, x.headers, x.body, x.members, x.member_keys
      FROM requests x WHERE x.workspace_id = u.workspace_id AND x.id = u.id AND x.id >= $3::uuid AND x.id <= $4::uuid LIMIT 1) r`,
};
const bodiesSql: Sql = {
  name: 'delivery-bodies',
  text: `SELECT a.* FROM unnest($1::uuid[], $2::uuid[], $5::uuid[]) u(workspace_id, id, request_id) CROSS JOIN LATERAL (
      SELECT x.id, x.response_body, x.response_cut
      FROM attempts x WHERE x.workspace_id = u.workspace_id AND x.request_id = u.request_id AND x.id = u.id AND x.id >= $3::uuid AND x.id <= $4::uuid LIMIT 1) a`,
};

/** What the context of a delivery is made from, and what the delivery is for. JSON as text; ids bare; times in ms. */
export type ContextRow = {
  workspace_id: string;
  id: string;
  profile_id: string;
  webhook_id: string;
  step: string | null;
  enrollment_id: string | null;
  depth: number;
  event_id: string | null;
  scenario_id: string | null;
  scenario_version: number | null;
  owner: string;
  attributes: string | null;
  event_name: string | null;
  event_body: string | null;
  event_at: number | null;
  data: string | null;
  scenario_name: string | null;
};

interface Responses {
  [step: string]: { request: string | null; attempt: string | null; status: number | null };
}

/** A delivery with what its template sees: context is JSON text (see RenderJob). */
export interface Loaded {
  item: Item;
  details: Details;
  /** Null when the profile is gone. */
  context: string | null;
}

const bounds = (ids: readonly string[]) => {
  const sorted = [...ids].sort();
  return [sorted[0], sorted.at(-1)];
};

// Of each database, what steps give to parameters.
const stepValues = new WeakMap<Connection, StepValues>();

/** What the step of a delivery gives to parameters, as JSON text of a map; null for nothing. */
async function valuesFor(on: Connection, rows: readonly ContextRow[]): Promise<(row: ContextRow) => string | null> {
  const known = stepValues.get(on) ?? new StepValues();
  stepValues.set(on, known);
  const versions = rows.flatMap(({ workspace_id: workspaceId, scenario_id: scenarioId, scenario_version: version }) =>
    scenarioId === null || version === null ? [] : [{ workspaceId, scenarioId, version }],
  );
  const valuesOf = await known.of(on, versions);
  return ({ scenario_id, scenario_version, step }) =>
    scenario_id === null || scenario_version === null || step === null
      ? null
      : valuesOf(scenario_id, scenario_version, step);
}

/**
 * Loads what deliveries are for and what their templates see; what `fresh` has isn't read. One whose row is gone is left
 * out.
 */
export async function loadContexts(
  on: Connection,
  items: readonly Item[],
  now: number,
  fresh: (deliveryId: string) => ContextRow | null = () => null,
): Promise<Loaded[]> {
  if (items.length === 0) return [];
  const rows: ContextRow[] = [];
  const rest: Item[] = [];
  for (const item of items) {
    const row = fresh(item.deliveryId);
    if (row) rows.push(row);
    else rest.push(item);
  }
  rows.push(...(await readRows(on, rest)));
  const found = new Map(rows.map((row) => [row.id, row]));
  const valuesOf = await valuesFor(on, rows);
  const responses = new Map<string, Responses>();
  const attempts: { workspaceId: string; id: string; requestId: string }[] = [];
  for (const item of items) {
    const data = found.get(item.deliveryId)?.data;
    if (!data?.includes('"attempt":')) continue;
    const earlier = (JSON.parse(data) as { responses: Responses }).responses;
    responses.set(item.deliveryId, earlier);
    for (const ref of Object.values(earlier))
      if (ref.attempt && ref.request)
        attempts.push({ workspaceId: item.workspaceId, id: ref.attempt, requestId: ref.request });
  }
  const bodies = await loadBodies(on, attempts);
  return items.flatMap((item) => {
    const row = found.get(item.deliveryId);
    if (!row) return [];
    const { profile_id: profileId, webhook_id: webhookId, step, enrollment_id: enrollmentId, depth } = row;
    const earlier = responses.get(item.deliveryId) ?? {};
    const context = row.attributes === null ? null : compose(row, earlier, bodies, valuesOf(row), now);
    return [{ item, details: { profileId, webhookId, step, enrollmentId, depth }, context }];
  });
}

async function readRows(on: Connection, items: readonly Item[]): Promise<ContextRow[]> {
  if (items.length === 0) return [];
  const ids = items.map((item) => item.deliveryId);
  return on.run<ContextRow>(contextSql, [
    uuidArray(items.map((i) => i.workspaceId)),
    uuidArray(ids),
    int2Array(items.map((i) => i.partition)),
    ...bounds(ids),
  ]);
}

async function loadBodies(
  on: Connection,
  wanted: readonly { workspaceId: string; id: string; requestId: string }[],
): Promise<Map<string, string | null>> {
  if (wanted.length === 0) return new Map();
  const ids = wanted.map((w) => w.id);
  type Body = { id: string; response_body: Buffer | null; response_cut: boolean };
  const rows = await on.run<Body>(bodiesSql, [
    uuidArray(wanted.map((w) => w.workspaceId)),
    uuidArray(ids),
    ...bounds(ids),
    uuidArray(wanted.map((w) => w.requestId)),
  ]);
  // A cut body would read as something that it isn't: later steps see none.
  return new Map(
    rows.map((row) => [row.id, row.response_cut || !row.response_body ? null : row.response_body.toString('utf8')]),
  );
}

function compose(
  row: ContextRow,
  responses: Responses,
  bodies: ReadonlyMap<string, string | null>,
  parameters: string | null,
  now: number,
): string {
  const event =
    row.event_id === null || row.event_at === null
      ? null
      : { id: row.event_id, name: row.event_name, at: row.event_at, properties: row.event_body ?? '{}' };
  const earlier = Object.entries(responses).map(([step, ref]): ContextText['responses'][number] => [
    step,
    { status: ref.status, body: ref.attempt === null ? null : (bodies.get(ref.attempt) ?? null) },
  ]);
  return contextText({
    profileId: row.owner,
    attributes: row.attributes ?? '{}',
    event,
    responses: earlier,
    step: row.step,
    scenario: row.scenario_id === null ? null : { id: row.scenario_id, name: row.scenario_name },
    parameters,
    deliveryId: row.id,
    now,
  });
}

/** The requests that were committed for deliveries, by request id. */
export async function loadRequests(
  on: Connection,
  items: readonly Pick<Item, 'workspaceId' | 'requestId'>[],
): Promise<Map<string, StoredRequest>> {
  const wanted = items.filter((item) => item.requestId !== null);
  if (wanted.length === 0) return new Map();
  const ids = wanted.map((item) => item.requestId!);
  type RequestRow = {
    id: string;
    webhook_version: number;
    message_id: string;
    idempotency_key: string;
    method: string;
    url: string;
    headers: string;
    body: Buffer | null;
    members: string[] | null;
    member_keys: (string | null)[] | null;
  };
  const rows = await on.run<RequestRow>(requestsSql, [
    uuidArray(wanted.map((i) => i.workspaceId)),
    uuidArray(ids),
    ...bounds(ids),
  ]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        webhookVersion: row.webhook_version,
        messageId: row.message_id,
        idempotencyKey: row.idempotency_key,
        method: row.method,
        url: row.url,
        headers: JSON.parse(row.headers) as [string, string][],
        body: row.body,
        ...(row.members && { members: row.members, keys: row.member_keys ?? row.members.map(() => null) }),
      },
    ]),
  );
}

const orphansSql: Sql = {
  name: 'delivery-orphans',
  text: `DELETE FROM lane_queue q USING (SELECT * FROM unnest($1::uuid[], $2::uuid[]) LIMIT $3) u(lane_id, delivery_id)
    WHERE q.lane_id = u.lane_id AND q.delivery_id = u.delivery_id`,
};

/** Takes items out of the queue whose delivery doesn't exist any more (its day was dropped): nobody waits for them. */
export async function dropOrphans(on: Connection, items: readonly Item[]): Promise<void> {
  await on.run(orphansSql, [
    uuidArray(items.map((i) => i.laneId)),
    uuidArray(items.map((i) => i.deliveryId)),
    items.length,
  ]);
}
