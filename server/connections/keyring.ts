import type { Connection } from '../platform/database/index.ts';
import type { Sealer } from './keys.ts';

/** The secrets that requests are signed with. */
export interface Keyring {
  /**
   * The secrets of a key (null: the workspace's default key), newest first; empty when there is no such key. `version` is
   * that of the definitions: what was read under an older one is read anew. `now` is in ms since the epoch.
   */
  loadSigningSecrets(workspaceId: string, keyId: string | null, version: number, now: number): Promise<string[]>;
}

interface Held {
  version: number;
  row: Promise<{ secret: string; previous: string | null; previousUntil: number } | null>;
}

const MAX_HELD = 10_000;

/** Makes a Keyring over the database. It holds at most 10,000 keys, decrypted; the longest held goes first. */
export function createKeyring(options: { database: Connection; sealer: Sealer }): Keyring {
  const { database, sealer } = options;
  const held = new Map<string, Held>();

  const read = async (workspaceId: string, keyId: string | null) => {
    const rows = await database.run<{ secret: Buffer; previous: Buffer | null; previous_until: number | null }>(
      keyId === null
        ? {
            name: 'signing-secret-default',
            text: 'SELECT secret, previous, previous_until FROM signing_keys WHERE workspace_id = $1 AND is_default',
          }
        : {
            name: 'signing-secret',
            text: 'SELECT secret, previous, previous_until FROM signing_keys WHERE workspace_id = $1 AND id = $2',
          },
      keyId === null ? [workspaceId] : [workspaceId, keyId],
    );
    const row = rows[0];
    if (!row) return null;
    return {
      secret: sealer.open(row.secret),
      previous: row.previous && sealer.open(row.previous),
      previousUntil: row.previous_until ?? 0,
    };
  };

  return {
    async loadSigningSecrets(workspaceId, keyId, version, now) {
      const name = `${workspaceId} ${keyId ?? ''}`;
      let entry = held.get(name);
      if (!entry || entry.version < version) {
        if (held.size >= MAX_HELD) held.delete(held.keys().next().value!);
        const made: Held = { version, row: read(workspaceId, keyId) };
        made.row.catch(() => {
          if (held.get(name) === made) held.delete(name);
        });
        held.set(name, made);
        entry = made;
      }
      const row = await entry.row;
      if (!row) return [];
      return row.previous !== null && row.previousUntil > now ? [row.secret, row.previous] : [row.secret];
    },
  };
}
