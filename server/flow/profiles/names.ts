import { NAMING, profileName } from '../../../shared/profile-name.ts';
import { type Connection, int2Array, type Sql, textArray, uuidArray } from '../../platform/database/index.ts';
import { partitionOf } from '../../platform/ids.ts';

// Only what names are made of leaves the row.
const named: Sql = {
  name: 'profile-names',
  text: `SELECT u.id, (SELECT jsonb_object_agg(n.name, p.attributes->n.name) FROM unnest($4::text[]) n(name)
      WHERE jsonb_typeof(p.attributes->n.name) = 'string')::text AS naming
    FROM unnest($2::uuid[], $3::int2[]) u(id, partition)
    LEFT JOIN LATERAL (SELECT x.profile_id FROM aliases x WHERE x.workspace_id = $1 AND x.id = u.id AND x.partition = u.partition LIMIT 1) a ON true
    CROSS JOIN LATERAL (SELECT x.attributes FROM profiles x WHERE x.workspace_id = $1 AND x.id = coalesce(a.profile_id, u.id) LIMIT 1) p`,
};

/**
 * What profiles are called, by id: null for one without a name or email; one that was merged away is called as its
 * survivor. Profiles that aren't there are left out.
 */
export async function listProfileNames(
  on: Connection,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, string | null>> {
  const rows = await on.run<{ id: string; naming: string | null }>(named, [
    workspaceId,
    uuidArray(ids),
    int2Array(ids.map(partitionOf)),
    textArray(NAMING),
  ]);
  return new Map(
    rows.map(({ id, naming }) => [
      id,
      naming === null ? null : profileName(JSON.parse(naming) as Record<string, unknown>),
    ]),
  );
}
