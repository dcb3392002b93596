import type { Connection, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';

/** Who changed what, and which fields; never values, so no secret can stand here. `at` in ms. */
export interface AuditEntry {
  id: string;
  actorKind: 'person' | 'key' | 'system';
  actorId: string | null;
  actorName: string;
  action: string;
  thing: string | null;
  thingId: string | null;
  fields: string[];
  at: number;
}

const insert: Sql = {
  name: 'audit-write',
  text: `INSERT INTO audit (workspace_id, id, actor_kind, actor_id, actor_name, action, thing, thing_id, fields, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
};
const list: Sql = {
  name: 'audit-list',
  text: `SELECT id, actor_kind AS "actorKind", actor_id AS "actorId", actor_name AS "actorName", action, thing, thing_id AS "thingId", fields, at
    FROM audit WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
};

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
  const { actorKind, actorId, actorName, action, thing, thingId, fields } = entry;
  await on.run(insert, [workspaceId, newId(now), actorKind, actorId, actorName, action, thing, thingId, fields, now]);
}

/** One page of entries, newest first. */
export function listAudit(
  on: Connection,
  workspaceId: string,
  before: string | null,
  limit: number,
): Promise<AuditEntry[]> {
  return on.run<AuditEntry>(list, [workspaceId, before, limit]);
}
