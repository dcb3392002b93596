import { type WebhookDefinition, webhookDefinition } from '../../shared/webhook.ts';
import { type LoadedCredential, openCredential } from '../connections/index.ts';
import { type Connection, type Sql, uuidArray } from '../platform/database/index.ts';

/** A webhook with a version of it, secrets opened: for sending, never for answers of the API. */
export interface LoadedWebhook {
  workspaceId: string;
  id: string;
  key: string;
  version: number;
  enabled: boolean;
  deleted: boolean;
  definition: WebhookDefinition;
  secretHeaders: [string, string][];
  /** The credential that its definition names; null without one, and when it is gone. */
  credential: LoadedCredential | null;
}

const currentSql: Sql = {
  name: 'webhooks-current',
  text: `SELECT w.workspace_id, w.id, w.key, w.version, w.enabled, w.deleted_at, v.definition, v.secrets,
      c.id AS credential_id, c.name AS credential_name, c.prefix, c.auth, c.secrets AS credential_secrets
    FROM unnest($1::uuid[], $2::uuid[]) u(workspace_id, id) JOIN webhooks w ON (w.workspace_id, w.id) = (u.workspace_id, u.id)
    JOIN webhook_versions v ON (v.workspace_id, v.webhook_id, v.version) = (w.workspace_id, w.id, w.version)
    LEFT JOIN webhook_credentials c ON (c.workspace_id, c.id) = (w.workspace_id, v.credential_id)`,
};

type Row = {
  workspace_id: string;
  id: string;
  key: string;
  version: number;
  enabled: boolean;
  deleted_at: number | null;
  definition: string;
  secrets: Buffer | null;
  credential_id: string | null;
  credential_name: string;
  prefix: string;
  auth: string;
  credential_secrets: Buffer;
};
type Wanted = { workspaceId: string; webhookId: string };

function credentialOf(row: Row, sealer: { open(sealed: Buffer): string }): LoadedCredential | null {
  const { credential_id: id, credential_name: name, prefix, auth, credential_secrets: secrets } = row;
  return id === null ? null : openCredential(sealer, { id, name, prefix, auth, secrets });
}

/** Current versions of webhooks; those that don't exist are left out. */
export async function loadCurrentWebhooks(
  on: Connection,
  sealer: { open(sealed: Buffer): string },
  wanted: readonly Wanted[],
): Promise<LoadedWebhook[]> {
  if (wanted.length === 0) return [];
  const rows = await on.run<Row>(currentSql, [
    uuidArray(wanted.map((w) => w.workspaceId)),
    uuidArray(wanted.map((w) => w.webhookId)),
  ]);
  return rows.map((row) => ({
    workspaceId: row.workspace_id,
    id: row.id,
    key: row.key,
    version: row.version,
    enabled: row.enabled,
    deleted: row.deleted_at !== null,
    definition: webhookDefinition.parse(JSON.parse(row.definition)),
    secretHeaders: row.secrets === null ? [] : (JSON.parse(sealer.open(row.secrets)) as [string, string][]),
    credential: credentialOf(row, sealer),
  }));
}

// Webhooks held in memory at most; beyond it all are read anew.
const MAX_HELD = 5_000;

/** Current webhooks by id, held until the definitions' version moves. */
export function createWebhookCache(on: Connection, sealer: { open(sealed: Buffer): string }) {
  let held = new Map<string, LoadedWebhook>();
  let heldVersion = -1;
  return {
    /** The wanted webhooks by id, as of `version` of the definitions or later. */
    async current(wanted: readonly Wanted[], version: number): Promise<Map<string, LoadedWebhook>> {
      if (version !== heldVersion || held.size > MAX_HELD) {
        held = new Map();
        heldVersion = version;
      }
      const into = held;
      const missing = new Map(wanted.filter((w) => !into.has(w.webhookId)).map((w) => [w.webhookId, w]));
      for (const webhook of await loadCurrentWebhooks(on, sealer, [...missing.values()])) into.set(webhook.id, webhook);
      return into;
    },
  };
}
