import type { Connection, Sql } from '../../platform/database/index.ts';
import { partitionOf } from '../../platform/ids.ts';
import { type ProfileState, profileFromRow } from './state.ts';

/** A profile as people see it. Times in ms since the epoch. */
export interface ProfileView extends ProfileState {
  identifiers: { kind: string; value: string; createdAt: number }[];
  /** Profiles that were merged into this one. */
  merged: { id: string; mergedAt: number }[];
}

/** An entry of a profile's timeline; `body` and `meta` are JSON text. */
export interface TimelineRow {
  id: string;
  kind: number;
  origin: number;
  name: string | null;
  body: string | null;
  meta: string | null;
  occurredAt: number;
  receivedAt: number;
}

const COLUMNS = 'id, attributes, changes, created_at, updated_at';
const page: Sql = {
  name: 'profile-list',
  text: `SELECT ${COLUMNS} FROM profiles WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2)
    ORDER BY id DESC LIMIT $3`,
};
const byId: Sql = {
  name: 'profile-get',
  text: `SELECT ${COLUMNS} FROM profiles WHERE workspace_id = $1 AND id = $2 AND partition = $3`,
};
const byIdentifier: Sql = {
  name: 'profile-by-identifier',
  text: 'SELECT profile_id FROM identifiers WHERE workspace_id = $1 AND kind = $2 AND value = $3',
};
const alias: Sql = {
  name: 'profile-alias',
  text: 'SELECT profile_id FROM aliases WHERE workspace_id = $1 AND id = $2 AND partition = $3',
};
const identifiers: Sql = {
  name: 'profile-identifiers',
  text: `SELECT kind, value, created_at AS "createdAt" FROM identifiers WHERE workspace_id = $1 AND profile_id = $2
    ORDER BY created_at, kind, value LIMIT 1000`,
};
const merged: Sql = {
  name: 'profile-merged',
  text: `SELECT id, merged_at AS "mergedAt" FROM aliases WHERE workspace_id = $1 AND profile_id = $2
    ORDER BY merged_at DESC, id LIMIT 1000`,
};
// Entries keep the id of the profile that they were written for, so those merged into it are asked for too.
const timeline: Sql = {
  name: 'profile-timeline',
  text: `SELECT e.* FROM unnest($2::uuid[]) p(id) CROSS JOIN LATERAL (
      SELECT id, kind, origin, name, body, meta, occurred_at AS "occurredAt", received_at AS "receivedAt" FROM events
      WHERE workspace_id = $1 AND profile_id = p.id AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4) e
    ORDER BY id DESC LIMIT $4`,
};

interface Row {
  id: string;
  attributes: string;
  changes: string;
  created_at: number;
  updated_at: number;
}

// Merging points aliases at the survivor; the bound only catches a chain that a later merge has yet to shorten.
const MAX_HOPS = 20;

/** The profile that an id stands for today: itself, or what it was merged into. */
export async function resolveAlias(on: Connection, workspaceId: string, id: string): Promise<string> {
  let at = id;
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const [row] = await on.run<{ profile_id: string }>(alias, [workspaceId, at, partitionOf(at)]);
    if (!row) return at;
    at = row.profile_id;
  }
  return at;
}

/** One page of profiles, newest first. `before`: the id that the last page ended with. */
export async function listProfiles(
  on: Connection,
  workspaceId: string,
  options: { before: string | null; limit: number },
): Promise<ProfileState[]> {
  const rows = await on.run<Row>(page, [workspaceId, options.before, options.limit]);
  return rows.map((row) => profileFromRow(workspaceId, row));
}

/** The id of the profile with this identifier (value as stored: an email in lower case), or null. */
export async function findProfile(
  on: Connection,
  workspaceId: string,
  kind: string,
  value: string,
): Promise<string | null> {
  const [row] = await on.run<{ profile_id: string }>(byIdentifier, [workspaceId, kind, value]);
  return row ? resolveAlias(on, workspaceId, row.profile_id) : null;
}

/** The profile behind an id, aliases resolved, with its identifiers; null when there is none (yet). */
export async function getProfile(on: Connection, workspaceId: string, id: string): Promise<ProfileView | null> {
  const at = await resolveAlias(on, workspaceId, id);
  const [row] = await on.run<Row>(byId, [workspaceId, at, partitionOf(at)]);
  if (!row) return null;
  return {
    ...profileFromRow(workspaceId, row),
    identifiers: await on.run<ProfileView['identifiers'][number]>(identifiers, [workspaceId, at]),
    merged: await on.run<ProfileView['merged'][number]>(merged, [workspaceId, at]),
  };
}

/** One page of the timeline of a profile and of those merged into it, newest first by arrival. */
export async function listTimeline(
  on: Connection,
  workspaceId: string,
  profile: Pick<ProfileView, 'id' | 'merged'>,
  options: { before: string | null; limit: number },
): Promise<TimelineRow[]> {
  const ids = [profile.id, ...profile.merged.map((one) => one.id)];
  return on.run<TimelineRow>(timeline, [workspaceId, ids, options.before, options.limit]);
}
