import { type Connection, int2Array, type Sql, textArray, uuidArray } from '../../platform/database/index.ts';
import { partitionOf } from '../../platform/ids.ts';
import { type Json, parseJson } from '../../platform/json.ts';
import { type ProfileState, StoredProfile } from '../profiles/index.ts';
import type { EnrollmentState, EntryState, RunState } from '../scenarios/index.ts';
import type { KnownProfile, KnownProfiles } from './known-profiles.ts';

// A row whose version is known isn't written out again: that and reading it is most of what a profile costs. Who was merged
// away has no row any more, so who has one isn't looked for among the aliases.
const profilesSql: Sql = {
  name: 'turn-profiles',
  text: `SELECT u.id, p.xmin::text AS version, a.profile_id AS alias_of,
      CASE WHEN p.xmin::text IS DISTINCT FROM u.known THEN p.attributes::text END AS attributes,
      CASE WHEN p.xmin::text IS DISTINCT FROM u.known THEN p.changes::text END AS changes, p.created_at, p.updated_at
    FROM unnest($1::uuid[], $2::uuid[], $3::int2[], $4::text[]) u(workspace_id, id, partition, known)
    LEFT JOIN LATERAL (SELECT x.xmin, x.* FROM profiles x WHERE x.workspace_id = u.workspace_id AND x.id = u.id AND x.partition = u.partition LIMIT 1) p ON true
    LEFT JOIN LATERAL (SELECT x.* FROM aliases x WHERE x.workspace_id = u.workspace_id AND x.id = u.id AND x.partition = u.partition AND p.id IS NULL LIMIT 1) a ON true`,
};
// Each look-up is a subquery with LIMIT: PostgreSQL then goes by key for each row wanted. As plain joins these were planned
// the other way round while the tables were small (every row compared with every one wanted), and stayed so for minutes.
// The bounds let the executor leave out days before it opens their tables.
const enrollmentsSql: Sql = {
  name: 'turn-enrollments',
  text: `SELECT e.* FROM unnest($1::uuid[], $2::uuid[]) u(workspace_id, id) CROSS JOIN LATERAL (
      SELECT x.* FROM enrollments x WHERE x.workspace_id = u.workspace_id AND x.id = u.id AND x.id >= $3::uuid AND x.id <= $4::uuid LIMIT 1) e`,
};
const entriesSql: Sql = {
  name: 'turn-entries',
  text: `SELECT s.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int2[]) u(workspace_id, profile_id, scenario_id, partition) CROSS JOIN LATERAL (
      SELECT x.* FROM scenario_profiles x WHERE x.workspace_id = u.workspace_id AND x.profile_id = u.profile_id AND x.scenario_id = u.scenario_id
        AND x.partition = u.partition LIMIT 1) s`,
};
const runsSql: Sql = {
  name: 'turn-runs',
  text: `SELECT r.* FROM unnest($1::uuid[], $2::uuid[]) u(workspace_id, id) CROSS JOIN LATERAL (
      SELECT x.id, x.scenario_id, x.version, x.state FROM campaign_runs x WHERE x.workspace_id = u.workspace_id AND x.id = u.id
      LIMIT 1 FOR KEY SHARE) r`,
};
const eventsSql: Sql = {
  name: 'turn-events',
  text: `SELECT e.id, e.body FROM unnest($1::uuid[], $2::uuid[], $5::uuid[]) u(workspace_id, id, profile_id) CROSS JOIN LATERAL (
      SELECT x.id, x.body FROM events x WHERE x.workspace_id = u.workspace_id AND x.profile_id = u.profile_id AND x.id = u.id
        AND x.id >= $3::uuid AND x.id <= $4::uuid LIMIT 1) e`,
};
const bodiesSql: Sql = {
  name: 'turn-bodies',
  text: `SELECT a.id, a.response_body, a.response_cut FROM unnest($1::uuid[], $2::uuid[], $5::uuid[]) u(workspace_id, id, request_id) CROSS JOIN LATERAL (
      SELECT x.id, x.response_body, x.response_cut FROM attempts x
      WHERE x.workspace_id = u.workspace_id AND x.request_id = u.request_id AND x.id = u.id AND x.id >= $3::uuid AND x.id <= $4::uuid LIMIT 1) a`,
};

interface Named {
  workspaceId: string;
  id: string;
}

function bounded(rows: readonly Named[]): unknown[] {
  const ids = rows.map((row) => row.id);
  const sorted = [...ids].sort();
  return [uuidArray(rows.map((row) => row.workspaceId)), uuidArray(ids), sorted[0], sorted.at(-1)];
}

/** Profiles as a turn found them. */
export interface LoadedProfiles {
  /** By id; null where there is none yet. */
  profiles: Map<string, ProfileState | null>;
  /** Where those went that were merged away. */
  aliases: Map<string, string>;
  /** Those of `profiles` that are there, to be known by the next turn if nothing changes them. */
  found: Map<string, KnownProfile>;
}

/** Loads profiles by id; what is `known` under the row's version is taken from there, with `text` only what has its text. */
export async function loadProfiles(
  tx: Connection,
  wanted: readonly Named[],
  known?: KnownProfiles,
  text = false,
): Promise<LoadedProfiles> {
  const profiles = new Map<string, ProfileState | null>();
  const aliases = new Map<string, string>();
  const found = new Map<string, KnownProfile>();
  if (wanted.length === 0) return { profiles, aliases, found };
  type Row = {
    id: string;
    version: string | null;
    attributes: string | null;
    changes: string;
    created_at: number;
    updated_at: number;
    alias_of: string | null;
  };
  const rows = await tx.run<Row>(profilesSql, [
    uuidArray(wanted.map((w) => w.workspaceId)),
    uuidArray(wanted.map((w) => w.id)),
    int2Array(wanted.map((w) => partitionOf(w.id))),
    textArray(wanted.map((w) => known?.get(w.id, text)?.version ?? null)),
  ]);
  const workspaceOf = new Map(wanted.map((w) => [w.id, w.workspaceId]));
  for (const row of rows) {
    if (row.alias_of !== null) aliases.set(row.id, row.alias_of);
    const { attributes, version } = row;
    if (version === null) {
      profiles.set(row.id, null);
      continue;
    }
    const one =
      attributes === null
        ? known!.get(row.id)!
        : {
            profile: new StoredProfile(workspaceOf.get(row.id)!, { ...row, attributes }),
            version,
            characters: attributes.length + row.changes.length,
          };
    profiles.set(row.id, one.profile);
    found.set(row.id, one);
  }
  return { profiles, aliases, found };
}

/** Enrollments by id. */
export async function loadEnrollments(tx: Connection, wanted: readonly Named[]): Promise<Map<string, EnrollmentState>> {
  if (wanted.length === 0) return new Map();
  const rows = await tx.run<EnrollmentRow>(enrollmentsSql, bounded(wanted));
  return new Map(rows.map((row) => [row.id, enrollmentFromRow(row)]));
}

/** An enrollment's row. */
export interface EnrollmentRow {
  workspace_id: string;
  id: string;
  profile_id: string;
  scenario_id: string;
  version: number;
  state: number;
  step: string | null;
  event_id: string | null;
  depth: number;
  class: number;
  data: string;
  started_at: number;
  ended_at: number | null;
  reason: string | null;
  run_id: string | null;
}

/** An enrollment from its row. */
export function enrollmentFromRow(row: EnrollmentRow): EnrollmentState {
  return {
    workspaceId: row.workspace_id,
    id: row.id,
    profileId: row.profile_id,
    scenarioId: row.scenario_id,
    version: row.version,
    state: row.state,
    step: row.step,
    eventId: row.event_id,
    depth: row.depth,
    class: row.class,
    data: JSON.parse(row.data) as EnrollmentState['data'],
    startedAt: row.started_at,
    endedAt: row.ended_at,
    reason: row.reason,
    runId: row.run_id,
    isNew: false,
  };
}

/** What is remembered of profiles in scenarios, by `${profile}:${scenario}`. */
export async function loadEntries(
  tx: Connection,
  wanted: readonly { workspaceId: string; profileId: string; scenarioId: string }[],
): Promise<Map<string, EntryState>> {
  if (wanted.length === 0) return new Map();
  type Row = {
    workspace_id: string;
    profile_id: string;
    scenario_id: string;
    entered: number;
    open: number;
    last_entered_at: number;
    reached: string[];
    last_run_id: string | null;
  };
  const rows = await tx.run<Row>(entriesSql, [
    uuidArray(wanted.map((w) => w.workspaceId)),
    uuidArray(wanted.map((w) => w.profileId)),
    uuidArray(wanted.map((w) => w.scenarioId)),
    int2Array(wanted.map((w) => partitionOf(w.profileId))),
  ]);
  return new Map(
    rows.map((row) => [
      `${row.profile_id}:${row.scenario_id}`,
      {
        workspaceId: row.workspace_id,
        profileId: row.profile_id,
        scenarioId: row.scenario_id,
        entered: row.entered,
        open: row.open,
        lastEnteredAt: row.last_entered_at,
        reached: row.reached,
        lastRunId: row.last_run_id,
      },
    ]),
  );
}

/**
 * Runs of campaigns by id, locked so that they stay what they are until the turn commits: who stops or pauses one waits for
 * this turn, and the next one sees it. The key's lock leaves the run's own progress free.
 */
export async function loadRuns(tx: Connection, wanted: readonly Named[]): Promise<Map<string, RunState>> {
  if (wanted.length === 0) return new Map();
  type Row = { id: string; scenario_id: string; version: number | null; state: RunState['state'] };
  const rows = await tx.run<Row>(runsSql, [
    uuidArray(wanted.map((w) => w.workspaceId)),
    uuidArray(wanted.map((w) => w.id)),
  ]);
  return new Map(
    rows.map((row) => [
      row.id,
      { id: row.id, scenarioId: row.scenario_id, version: row.version ?? 0, state: row.state },
    ]),
  );
}

/** Properties of events by id; an event stands under the profile that its enrollment was started for. */
export async function loadProperties(
  tx: Connection,
  wanted: readonly (Named & { profileId: string })[],
): Promise<Map<string, Record<string, Json>>> {
  if (wanted.length === 0) return new Map();
  const values = [...bounded(wanted), uuidArray(wanted.map((w) => w.profileId))];
  const rows = await tx.run<{ id: string; body: string | null }>(eventsSql, values);
  return new Map(rows.map((row) => [row.id, row.body === null ? {} : (parseJson(row.body) as Record<string, Json>)]));
}

/** Parsed bodies of responses by attempt; one that is cut or isn't JSON is missing. */
export async function loadResponseBodies(
  tx: Connection,
  wanted: readonly (Named & { requestId: string })[],
): Promise<Map<string, Json>> {
  if (wanted.length === 0) return new Map();
  const rows = await tx.run<{ id: string; response_body: Buffer | null; response_cut: boolean }>(bodiesSql, [
    ...bounded(wanted),
    uuidArray(wanted.map((w) => w.requestId)),
  ]);
  const bodies = new Map<string, Json>();
  for (const row of rows) {
    if (row.response_body === null || row.response_cut) continue;
    try {
      bodies.set(row.id, parseJson(row.response_body.toString('utf8')));
    } catch {
      // Not JSON: a condition on it sees nothing there.
    }
  }
  return bodies;
}

/** Attaches values of identifier attributes to profiles, where nobody has them. */
export async function attachIdentifiers(
  tx: Connection,
  rows: readonly { workspaceId: string; profileId: string; kind: string; value: string }[],
  now: number,
): Promise<void> {
  if (rows.length === 0) return;
  const sorted = [...rows].sort((a, b) =>
    a.workspaceId + a.kind + a.value < b.workspaceId + b.kind + b.value ? -1 : 1,
  );
  await tx.run(
    {
      name: 'turn-attach',
      text: `INSERT INTO identifiers (workspace_id, kind, value, profile_id, created_at)
        SELECT u.*, $5::int8 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) u ON CONFLICT DO NOTHING`,
    },
    [
      uuidArray(sorted.map((r) => r.workspaceId)),
      textArray(sorted.map((r) => r.kind)),
      textArray(sorted.map((r) => r.value)),
      uuidArray(sorted.map((r) => r.profileId)),
      now,
    ],
  );
}
