import type { AttributeType } from '../../../shared/attribute.ts';
import { eventOf, type ScenarioDefinition } from '../../../shared/scenario.ts';
import type { Connection, Sql } from '../../platform/database/index.ts';
import { parseJson } from '../../platform/json.ts';
import type { ScenarioVersion } from '../scenarios/index.ts';

/** What a turn knows of one workspace. */
export interface WorkspaceDefinitions {
  attributes: Map<string, AttributeType>;
  /** Attributes whose values identify a profile. */
  identifiers: Set<string>;
  /** Active scenarios by the event that starts them. */
  triggers: Map<string, ScenarioVersion[]>;
  states: Map<string, string>;
  /** Of scenarios. */
  names: Map<string, string>;
  /** By webhook, the lane under the policy that it has now. */
  lanes: Map<string, string>;
}

const scenariosSql: Sql = {
  name: 'engine-scenarios',
  text: `SELECT s.workspace_id, s.id, s.name, s.state, s.version, v.definition FROM scenarios s
    LEFT JOIN scenario_versions v ON (v.workspace_id, v.scenario_id, v.version) = (s.workspace_id, s.id, s.version)`,
};
const attributesSql: Sql = {
  name: 'engine-attributes',
  text: 'SELECT workspace_id, name, type, identifier FROM attributes',
};
const lanesSql: Sql = {
  name: 'engine-lanes',
  text: 'SELECT workspace_id, id AS webhook_id, lane_id FROM webhooks WHERE lane_id IS NOT NULL',
};
const workspacesSql: Sql = { name: 'engine-workspaces', text: 'SELECT id FROM workspaces ORDER BY id' };
const versionSql: Sql = {
  name: 'engine-version',
  text: `SELECT s.name, v.definition FROM scenario_versions v JOIN scenarios s ON (s.workspace_id, s.id) = (v.workspace_id, v.scenario_id)
    WHERE v.workspace_id = $1 AND v.scenario_id = $2 AND v.version = $3`,
};

// Old versions are read when an enrollment on them moves; this many are kept.
const MAX_VERSIONS = 1_000;

/** The definitions as the engine last read them; loaded anew when the definitions' version moved. */
export class Definitions {
  #version = -1;
  #workspaces = new Map<string, WorkspaceDefinitions>();
  #ids: string[] = [];
  readonly #versions = new Map<string, ScenarioVersion>();

  /** Loads everything when `version` isn't the one loaded. */
  async refresh(on: Connection, version: number): Promise<void> {
    if (version === this.#version) return;
    const workspaces = new Map<string, WorkspaceDefinitions>();
    for (const { id } of await on.run<{ id: string }>(workspacesSql)) {
      workspaces.set(id, {
        attributes: new Map(),
        identifiers: new Set(['email', 'phone']),
        triggers: new Map(),
        states: new Map(),
        names: new Map(),
        lanes: new Map(),
      });
    }
    for (const row of await on.run<{ workspace_id: string; name: string; type: AttributeType; identifier: boolean }>(
      attributesSql,
    )) {
      const workspace = workspaces.get(row.workspace_id);
      workspace?.attributes.set(row.name, row.type);
      if (row.identifier) workspace?.identifiers.add(row.name);
    }
    for (const row of await on.run<{ lane_id: string; workspace_id: string; webhook_id: string }>(lanesSql)) {
      workspaces.get(row.workspace_id)?.lanes.set(row.webhook_id, row.lane_id);
    }
    type ScenarioRow = {
      workspace_id: string;
      id: string;
      name: string;
      state: string;
      version: number | null;
      definition: string | null;
    };
    for (const row of await on.run<ScenarioRow>(scenariosSql)) {
      const workspace = workspaces.get(row.workspace_id);
      if (!workspace) continue;
      workspace.states.set(row.id, row.state);
      workspace.names.set(row.id, row.name);
      if (row.version === null || row.definition === null) continue;
      const scenario = this.#keep(row.workspace_id, row.id, row.name, row.version, row.definition);
      const event = eventOf(scenario.definition);
      if (row.state !== 'active' || event === null) continue;
      workspace.triggers.set(event, [...(workspace.triggers.get(event) ?? []), scenario]);
    }
    this.#workspaces = workspaces;
    this.#ids = [...workspaces.keys()];
    this.#version = version;
  }

  /** Forgets what was loaded, so that the next refresh loads again. */
  forget(): void {
    this.#version = -1;
  }

  /** Ids of all workspaces. */
  workspaces(): readonly string[] {
    return this.#ids;
  }

  /** A workspace's definitions. Throws when the workspace is unknown. */
  of(workspaceId: string): WorkspaceDefinitions {
    const found = this.#workspaces.get(workspaceId);
    if (!found) throw new Error(`workspace ${workspaceId} does not exist`);
    return found;
  }

  /** A version that is loaded already, or null. */
  loaded(scenarioId: string, version: number): ScenarioVersion | null {
    return this.#versions.get(`${scenarioId}:${version}`) ?? null;
  }

  /** Loads a version, if it isn't. Null when it doesn't exist. */
  async load(
    on: Connection,
    workspaceId: string,
    scenarioId: string,
    version: number,
  ): Promise<ScenarioVersion | null> {
    const have = this.loaded(scenarioId, version);
    if (have) return have;
    const [row] = await on.run<{ name: string; definition: string }>(versionSql, [workspaceId, scenarioId, version]);
    return row ? this.#keep(workspaceId, scenarioId, row.name, version, row.definition) : null;
  }

  #keep(workspaceId: string, id: string, name: string, version: number, text: string): ScenarioVersion {
    const key = `${id}:${version}`;
    const have = this.#versions.get(key);
    if (have) return have;
    if (this.#versions.size >= MAX_VERSIONS) this.#versions.delete(this.#versions.keys().next().value as string);
    const definition = parseJson(text) as unknown as ScenarioDefinition;
    const scenario = {
      workspaceId,
      id,
      name,
      version,
      definition,
      steps: new Map(definition.steps.map((step) => [step.id, step])),
    };
    this.#versions.set(key, scenario);
    return scenario;
  }
}
