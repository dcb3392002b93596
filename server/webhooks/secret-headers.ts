import type { WebhookDefinition } from '../../shared/webhook.ts';
import type { Connection } from '../platform/database/index.ts';
import { type Fault, originOf } from './check.ts';

export type Sealer = { seal(plain: string): Buffer; open(sealed: Buffer): string };

/** Secret header values that stand stored, and the URL that they were given for. */
export interface Stored {
  url: string;
  secrets: [string, string][];
}

/** Whether a definition leads to another origin than the stored secrets were given for. Fails closed. */
export const originMoved = (definition: WebhookDefinition, { url }: Stored): boolean =>
  originOf(url) === null || originOf(url) !== originOf(definition.url);

/**
 * What keeps stored secrets from being used again: fails closed, since whoever may edit a webhook could else send them
 * to a server of theirs.
 */
export function faultsOfKept(definition: WebhookDefinition, stored: Stored): Fault[] {
  const { url, secrets } = stored;
  const moved = originMoved(definition, stored);
  return definition.headers.flatMap((header, i) => {
    if (!header.secret || header.value !== '') return [];
    const known = secrets.some(([name]) => name.toLowerCase() === header.name.toLowerCase());
    if (known && !moved) return [];
    const message = known
      ? `was given for ${originOf(url)}; give it again to send it to ${originOf(definition.url)}`
      : 'a secret header needs a value';
    return [{ field: `headers.${i}.value`, message }];
  });
}

/** Takes secret header values out of a definition; one without a value keeps what `before` had under the name. */
export function parted(
  definition: WebhookDefinition,
  before: [string, string][],
): { open: WebhookDefinition; secrets: [string, string][] } {
  const secrets: [string, string][] = [];
  const headers = definition.headers.map((header) => {
    if (!header.secret) return header;
    const value =
      header.value !== ''
        ? header.value
        : (before.find(([name]) => name.toLowerCase() === header.name.toLowerCase())?.[1] ?? '');
    if (value !== '') secrets.push([header.name, value]);
    return { ...header, value: '' };
  });
  return { open: { ...definition, headers }, secrets };
}

/** The secrets of a version that exists. */
export async function storedIn(
  tx: Connection,
  sealer: Sealer,
  at: { workspaceId: string; id: string; version: number },
): Promise<Stored> {
  const [row] = await tx.run<{ definition: string; secrets: Buffer | null }>(
    {
      name: 'webhook-secrets',
      text: 'SELECT definition, secrets FROM webhook_versions WHERE workspace_id = $1 AND webhook_id = $2 AND version = $3',
    },
    [at.workspaceId, at.id, at.version],
  );
  if (!row) throw new Error(`webhook ${at.id} has no version ${at.version}`);
  const secrets = row.secrets ? (JSON.parse(sealer.open(row.secrets)) as [string, string][]) : [];
  return { url: (JSON.parse(row.definition) as WebhookDefinition).url, secrets };
}

/** Names of the secret headers of a definition that have no value yet: given in it, or stored with the webhook. */
export async function missingSecrets(
  on: Connection,
  sealer: Sealer,
  workspaceId: string,
  webhook: { id: string; version: number } | null,
  definition: WebhookDefinition,
): Promise<string[]> {
  const stored = webhook
    ? await storedIn(on, sealer, { workspaceId, ...webhook })
    : { url: definition.url, secrets: [] };
  return faultsOfKept(definition, stored).map(({ field }) => definition.headers[Number(field.split('.')[1])]!.name);
}
