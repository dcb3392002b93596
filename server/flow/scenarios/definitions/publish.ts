import type { ScenarioDefinition } from '../../../../shared/scenario.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { present } from '../../../platform/ids.ts';
import { toJson } from '../../../platform/json.ts';
import { bumpDefinitions } from '../../../schema/index.ts';
import { loadParameters } from '../../../webhooks/index.ts';
import { checkDefinition, checkDraft, type Surroundings } from './check.ts';
import {
  COLUMNS,
  lockScenario,
  missing,
  ok,
  type Problem,
  type Result,
  readDefinition,
  refuse,
  type Scenario,
  type ScenarioRow,
  staleness,
  toScenario,
} from './scenario.ts';
import { archived, getScenario } from './store.ts';

const webhooks: Sql = {
  name: 'scenario-check-webhooks',
  text: 'SELECT id, key, enabled, deleted_at FROM webhooks WHERE workspace_id = $1',
};
const attributes: Sql = {
  name: 'scenario-check-attributes',
  text: 'SELECT name, type FROM attributes WHERE workspace_id = $1',
};
const addVersion: Sql = {
  name: 'scenario-version-add',
  text: `INSERT INTO scenario_versions (workspace_id, scenario_id, version, definition, published_at)
    VALUES ($1, $2, $3, $4, $5)`,
};
const publish: Sql = {
  name: 'scenario-publish',
  text: `UPDATE scenarios SET version = $3, state = $4, updated_at = $5
    WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};

/** What publishing the working copy would complain about, or null when there is no such scenario. */
export async function checkScenario(on: Connection, workspaceId: string, id: string): Promise<Problem[] | null> {
  const scenario = await getScenario(on, workspaceId, id);
  return scenario && checkDefinition(scenario.draft, await surroundings(on, workspaceId, scenario.draft));
}

/**
 * Makes an immutable version of the working copy, for profiles that enter from now on, and sets the scenario to
 * work. One that is paused stays paused: nobody expects publishing to send what was held. `revision`: what the caller has
 * seen of it, or null to publish whatever is there.
 */
export async function publishScenario(
  database: Database,
  clock: Clock,
  workspaceId: string,
  id: string,
  revision: string | null = null,
): Promise<Result<Scenario>> {
  return database.transaction(async (tx) => {
    const [row] = await tx.run<ScenarioRow>(lockScenario, [workspaceId, id]);
    if (!row) return missing();
    if (row.state === 'archived') return archived(row);
    const stale = staleness(row, revision);
    if (stale) return stale;
    const draft = readDefinition(row.draft);
    const around = await surroundings(tx, workspaceId, draft);
    const problems = checkDefinition(draft, around);
    if (problems.length > 0) {
      const message = `The scenario "${row.name}" isn't complete. Put right what is listed, then publish again.`;
      return refuse({ kind: 'incomplete', message, problems });
    }
    const version = (row.version ?? 0) + 1;
    const now = clock.now();
    await tx.run(addVersion, [workspaceId, id, version, toJson(resolve(draft, around)), now]);
    const state = row.state === 'paused' ? 'paused' : 'active';
    const [published] = await tx.run<ScenarioRow>(publish, [workspaceId, id, version, state, now]);
    await bumpDefinitions(tx);
    return ok(toScenario(published!));
  });
}

/** A definition as publishing would make it, without making a version; refused where publishing would refuse it. */
export async function resolveDraft(
  on: Connection,
  workspaceId: string,
  draft: ScenarioDefinition,
): Promise<Result<ScenarioDefinition>> {
  const around = await surroundings(on, workspaceId, draft);
  const problems = checkDefinition(draft, around);
  if (problems.length === 0) return ok(resolve(draft, around));
  return refuse({ kind: 'incomplete', message: "The scenario isn't complete. Put right what is listed.", problems });
}

/** What is wrong with a draft that is about to be saved, unlike what it merely lacks. */
export async function checkSaving(on: Connection, workspaceId: string, draft: ScenarioDefinition): Promise<Problem[]> {
  const fills = draft.steps.some((step) => step.kind === 'webhook' && Object.keys(step.parameters ?? {}).length > 0);
  return fills ? checkDraft(draft, await surroundings(on, workspaceId, draft)) : [];
}

/** The definition with bare webhook ids, so that the engine has nothing to look up. */
function resolve(definition: ScenarioDefinition, around: Surroundings): ScenarioDefinition {
  const steps = definition.steps.map((step) =>
    step.kind === 'webhook' ? { ...step, webhook: around.webhooks.get(step.webhook)!.id } : step,
  );
  return { ...definition, steps };
}

async function surroundings(
  on: Connection,
  workspaceId: string,
  definition: ScenarioDefinition,
): Promise<Surroundings> {
  const found = await on.run<{ id: string; key: string; enabled: boolean; deleted_at: number | null }>(webhooks, [
    workspaceId,
  ]);
  const declared = await on.run<{ name: string; type: string }>(attributes, [workspaceId]);
  const byName: [string, { id: string; enabled: boolean; deleted: boolean }][] = [];
  for (const { id, key, enabled, deleted_at } of found) {
    const webhook = { id, enabled, deleted: deleted_at !== null };
    // Ids last: a key that looks like another webhook's id names nothing else.
    byName.unshift([key, webhook]);
    byName.push([present('webhook', id), webhook]);
  }
  const named = new Map(byName);
  const used = definition.steps.flatMap((step) => (step.kind === 'webhook' ? (named.get(step.webhook)?.id ?? []) : []));
  const parameters = await loadParameters(on, workspaceId, [...new Set(used)]);
  return { webhooks: named, parameters, attributes: new Map(declared.map((one) => [one.name, one.type])) };
}
