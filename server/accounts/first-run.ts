import { createHash } from 'node:crypto';
import { ensureDefaultKey, type Sealer } from '../connections/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Connection, Database } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import { createApiKey } from './keys.ts';
import { SCOPES } from './scopes.ts';

const KEY_NAME = 'HANDOFF_API_KEY';
const oldest = { name: 'first-run-workspace', text: 'SELECT id FROM workspaces ORDER BY id LIMIT 1' };

/** Makes a workspace with its default signing key. */
export async function createWorkspace(tx: Connection, sealer: Sealer, name: string, now: number): Promise<string> {
  const id = newId(now);
  await tx.run(
    { name: 'workspace-create', text: 'INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)' },
    [id, name, now],
  );
  await ensureDefaultKey(tx, sealer, id, now);
  await tx.run({ name: 'workspace-bump', text: 'UPDATE definitions SET version = version + 1' });
  return id;
}

/** The oldest workspace: the one that a first person comes into. */
export async function firstWorkspace(on: Connection): Promise<string> {
  const [row] = await on.run<{ id: string }>(oldest);
  if (!row) throw new Error('There is no workspace yet.');
  return row.id;
}

/**
 * What a first start makes: the default workspace, its signing key, and the API key given by the setting, with every
 * scope; a changed setting replaces the key. Safe to call at every start and by several processes at once.
 */
export function ensureFirstRun(parts: {
  database: Database;
  clock: Clock;
  secrets: Sealer;
  config: { apiKey: string | null };
}): Promise<{ workspaceId: string }> {
  const { database, clock, secrets } = parts;
  const { apiKey } = parts.config;
  return database.transaction(async (tx) => {
    await tx.run({ name: 'first-run-lock', text: 'SELECT pg_advisory_xact_lock(7264092)' });
    const now = clock.now();
    const [first] = await tx.run<{ id: string }>(oldest);
    const workspaceId = first?.id ?? (await createWorkspace(tx, secrets, 'Default', now));
    if (apiKey !== null) {
      const hash = createHash('sha256').update(apiKey).digest();
      const have = await tx.run<{ hash: Buffer }>(
        {
          name: 'first-run-key',
          text: 'SELECT hash FROM api_keys WHERE workspace_id = $1 AND name = $2 AND revoked_at IS NULL',
        },
        [workspaceId, KEY_NAME],
      );
      if (!have.some((row) => row.hash.equals(hash))) {
        await tx.run(
          {
            name: 'first-run-replace',
            text: 'DELETE FROM api_keys WHERE workspace_id = $1 AND (name = $2 OR hash = $3)',
          },
          [workspaceId, KEY_NAME, hash],
        );
        await createApiKey(tx, { workspaceId, name: KEY_NAME, kind: 'server', scopes: SCOPES, now, key: apiKey });
      }
    }
    return { workspaceId };
  });
}
