import { randomBytes } from 'node:crypto';
import type { Connection, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import type { InspectorAnswers } from './answer.ts';

/** An inspector as its management sees it. */
export interface Inspector {
  id: string;
  name: string;
  token: string;
  answers: InspectorAnswers;
  createdAt: number;
}

/** A request that arrived at an inspector. */
export interface InspectorRequest {
  id: string;
  at: number;
  method: string;
  path: string;
  query: string;
  headers: [string, string][];
  body: Buffer;
  size: number;
  scheme: string | null;
  valid: boolean | null;
}

/** A workspace has at most this many inspectors. */
export const MAX_INSPECTORS = 200;

type Row = { id: string; name: string; token: string; answers: string; created_at: number };
const SELECT = 'id, name, token, answers, created_at';
const view = (row: Row): Inspector => ({
  id: row.id,
  name: row.name,
  token: row.token,
  answers: JSON.parse(row.answers) as InspectorAnswers,
  createdAt: row.created_at,
});

const create: Sql = {
  name: 'inspector-create',
  text: `INSERT INTO inspectors (workspace_id, id, name, token, answers, created_at) SELECT $1, $2, $3, $4, $5, $6
    WHERE (SELECT count(*) FROM (SELECT 1 FROM inspectors WHERE workspace_id = $1 LIMIT ${MAX_INSPECTORS}) i) < ${MAX_INSPECTORS} RETURNING ${SELECT}`,
};
const list: Sql = {
  name: 'inspector-list',
  text: `SELECT ${SELECT} FROM inspectors WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
};
const get: Sql = {
  name: 'inspector-get',
  text: `SELECT ${SELECT} FROM inspectors WHERE workspace_id = $1 AND id = $2`,
};
const change: Sql = {
  name: 'inspector-change',
  text: `UPDATE inspectors SET name = coalesce($3, name), answers = coalesce($4, answers),
    served = CASE WHEN $4::text IS NULL THEN served ELSE 0 END WHERE workspace_id = $1 AND id = $2 RETURNING ${SELECT}`,
};
const remove: Sql = {
  name: 'inspector-delete',
  text: 'DELETE FROM inspectors WHERE workspace_id = $1 AND id = $2 RETURNING 1',
};
const empty: Sql = {
  name: 'inspector-empty',
  text: 'DELETE FROM inspector_requests WHERE workspace_id = $1 AND inspector_id = $2',
};
const requests: Sql = {
  name: 'inspector-requests',
  text: `SELECT id, at, method, path, query, headers, body, size, scheme, valid FROM inspector_requests
    WHERE workspace_id = $1 AND inspector_id = $2 AND ($3::uuid IS NULL OR id < $3::uuid) ORDER BY id DESC LIMIT $4`,
};

/** Makes an inspector under an unguessable token; null when the workspace has its most. `now` in ms. */
export async function createInspector(
  on: Connection,
  workspaceId: string,
  name: string,
  answers: InspectorAnswers,
  now: number,
): Promise<Inspector | null> {
  const token = randomBytes(24).toString('base64url');
  const [row] = await on.run<Row>(create, [workspaceId, newId(now), name, token, JSON.stringify(answers), now]);
  return row ? view(row) : null;
}

/** Inspectors by id, `limit` after `after`. */
export async function listInspectors(
  on: Connection,
  workspaceId: string,
  after: string | null,
  limit: number,
): Promise<Inspector[]> {
  return (await on.run<Row>(list, [workspaceId, after, limit])).map(view);
}

/** One inspector; null when there is none. */
export async function getInspector(on: Connection, workspaceId: string, id: string): Promise<Inspector | null> {
  const [row] = await on.run<Row>(get, [workspaceId, id]);
  return row ? view(row) : null;
}

/** Changes the name or the answers; a sequence then begins anew. Null when there is no such inspector. */
export async function changeInspector(
  on: Connection,
  workspaceId: string,
  id: string,
  to: { name?: string | undefined; answers?: InspectorAnswers | undefined },
): Promise<Inspector | null> {
  const answers = to.answers === undefined ? null : JSON.stringify(to.answers);
  const [row] = await on.run<Row>(change, [workspaceId, id, to.name ?? null, answers]);
  return row ? view(row) : null;
}

/** Removes an inspector and what arrived there; false when there is none. */
export async function deleteInspector(tx: Connection, workspaceId: string, id: string): Promise<boolean> {
  // First the inspector: what arrives meanwhile waits for its row, and then finds none.
  const gone = await tx.run(remove, [workspaceId, id]);
  await tx.run(empty, [workspaceId, id]);
  return gone.length > 0;
}

/** What arrived, newest first, before `before`. */
export async function listInspectorRequests(
  on: Connection,
  workspaceId: string,
  id: string,
  before: string | null,
  limit: number,
): Promise<InspectorRequest[]> {
  const rows = await on.run<Omit<InspectorRequest, 'headers'> & { headers: string }>(requests, [
    workspaceId,
    id,
    before,
    limit,
  ]);
  return rows.map((row) => ({ ...row, headers: JSON.parse(row.headers) as [string, string][] }));
}

/** Forgets what arrived. */
export async function emptyInspector(on: Connection, workspaceId: string, id: string): Promise<void> {
  await on.run(empty, [workspaceId, id]);
}
