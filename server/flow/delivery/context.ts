import { type Connection, int2Array, type Sql, uuidArray } from '../../platform/database/index.ts';
import { present } from '../../platform/ids.ts';
import type { Details, Item, StoredRequest } from './item.ts';

// The bounds let the executor leave out days before it opens their tables.
const contextSql: Sql = {
  name: 'delivery-context',
  text: `SELECT d.id, d.profile_id, d.webhook_id, d.step, d.enrollment_id, d.depth, d.event_id, d.scenario_id, coalesce(a.profile_id, d.profile_id) AS owner,
      p.attributes::text AS attributes, e.name AS event_name, e.body AS event_body, e.occurred_at AS event_at, en.data
    FROM unnest($1::uuid[], $2::uuid[], $3::int2[]) u(workspace_id, id, partition)
    JOIN deliveries d ON (d.workspace_id, d.id, d.partition) = (u.workspace_id, u.id, u.partition)
    LEFT JOIN aliases a ON (a.workspace_id, a.id, a.partition) = (d.workspace_id, d.profile_id, d.partition)
    LEFT JOIN profiles p ON (p.workspace_id, p.id) = (d.workspace_id, coalesce(a.profile_id, d.profile_id))
    LEFT JOIN events e ON (e.workspace_id, e.id, e.partition) = (d.workspace_id, d.event_id, d.partition)
    LEFT JOIN enrollments en ON (en.workspace_id, en.id, en.partition) = (d.workspace_id, d.enrollment_id, d.partition)
    WHERE d.id >= $4::uuid AND d.id <= $5::uuid`,
};
const requestsSql: Sql = {
  name: 'delivery-requests',
  text: `SELECT r.id, r.webhook_version, r.message_id, r.idempotency_key, r.method, r.url, r.headers, r.body
    FROM unnest($1::uuid[], $2::uuid[], $3::int2[]) u(workspace_id, id, partition)
    JOIN requests r ON (r.workspace_id, r.id, r.partition) = (u.workspace_id, u.id, u.partition) WHERE r.id >= $4::uuid AND r.id <= $5::uuid`,
};
const bodiesSql: Sql = {
  name: 'delivery-bodies',
  text: `SELECT a.id, a.response_body, a.response_cut FROM unnest($1::uuid[], $2::uuid[]) u(workspace_id, id)
    JOIN attempts a ON (a.workspace_id, a.id) = (u.workspace_id, u.id) WHERE a.id >= $3::uuid AND a.id <= $4::uuid`,
};

type Row = {
  id: string;
  profile_id: string;
  webhook_id: string;
  step: string | null;
  enrollment_id: string | null;
  depth: number;
  event_id: string | null;
  scenario_id: string | null;
  owner: string;
  attributes: string | null;
  event_name: string | null;
  event_body: string | null;
  event_at: number | null;
  data: string | null;
};

interface Responses {
  [step: string]: { attempt: string | null; status: number | null };
}

/** A delivery with what its template sees: context is JSON text (see RenderJob). */
export interface Loaded {
  item: Item;
  details: Details;
  context: string;
}

const bounds = (ids: readonly string[]) => {
  const sorted = [...ids].sort();
  return [sorted[0], sorted.at(-1)];
};

/** Loads what deliveries are for and what their templates see. One whose row is gone is left out. */
export async function loadContexts(on: Connection, items: readonly Item[], now: number): Promise<Loaded[]> {
  if (items.length === 0) return [];
  const ids = items.map((item) => item.deliveryId);
  const rows = await on.run<Row>(contextSql, [
    uuidArray(items.map((i) => i.workspaceId)),
    uuidArray(ids),
    int2Array(items.map((i) => i.partition)),
    ...bounds(ids),
  ]);
  const found = new Map(rows.map((row) => [row.id, row]));
  const responses = new Map<string, Responses>();
  const attempts: { workspaceId: string; id: string }[] = [];
  for (const item of items) {
    const data = found.get(item.deliveryId)?.data;
    if (!data?.includes('"attempt":')) continue;
    const earlier = (JSON.parse(data) as { responses: Responses }).responses;
    responses.set(item.deliveryId, earlier);
    for (const ref of Object.values(earlier))
      if (ref.attempt) attempts.push({ workspaceId: item.workspaceId, id: ref.attempt });
  }
  const bodies = await loadBodies(on, attempts);
  return items.flatMap((item) => {
    const row = found.get(item.deliveryId);
    if (!row) return [];
    const { profile_id: profileId, webhook_id: webhookId, step, enrollment_id: enrollmentId, depth } = row;
    const context = compose(row, responses.get(item.deliveryId) ?? {}, bodies, now);
    return [{ item, details: { profileId, webhookId, step, enrollmentId, depth }, context }];
  });
}

async function loadBodies(
  on: Connection,
  wanted: readonly { workspaceId: string; id: string }[],
): Promise<Map<string, string | null>> {
  if (wanted.length === 0) return new Map();
  const ids = wanted.map((w) => w.id);
  type Body = { id: string; response_body: Buffer | null; response_cut: boolean };
  const rows = await on.run<Body>(bodiesSql, [
    uuidArray(wanted.map((w) => w.workspaceId)),
    uuidArray(ids),
    ...bounds(ids),
  ]);
  // A cut body would read as something that it isn't: later steps see none.
  return new Map(
    rows.map((row) => [row.id, row.response_cut || !row.response_body ? null : row.response_body.toString('utf8')]),
  );
}

// Put together from the JSON texts as they are stored: nothing is parsed here, and numbers stay as they were written.
function compose(row: Row, responses: Responses, bodies: ReadonlyMap<string, string | null>, now: number): string {
  const event =
    row.event_id === null || row.event_at === null
      ? 'null'
      : `{"id":"${present('event', row.event_id)}","name":${JSON.stringify(row.event_name)},"timestamp":"${new Date(row.event_at).toISOString()}","properties":${row.event_body ?? '{}'}}`;
  const earlier = Object.entries(responses).map(
    ([step, ref]) =>
      `${JSON.stringify(step)}:{"status":${ref.status},"body":${JSON.stringify(ref.attempt === null ? null : (bodies.get(ref.attempt) ?? null))}}`,
  );
  const scenario = row.scenario_id === null ? 'null' : `{"id":"${present('scenario', row.scenario_id)}"}`;
  return `{"profile":{"id":"${present('profile', row.owner)}","attributes":${row.attributes ?? '{}'}},"event":${event},"responses":{${earlier.join(',')}},"step":${JSON.stringify(row.step)},"scenario":${scenario},"delivery":{"id":"${present('delivery', row.id)}"},"now":${now}}`;
}

/** The requests that were committed for deliveries, by request id. */
export async function loadRequests(on: Connection, items: readonly Item[]): Promise<Map<string, StoredRequest>> {
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
  };
  const rows = await on.run<RequestRow>(requestsSql, [
    uuidArray(wanted.map((i) => i.workspaceId)),
    uuidArray(ids),
    int2Array(wanted.map((i) => i.partition)),
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
      },
    ]),
  );
}
