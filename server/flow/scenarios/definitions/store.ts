import type { ScenarioDefinition } from '../../../../shared/scenario.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql, Transactor } from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import { toJson } from '../../../platform/json.ts';
import { bumpDefinitions } from '../../../schema/index.ts';
import {
  COLUMNS,
  lockScenario,
  missing,
  ok,
  type Result,
  readDefinition,
  refuse,
  type Scenario,
  type ScenarioRow,
  type ScenarioVersion,
  selectScenario,
  staleness,
  toScenario,
} from './scenario.ts';

const insert: Sql = {
  name: 'scenario-create',
  text: `INSERT INTO scenarios (workspace_id, id, name, description, state, draft, created_at, updated_at)
    VALUES ($1, $2, $3, $4, 'draft', $5, $6, $6) RETURNING ${COLUMNS}`,
};
const page: Sql = {
  name: 'scenario-list',
  text: `SELECT ${COLUMNS} FROM scenarios
    WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR state = $3)
    ORDER BY id DESC LIMIT $4`,
};
const update: Sql = {
  name: 'scenario-save',
  text: `UPDATE scenarios SET name = coalesce($3, name), description = coalesce($4, description),
      draft = coalesce($5, draft), updated_at = $6
    WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};
const remove: Sql = { name: 'scenario-delete', text: 'DELETE FROM scenarios WHERE workspace_id = $1 AND id = $2' };
const erasing: Sql[] = [
  remove,
  ...['scenario_versions', 'counters', 'counter_deltas', 'campaign_runs', 'campaign_calendars'].map((table) => ({
    name: `scenario-erase-${table}`,
    text: `DELETE FROM ${table} WHERE workspace_id = $1 AND scenario_id = $2`,
  })),
];
const versions: Sql = {
  name: 'scenario-versions',
  text: `SELECT version, definition, published_at FROM scenario_versions
    WHERE workspace_id = $1 AND scenario_id = $2 AND ($3::int IS NULL OR version < $3) ORDER BY version DESC LIMIT $4`,
};

/** What a person gives for a new scenario. */
export interface NewScenario {
  name: string;
  description: string;
  draft: ScenarioDefinition;
}

/** Makes a scenario in state draft. */
export async function createScenario(
  on: Connection,
  clock: Clock,
  workspaceId: string,
  given: NewScenario,
): Promise<Scenario> {
  const now = clock.now();
  const values = [workspaceId, newId(now), given.name, given.description, toJson(given.draft), now];
  const [row] = await on.run<ScenarioRow>(insert, values);
  return toScenario(row!);
}

/** One page, newest first. `before`: the id that the last page ended with. */
export async function listScenarios(
  on: Connection,
  workspaceId: string,
  options: { before: string | null; state: string | null; limit: number },
): Promise<Scenario[]> {
  const rows = await on.run<ScenarioRow>(page, [workspaceId, options.before, options.state, options.limit]);
  return rows.map(toScenario);
}

/** The scenario, or null when the workspace has none with this id. */
export async function getScenario(on: Connection, workspaceId: string, id: string): Promise<Scenario | null> {
  const [row] = await on.run<ScenarioRow>(selectScenario, [workspaceId, id]);
  return row ? toScenario(row) : null;
}

/**
 * Changes name, description or the working copy; what runs stays as it was published. `revision`: the one that the change
 * was made of, or null to save over whatever is there.
 */
export async function saveDraft(
  database: Transactor,
  clock: Clock,
  workspaceId: string,
  id: string,
  change: Partial<NewScenario>,
  revision: string | null = null,
): Promise<Result<Scenario>> {
  return database.transaction(async (tx) => {
    const [row] = await tx.run<ScenarioRow>(lockScenario, [workspaceId, id]);
    if (!row) return missing();
    if (row.state === 'archived') return archived(row);
    const stale = staleness(row, revision);
    if (stale) return stale;
    const draft = change.draft === undefined ? null : toJson(change.draft);
    const values = [workspaceId, id, change.name ?? null, change.description ?? null, draft, clock.now()];
    const [saved] = await tx.run<ScenarioRow>(update, values);
    return ok(toScenario(saved!));
  });
}

/** A new draft with the working copy of another scenario, whatever state that one is in. */
export async function duplicateScenario(
  on: Connection,
  clock: Clock,
  workspaceId: string,
  id: string,
): Promise<Result<Scenario>> {
  const from = await getScenario(on, workspaceId, id);
  if (!from) return missing();
  const name = `${from.name.slice(0, 193)} (copy)`;
  return ok(await createScenario(on, clock, workspaceId, { ...from, name }));
}

/** Deletes a draft that was never published; anything else has a history and can be archived. */
export async function deleteScenario(database: Database, workspaceId: string, id: string): Promise<Result<null>> {
  return database.transaction(async (tx) => {
    const [row] = await tx.run<ScenarioRow>(lockScenario, [workspaceId, id]);
    if (!row) return missing();
    if (row.version !== null) {
      return refuse({
        kind: 'conflict',
        message: `The scenario "${row.name}" has been published and can't be deleted. Archive it instead.`,
      });
    }
    await tx.run(remove, [workspaceId, id]);
    return ok(null);
  });
}

/**
 * Removes a scenario with its versions and numbers, whatever its state. For one that nobody went through, or whose people
 * are forgotten: trails of others would lead nowhere.
 */
export async function eraseScenario(database: Database, workspaceId: string, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.run(lockScenario, [workspaceId, id]);
    for (const sql of erasing) await tx.run(sql, [workspaceId, id]);
    await bumpDefinitions(tx);
  });
}

/** Published versions, newest first. `before`: the version number that the last page ended with. */
export async function listVersions(
  on: Connection,
  workspaceId: string,
  id: string,
  options: { before: number | null; limit: number },
): Promise<ScenarioVersion[]> {
  const rows = await on.run<VersionRow>(versions, [workspaceId, id, options.before, options.limit]);
  return rows.map(toVersion);
}

/** One published version, or null. */
export async function getVersion(
  on: Connection,
  workspaceId: string,
  id: string,
  version: number,
): Promise<ScenarioVersion | null> {
  const [row] = await on.run<VersionRow>(versions, [workspaceId, id, version + 1, 1]);
  return row?.version === version ? toVersion(row) : null;
}

/** The refusal of every change of an archived scenario. */
export function archived(row: { name: string }) {
  return refuse({
    kind: 'conflict',
    message: `The scenario "${row.name}" is archived and can't be changed. Duplicate it to go on with its steps.`,
  });
}

interface VersionRow {
  version: number;
  definition: string;
  published_at: number;
}

function toVersion(row: VersionRow): ScenarioVersion {
  return { version: row.version, definition: readDefinition(row.definition), publishedAt: row.published_at };
}
