import { createHash, randomBytes } from 'node:crypto';
import type { Connection, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import type { Role } from './roles.ts';

/** What a link is for: the first person, one who was invited, one who is locked out. */
export type LinkKind = 'first' | 'invite' | 'sign_in';

export interface Link {
  workspaceId: string;
  id: string;
  kind: LinkKind;
  email: string | null;
  role: Role;
  expiresAt: number;
}

const HOUR = 3_600_000;
/** How long a link can be used: an invitation a week, the others an hour. */
export const LINK_MS: Record<LinkKind, number> = { first: HOUR, sign_in: HOUR, invite: 168 * HOUR };

const hashOf = (token: string) => createHash('sha256').update(token).digest();
const COLUMNS = 'workspace_id AS "workspaceId", id, kind, email, role, expires_at AS "expiresAt"';
const q = (name: string, text: string): Sql => ({ name: `link-${name}`, text });
const insert = q(
  'create',
  'INSERT INTO links (workspace_id, id, hash, kind, email, role, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
);
const replace = q(
  'replace',
  'DELETE FROM links WHERE workspace_id = $1 AND kind = $2 AND email IS NOT DISTINCT FROM $3',
);
const read = q('read', `SELECT ${COLUMNS} FROM links WHERE hash = $1 AND expires_at > $2`);
const use = q('use', `DELETE FROM links WHERE hash = $1 AND expires_at > $2 RETURNING ${COLUMNS}`);

/** Makes a link's token, shown once and kept as its hash; it replaces an earlier one of the kind for the same email. */
export async function createLink(
  tx: Connection,
  made: { workspaceId: string; kind: LinkKind; email: string | null; role: Role; now: number },
): Promise<{ id: string; token: string; expiresAt: number }> {
  const token = randomBytes(32).toString('base64url');
  const id = newId(made.now);
  const expiresAt = made.now + LINK_MS[made.kind];
  await tx.run(replace, [made.workspaceId, made.kind, made.email]);
  await tx.run(insert, [made.workspaceId, id, hashOf(token), made.kind, made.email, made.role, made.now, expiresAt]);
  return { id, token, expiresAt };
}

/** What a token is for, without using it up; null when there is none, or it was used, or its time is over. */
export async function readLink(on: Connection, token: string, now: number): Promise<Link | null> {
  const [row] = await on.run<Link>(read, [hashOf(token), now]);
  return row ?? null;
}

/** Uses a token up: of two who try at once, one gets it. */
export async function spendLink(on: Connection, token: string, now: number): Promise<Link | null> {
  const [row] = await on.run<Link>(use, [hashOf(token), now]);
  return row ?? null;
}
