import type { Connection, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';

/** A field that changed: its dotted path, and its values as JSON text; null where there is none. */
export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

/**
 * Who changed what. `fields`: what the caller named; `changes`: values before and after, as the API shows them, so that
 * no secret can stand here. `at` in ms.
 */
export interface AuditEntry {
  id: string;
  actorKind: 'person' | 'key' | 'system';
  actorId: string | null;
  actorName: string;
  action: string;
  thing: string | null;
  thingId: string | null;
  thingName: string | null;
  fields: string[];
  changes: FieldChange[];
  at: number;
}

/** Which entries; all that is given must hold. `thing`: a kind, as in the API's paths. */
export interface AuditFilter {
  thing?: string | undefined;
  thingId?: string | undefined;
  actorId?: string | undefined;
}

const insert: Sql = {
  name: 'audit-write',
  text: `INSERT INTO audit (workspace_id, id, actor_kind, actor_id, actor_name, action, thing, thing_id, thing_name, fields, changes, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
};
// Each way has an index in the order of the list; what is asked for besides is looked at row by row.
const list = (way: string, first: string): Sql => ({
  name: `audit-list-${way}`,
  text: `SELECT id, actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName", action, thing, thing_id AS "thingId",
      thing_name AS "thingName", fields, changes, at
    FROM audit WHERE workspace_id = $1 AND id < $2::uuid ${first}
      AND ($4::text IS NULL OR thing = $4::text) AND ($5::text IS NULL OR thing_id = $5::text) AND ($6::text IS NULL OR actor_id = $6::text)
    ORDER BY id DESC LIMIT $3`,
});
const WAYS = {
  thing: list('thing', 'AND thing_id = $5::text'),
  actor: list('actor', 'AND actor_id = $6::text'),
  all: list('all', ''),
};
const NEWEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

// By its key alone: who saved a thing is asked for directly after, so what is older than 1,000 entries isn't looked for.
const latest: Sql = {
  name: 'audit-latest',
  text: `SELECT "actorName", at FROM (
      SELECT actor_name AS "actorName", at, thing, thing_id, fields FROM audit
      WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1000) a
    WHERE a.thing = $2 AND a.thing_id = $3 AND a.fields && $4::text[] LIMIT 1`,
};

/** Who last wrote one of these fields of a thing, and when (ms); null when that isn't known any more. */
export async function lastWriter(
  on: Connection,
  workspaceId: string,
  of: { thing: string; thingId: string; fields: readonly string[] },
): Promise<Pick<AuditEntry, 'actorName' | 'at'> | null> {
  const values = [workspaceId, of.thing, of.thingId, of.fields];
  const [row] = await on.run<Pick<AuditEntry, 'actorName' | 'at'>>(latest, values);
  return row ?? null;
}

/** Writes an entry down. */
export async function writeAudit(
  on: Connection,
  workspaceId: string,
  entry: Omit<AuditEntry, 'id' | 'at'>,
  now: number,
): Promise<void> {
  const { actorKind, actorId, actorName, action, thing, thingId, thingName, fields, changes } = entry;
  await on.run(insert, [
    workspaceId,
    newId(now),
    actorKind,
    actorId,
    actorName,
    action,
    thing,
    thingId,
    thingName,
    fields,
    JSON.stringify(changes),
    now,
  ]);
}

/** One page of entries, newest first. */
export async function listAudit(
  on: Connection,
  workspaceId: string,
  filter: AuditFilter,
  before: string | null,
  limit: number,
): Promise<AuditEntry[]> {
  const { thing = null, thingId = null, actorId = null } = filter;
  const way = thingId !== null ? WAYS.thing : actorId !== null ? WAYS.actor : WAYS.all;
  type Row = Omit<AuditEntry, 'changes'> & { changes: string };
  const rows = await on.run<Row>(way, [workspaceId, before ?? NEWEST, limit, thing, thingId, actorId]);
  return rows.map((row) => ({ ...row, changes: JSON.parse(row.changes) as FieldChange[] }));
}
