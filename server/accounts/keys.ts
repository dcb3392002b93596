import { hash, randomBytes } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import type { Connection, Database } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import type { Role } from './roles.ts';
import type { Scope } from './scopes.ts';

/** Who calls, as an API key or a session says. */
export interface Caller {
  workspaceId: string;
  /** The key's id; of a session the member's. */
  keyId: string;
  /** The key's name, or the person's. */
  name: string;
  scopes: readonly Scope[];
  keyKind: 'server' | 'browser';
  /** Who is signed in; null with a key, which may all that its scopes allow. */
  person: { id: string; email: string; role: Role } | null;
}

const hashOf = (key: string) => hash('sha256', key, 'base64');
const CACHE_MS = 2_000;
const MAX_CACHED = 10_000;
const USED_EVERY_MS = 60_000;

/** Makes a new key; the key itself is returned once and only its hash is kept. `key` given: that one is stored. */
export async function createApiKey(
  tx: Connection,
  made: {
    workspaceId: string;
    name: string;
    kind: 'server' | 'browser';
    scopes: readonly Scope[];
    now: number;
    key?: string;
  },
): Promise<{ id: string; key: string }> {
  const key = made.key ?? `hk_${randomBytes(24).toString('base64url')}`;
  const id = newId(made.now);
  await tx.run(
    {
      name: 'key-create',
      text: 'INSERT INTO api_keys (workspace_id, id, name, kind, scopes, hint, hash, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)',
    },
    [
      made.workspaceId,
      id,
      made.name,
      made.kind,
      made.scopes,
      key.slice(-4),
      Buffer.from(hashOf(key), 'base64'),
      made.now,
    ],
  );
  return { id, key };
}

/** Finds the caller of a key, null for none. Held in memory for two seconds, so a revoked key works that much longer. */
export function createKeyCheck(database: Database, clock: Clock): (key: string) => Promise<Caller | null> {
  const held = new Map<string, { until: number; caller: Promise<Caller | null> }>();
  const used = new Map<string, number>();
  const read = async (hashed: string): Promise<Caller | null> => {
    type Row = { workspace_id: string; id: string; name: string; scopes: Scope[]; kind: 'server' | 'browser' };
    const [row] = await database.run<Row>(
      {
        name: 'key-check',
        text: 'SELECT workspace_id, id, name, scopes, kind FROM api_keys WHERE hash = $1 AND revoked_at IS NULL',
      },
      [Buffer.from(hashed, 'base64')],
    );
    if (!row) return null;
    const now = clock.now();
    if (now - (used.get(row.id) ?? 0) >= USED_EVERY_MS) {
      if (used.size >= MAX_CACHED) used.clear();
      used.set(row.id, now);
      await database.run(
        { name: 'key-used', text: 'UPDATE api_keys SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2' },
        [row.workspace_id, row.id, now],
      );
    }
    const { name, scopes, kind: keyKind } = row;
    return { workspaceId: row.workspace_id, keyId: row.id, name, scopes, keyKind, person: null };
  };
  return (key) => {
    const now = performance.now();
    // By hash: a header may be long, and whoever has no key chooses what is held here.
    const hashed = hashOf(key);
    const known = held.get(hashed);
    if (known && known.until > now) return known.caller;
    if (held.size >= MAX_CACHED) held.clear();
    const caller = read(hashed);
    held.set(hashed, { until: now + CACHE_MS, caller });
    // Fails closed: an error is the caller's (503), and is not remembered.
    caller.catch(() => held.delete(hashed));
    return caller;
  };
}
