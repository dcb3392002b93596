import type { WebhookParameter } from '../../shared/parameter.ts';
import type { PresetLook } from '../../shared/preset.ts';
import type { Connection, Sql } from '../platform/database/index.ts';
import { loadParameters } from './parameters.ts';

/** A webhook that was prepared for reuse, as who fills it in sees it: no URL, no body, no credentials. */
export interface PresetView extends PresetLook {
  id: string;
  key: string;
  name: string;
  description: string;
  enabled: boolean;
  parameters: WebhookParameter[];
}

const listSql: Sql = {
  name: 'preset-list',
  text: `SELECT id, key, name, description, enabled, preset FROM webhooks
    WHERE workspace_id = $1 AND preset IS NOT NULL AND deleted_at IS NULL AND ($2::uuid IS NULL OR id > $2::uuid)
      AND ($3::uuid IS NULL OR id = $3) AND ($4::text IS NULL OR strpos(lower(name || ' ' || description), lower($4)) > 0)
    ORDER BY id LIMIT $5`,
};
const setSql: Sql = {
  name: 'preset-set',
  text: `UPDATE webhooks SET preset = $3, updated_at = $4
    WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING 1`,
};

type Row = Pick<PresetView, 'id' | 'key' | 'name' | 'description' | 'enabled'> & { preset: string };

/** Presets by id, `limit` after `after`; with `search` those whose name or description holds the text. */
export async function listPresets(
  on: Connection,
  workspaceId: string,
  wanted: { after?: string | null; only?: string; search?: string | null; limit: number },
): Promise<PresetView[]> {
  const { after = null, only = null, search = null, limit } = wanted;
  const rows = await on.run<Row>(listSql, [workspaceId, after, only, search, limit]);
  const ids = rows.map((row) => row.id);
  const parameters = await loadParameters(on, workspaceId, ids);
  return rows.map(({ preset, ...row }) => ({
    ...row,
    ...(JSON.parse(preset) as PresetLook),
    parameters: parameters.get(row.id) ?? [],
  }));
}

/** Makes a webhook a preset, or none any more (`look` null); steps that use it go on. Null when there is no such webhook. */
export async function setPreset(
  on: Connection,
  workspaceId: string,
  id: string,
  look: PresetLook | null,
  now: number,
): Promise<PresetView | true | null> {
  const rows = await on.run(setSql, [workspaceId, id, look && JSON.stringify(look), now]);
  if (rows.length === 0) return null;
  const [made] = look ? await listPresets(on, workspaceId, { only: id, limit: 1 }) : [];
  return made ?? true;
}
