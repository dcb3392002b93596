import type { WebhookDefinition } from '../../shared/webhook.ts';
import { alwaysUnder, type CredentialView, headerNamesOf } from '../connections/index.ts';
import type { Connection, Sql } from '../platform/database/index.ts';
import type { Fault } from './check.ts';

/** Faults of a definition that names a credential; `credential` null: the workspace has none of that id. */
export function faultsOfCredential(definition: WebhookDefinition, credential: CredentialView | null): Fault[] {
  if (!credential) return [{ field: 'credential', message: 'is no credential of this workspace' }];
  const faults: Fault[] = [];
  const { name, prefix, auth } = credential;
  if (!alwaysUnder(prefix, definition.url))
    faults.push({
      field: 'url',
      message: `must begin with ${prefix} before any placeholder: the credential "${name}" goes nowhere else`,
    });
  const set = new Set(headerNamesOf(auth));
  for (const [i, header] of definition.headers.entries())
    if (set.has(header.name.toLowerCase()))
      faults.push({ field: `headers.${i}.name`, message: `${header.name} is set by the credential "${name}"` });
  return faults;
}

/** A webhook that uses a credential. */
export interface CredentialUse {
  id: string;
  name: string;
  url: string;
}

const MOST_USES = 200;
const usesSql: Sql = {
  name: 'credential-webhooks',
  text: `SELECT w.id, w.name, v.definition FROM webhook_versions v
    JOIN webhooks w ON (w.workspace_id, w.id, w.version) = (v.workspace_id, v.webhook_id, v.version)
    WHERE v.workspace_id = $1 AND v.credential_id = $2 AND w.deleted_at IS NULL ORDER BY w.name, w.id LIMIT ${MOST_USES}`,
};

/** The webhooks whose current version uses a credential, the first 200 by name; deleted ones are left out. */
export async function webhooksWith(on: Connection, workspaceId: string, id: string): Promise<CredentialUse[]> {
  const rows = await on.run<{ id: string; name: string; definition: string }>(usesSql, [workspaceId, id]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    url: (JSON.parse(row.definition) as WebhookDefinition).url,
  }));
}
