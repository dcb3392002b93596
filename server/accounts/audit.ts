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
