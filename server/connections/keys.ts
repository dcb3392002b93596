import type { Connection } from '../platform/database/index.ts';
import { type Trouble, trouble } from '../platform/errors.ts';
import { newId } from '../platform/ids.ts';
import { bumpDefinitions } from '../schema/index.ts';
import { newSigningSecret, secretProblem } from './signing.ts';

/** Encrypts and decrypts what is stored. */
export interface Sealer {
  seal(plain: string): Buffer;
  open(sealed: Buffer): string;
}

/** A signing key as it may be shown; its secret never is again. Times are ms since the epoch. */
export interface SigningKey {
  id: string;
  name: string;
  isDefault: boolean;
  createdAt: number;
  rotatedAt: number | null;
  /** Until when the secret before the last rotation signs as well, or null. */
  previousUntil: number | null;
}

/** A key and its secret, which is shown this once. */
export interface NewSecret {
  id: string;
  secret: string;
}

/** How long both secrets sign after a rotation, unless told otherwise: a day. */
export const OVERLAP_MS = 86_400_000;
const MAX_OVERLAP_MS = 30 * 86_400_000;

/** Sees to it that the workspace has a default key. Gives the new key's secret, or null when there was one. */
export async function ensureDefaultKey(
  tx: Connection,
  sealer: Sealer,
  workspaceId: string,
  now: number,
): Promise<NewSecret | null> {
  const key = { id: newId(now), secret: newSigningSecret() };
  const rows = await tx.run(
    {
      name: 'signing-key-default',
      text: `INSERT INTO signing_keys (workspace_id, id, name, is_default, secret, created_at)
             VALUES ($1, $2, 'Default', true, $3, $4)
             ON CONFLICT (workspace_id) WHERE is_default DO NOTHING RETURNING id`,
    },
    [workspaceId, key.id, sealer.seal(key.secret), now],
  );
  if (rows.length === 0) return null;
  await bumpDefinitions(tx);
  return key;
}

/** Adds a key. `secret`: one that the user brings, else a new one is made. */
export async function createKey(
  tx: Connection,
  sealer: Sealer,
  input: { workspaceId: string; name: string; secret?: string; now: number },
): Promise<NewSecret | Trouble> {
  const secret = input.secret ?? newSigningSecret();
  const problem = secretProblem(secret);
  if (problem) return trouble('permanent', 'invalid_secret', problem);
  const id = newId(input.now);
  await tx.run(
    {
      name: 'signing-key-create',
      text: 'INSERT INTO signing_keys (workspace_id, id, name, secret, created_at) VALUES ($1, $2, $3, $4, $5)',
    },
    [input.workspaceId, id, input.name, sealer.seal(secret), input.now],
  );
  await bumpDefinitions(tx);
  return { id, secret };
}

/**
 * Gives a key a new secret; the present one signs as well for `overlapMs`, so that receivers can change over. An older
 * one that still did, no longer does.
 */
export async function rotateKey(
  tx: Connection,
  sealer: Sealer,
  input: { workspaceId: string; id: string; secret?: string; overlapMs?: number; now: number },
): Promise<NewSecret | Trouble> {
  const secret = input.secret ?? newSigningSecret();
  const problem = secretProblem(secret);
  if (problem) return trouble('permanent', 'invalid_secret', problem);
  const overlap = input.overlapMs ?? OVERLAP_MS;
  if (!(overlap >= 0 && overlap <= MAX_OVERLAP_MS))
    return trouble('permanent', 'invalid_overlap', 'The overlap must be between 0 and 30 days');
  const rows = await tx.run(
    {
      name: 'signing-key-rotate',
      text: `UPDATE signing_keys
             SET previous = CASE WHEN $4::bigint > 0 THEN secret END,
                 previous_until = CASE WHEN $4::bigint > 0 THEN $5::bigint + $4::bigint END,
                 secret = $3, rotated_at = $5
             WHERE workspace_id = $1 AND id = $2 RETURNING id`,
    },
    [input.workspaceId, input.id, sealer.seal(secret), Math.round(overlap), input.now],
  );
  if (rows.length === 0) return trouble('permanent', 'not_found', `There is no signing key ${input.id}`);
  await bumpDefinitions(tx);
  return { id: input.id, secret };
}

/** The keys of a workspace, oldest first, without secrets; at most 1,000. */
export async function listKeys(database: Connection, workspaceId: string, now: number): Promise<SigningKey[]> {
  return database.run<SigningKey>(
    {
      name: 'signing-key-list',
      text: `SELECT id, name, is_default AS "isDefault", created_at AS "createdAt", rotated_at AS "rotatedAt",
                    CASE WHEN previous_until > $2 THEN previous_until END AS "previousUntil"
             FROM signing_keys WHERE workspace_id = $1 ORDER BY id LIMIT 1000`,
    },
    [workspaceId, now],
  );
}
