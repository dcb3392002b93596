import type { WebhookDefinition } from '../../shared/webhook.ts';
import type { Connection } from '../platform/database/index.ts';
import { type Fault, originOf } from './check.ts';

export type Sealer = { seal(plain: string): Buffer; open(sealed: Buffer): string };

/** Secret header values that stand stored, and the URL that they were given for. */
export interface Stored {
  url: string;
  secrets: [string, string][];
}

/**
 * What keeps stored secrets from being used again: fails closed, since whoever may edit a webhook could else send them
 * to a server of theirs.
 */
export function faultsOfKept(definition: WebhookDefinition, { url, secrets }: Stored): Fault[] {
  const moved = originOf(url) === null || originOf(url) !== originOf(definition.url);
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
