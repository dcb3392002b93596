import type { PresetLook } from '../../shared/preset.ts';
import type { WebhookDefinition } from '../../shared/webhook.ts';
import type { Connection, Transactor } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import { revisionOf } from '../platform/revision.ts';
import { bumpDefinitions } from '../schema/index.ts';
import type { Fault } from './check.ts';
import { laneFor } from './lane.ts';
import { faultsOfKept, originMoved, type Sealer, storedIn } from './secret-headers.ts';
import { definitionOf, putVersion } from './versions.ts';

/** A webhook as its management sees it: the current version, secret header values left out. */
export interface WebhookView {
  id: string;
  key: string;
  name: string;
  description: string;
  enabled: boolean;
  version: number;
  definition: WebhookDefinition;
  /** The throughput policy that it is under. */
  policyId: string | null;
  /** How it is shown as a preset; null when it is none. */
  preset: PresetLook | null;
  /** Names what a person edits: name, description and version. */
  revision: string;
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

type Row = {
  id: string;
  key: string;
  name: string;
  description: string;
  enabled: boolean;
  version: number;
  definition: string;
  policy_id: string | null;
  preset: string | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
};

const SELECT = `SELECT w.id, w.key, w.name, w.description, w.enabled, w.version, v.definition, w.policy_id, w.preset, w.created_at, w.updated_at, w.deleted_at FROM webhooks w
  JOIN webhook_versions v ON (v.workspace_id, v.webhook_id, v.version) = (w.workspace_id, w.id, w.version)`;

type Revised = Pick<Row, 'name' | 'description' | 'version'>;
const revision = ({ name, description, version }: Revised) => revisionOf([name, description, String(version)]);

/** A webhook that somebody saved after the caller read it; nothing was changed. */
export interface ChangedMeanwhile {
  changed: { name: string };
}
const stale = (row: Revised, seen: string | null) => seen !== null && revision(row) !== seen;

const view = (row: Row): WebhookView => ({
  id: row.id,
  key: row.key,
  name: row.name,
  description: row.description,
  enabled: row.enabled,
  version: row.version,
  definition: definitionOf(row.definition),
  policyId: row.policy_id,
  preset: row.preset === null ? null : (JSON.parse(row.preset) as PresetLook),
  revision: revision(row),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

/** The key of a webhook that brought none: its name in small letters, digits and dashes. */
export function slug(name: string): string {
  const text = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return text || 'webhook';
}

/** Makes a webhook with its first version and its lane. Null when the key is taken. */
export function createWebhook(
  database: Transactor,
  sealer: Sealer,
  made: {
    workspaceId: string;
    key: string | null;
    name: string;
    description: string;
    definition: WebhookDefinition;
    now: number;
    /** A copy: the webhook whose definition this is, and whose secrets it takes over. */
    secretsFrom?: { id: string; version: number };
    /** The throughput policy it is under; none unless given. */
    policyId?: string | null;
  },
): Promise<WebhookView | null> {
  const { workspaceId, now } = made;
  return database.transaction(async (tx) => {
    const id = newId(now);
    const base = made.key ?? slug(made.name);
    let key = base;
    // A key that was asked for must be free; one that we make up gets a number.
    for (let n = 2; ; n++) {
      const rows = await tx.run(
        {
          name: 'webhook-create',
          text: 'INSERT INTO webhooks (workspace_id, id, key, name, description, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $6) ON CONFLICT (workspace_id, key) DO NOTHING RETURNING 1',
        },
        [workspaceId, id, key, made.name, made.description, now],
      );
      if (rows.length > 0) break;
      if (made.key !== null || n > 1_000) return null;
      key = `${base}-${n}`;
    }
    const before = made.secretsFrom ? (await storedIn(tx, sealer, { workspaceId, ...made.secretsFrom })).secrets : [];
    await putVersion(tx, sealer, { workspaceId, id, version: 1, now }, made.definition, before);
    await laneFor(tx, workspaceId, id, made.policyId ?? null, now);
    await bumpDefinitions(tx);
    return getWebhook(tx, workspaceId, id);
  });
}

const lockAny = {
  name: 'webhook-lock-any',
  text: 'SELECT name, description, version FROM webhooks WHERE workspace_id = $1 AND id = $2 FOR UPDATE',
};

/** A webhook by id, deleted or not; null when there is none. */
export async function getWebhook(on: Connection, workspaceId: string, id: string): Promise<WebhookView | null> {
  const [row] = await on.run<Row>({ name: 'webhook-get', text: `${SELECT} WHERE w.workspace_id = $1 AND w.id = $2` }, [
    workspaceId,
    id,
  ]);
  return row ? view(row) : null;
}

/** Webhooks by id, `limit` after `after`; with `search` those whose name, key or description holds the text. */
export async function listWebhooks(
  on: Connection,
  workspaceId: string,
  wanted: { after: string | null; limit: number; search: string | null; deleted: boolean },
): Promise<WebhookView[]> {
  const rows = await on.run<Row>(
    {
      name: 'webhook-list',
      text: `${SELECT} WHERE w.workspace_id = $1 AND ($2::uuid IS NULL OR w.id > $2::uuid) AND (w.deleted_at IS NOT NULL) = $3
        AND ($4::text IS NULL OR strpos(lower(w.name || ' ' || w.key || ' ' || w.description), lower($4)) > 0) ORDER BY w.id LIMIT $5`,
    },
    [workspaceId, wanted.after, wanted.deleted, wanted.search, wanted.limit],
  );
  return rows.map(view);
}

/**
 * Changes name, description, switch, throughput policy (which exists) or deletion. Null when there is no such webhook.
 * `seen`: the revision that the change was made of, or null to save over whatever is there.
 */
export function changeWebhook(
  database: Transactor,
  workspaceId: string,
  id: string,
  change: { name?: string; description?: string; enabled?: boolean; deleted?: boolean; policyId?: string | null },
  now: number,
  seen: string | null = null,
): Promise<WebhookView | ChangedMeanwhile | null> {
  return database.transaction(async (tx) => {
    const [row] = seen === null ? [] : await tx.run<Revised>(lockAny, [workspaceId, id]);
    if (row && stale(row, seen)) return { changed: { name: row.name } };
    const rows = await tx.run(
      {
        name: 'webhook-change',
        text: `UPDATE webhooks SET name = coalesce($3, name), description = coalesce($4, description), enabled = coalesce($5, enabled),
          deleted_at = CASE WHEN $6::boolean IS NULL THEN deleted_at WHEN $6 THEN coalesce(deleted_at, $7::int8) END, updated_at = $7::int8
          WHERE workspace_id = $1 AND id = $2 RETURNING 1`,
      },
      [
        workspaceId,
        id,
        change.name ?? null,
        change.description ?? null,
        change.enabled ?? null,
        change.deleted ?? null,
        now,
      ],
    );
    if (rows.length === 0) return null;
    if (change.policyId !== undefined) await laneFor(tx, workspaceId, id, change.policyId, now);
    await bumpDefinitions(tx);
    return getWebhook(tx, workspaceId, id);
  });
}

/**
 * Makes a new version the current one. Secret headers without a value keep theirs while the URL keeps its origin; else
 * the faults come back and nothing has changed. Null when there is no such webhook. `seen` as in changeWebhook.
 * `missing` 'left_out': secrets that are not there are added later; stored ones still go to no other origin.
 */
export function putDefinition(
  database: Transactor,
  sealer: Sealer,
  workspaceId: string,
  id: string,
  definition: WebhookDefinition,
  now: number,
  seen: string | null = null,
  missing: 'refused' | 'left_out' = 'refused',
): Promise<WebhookView | Fault[] | ChangedMeanwhile | null> {
  return database.transaction(async (tx) => {
    // Locks the row: of two at a time, the second sees the version that the first made.
    const [locked] = await tx.run<Revised>(
      {
        name: 'webhook-lock',
        text: 'SELECT name, description, version FROM webhooks WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE',
      },
      [workspaceId, id],
    );
    if (!locked) return null;
    if (stale(locked, seen)) return { changed: { name: locked.name } };
    const before = await storedIn(tx, sealer, { workspaceId, id, version: locked.version });
    const faults = faultsOfKept(definition, before);
    if (faults.length > 0 && missing === 'refused') return faults;
    const [row] = await tx.run<{ version: number }>(
      {
        name: 'webhook-next',
        text: 'UPDATE webhooks SET version = version + 1, updated_at = $3 WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING version',
      },
      [workspaceId, id, now],
    );
    if (!row) return null;
    const kept = originMoved(definition, before) ? [] : before.secrets;
    await putVersion(tx, sealer, { workspaceId, id, version: row.version, now }, definition, kept);
    await bumpDefinitions(tx);
    return getWebhook(tx, workspaceId, id);
  });
}
