import type { WebhookDefinition } from '../../shared/webhook.ts';
import type { Connection } from '../platform/database/index.ts';
import { parse } from '../platform/ids.ts';
import { parted, type Sealer } from './secret-headers.ts';

/** A version of a webhook. */
export interface VersionView {
  version: number;
  definition: WebhookDefinition;
  createdAt: number;
}

/** A stored definition; one that was stored before there were parameters has none. */
export const definitionOf = (text: string): WebhookDefinition => ({
  parameters: [],
  ...(JSON.parse(text) as Omit<WebhookDefinition, 'parameters'>),
});

/** Stores a version; its secret headers are sealed, and those without a value take it from `before`. */
export async function putVersion(
  tx: Connection,
  sealer: Sealer,
  at: { workspaceId: string; id: string; version: number; now: number },
  definition: WebhookDefinition,
  before: [string, string][],
): Promise<void> {
  const { open, secrets } = parted(definition, before);
  await tx.run(
    {
      name: 'webhook-version',
      text: 'INSERT INTO webhook_versions (workspace_id, webhook_id, version, definition, secrets, created_at, credential_id) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    },
    [
      at.workspaceId,
      at.id,
      at.version,
      JSON.stringify(open),
      secrets.length === 0 ? null : sealer.seal(JSON.stringify(secrets)),
      at.now,
      open.credential === undefined ? null : parse('credential', open.credential),
    ],
  );
}

/** Versions of a webhook, newest first, below `before`. */
export async function listVersions(
  on: Connection,
  workspaceId: string,
  id: string,
  before: number | null,
  limit: number,
): Promise<VersionView[]> {
  const rows = await on.run<{ version: number; definition: string; created_at: number }>(
    {
      name: 'webhook-versions',
      text: 'SELECT version, definition, created_at FROM webhook_versions WHERE workspace_id = $1 AND webhook_id = $2 AND ($3::int IS NULL OR version < $3) ORDER BY version DESC LIMIT $4',
    },
    [workspaceId, id, before, limit],
  );
  return rows.map((row) => ({
    version: row.version,
    definition: definitionOf(row.definition),
    createdAt: row.created_at,
  }));
}
