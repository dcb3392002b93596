import type { ScenarioDefinition } from '../../../shared/scenario.ts';
import { type Connection, int4Array, type Sql, uuidArray } from '../../platform/database/index.ts';
import { parseJson, toJson } from '../../platform/json.ts';

const versionsSql: Sql = {
  name: 'delivery-step-values',
  text: `SELECT v.scenario_id, v.version, v.definition FROM unnest($1::uuid[], $2::uuid[], $3::int4[]) u(workspace_id, id, version)
    CROSS JOIN LATERAL (SELECT x.scenario_id, x.version, x.definition FROM scenario_versions x
      WHERE x.workspace_id = u.workspace_id AND x.scenario_id = u.id AND x.version = u.version LIMIT 1) v`,
};

// Versions held at most; beyond it all are read anew. Most hold nothing.
const MAX_HELD = 5_000;
type Values = ReadonlyMap<string, string>;
const NOTHING: Values = new Map();

/** A version of a scenario. */
interface Version {
  workspaceId: string;
  scenarioId: string;
  version: number;
}
const keyOf = (scenarioId: string, version: number) => `${scenarioId}:${version}`;

/**
 * What the steps of scenario versions give to webhooks' parameters. A version never changes, so it is read once in the
 * life of a process, and a delivery of a known one costs a look into a map.
 */
export class StepValues {
  #held = new Map<string, Values>();

  /** Reads the versions that aren't known yet. Gives what a step gives: JSON text of a map, null for nothing. */
  async of(
    on: Connection,
    wanted: readonly Version[],
  ): Promise<(scenarioId: string, version: number, step: string) => string | null> {
    if (this.#held.size > MAX_HELD) this.#held = new Map();
    const held = this.#held;
    const unknown = new Map<string, Version>();
    for (const one of wanted) {
      const key = keyOf(one.scenarioId, one.version);
      if (!held.has(key)) unknown.set(key, one);
    }
    if (unknown.size > 0) for (const [key, values] of await read(on, unknown)) held.set(key, values);
    return (scenarioId, version, step) => held.get(keyOf(scenarioId, version))?.get(step) ?? null;
  }
}

async function read(on: Connection, wanted: ReadonlyMap<string, Version>): Promise<Map<string, Values>> {
  const versions = [...wanted.values()];
  type Row = { scenario_id: string; version: number; definition: string };
  const rows = await on.run<Row>(versionsSql, [
    uuidArray(versions.map((one) => one.workspaceId)),
    uuidArray(versions.map((one) => one.scenarioId)),
    int4Array(versions.map((one) => one.version)),
  ]);
  // One that is gone gives nothing, and isn't asked for again.
  const found = new Map([...wanted.keys()].map((key): [string, Values] => [key, NOTHING]));
  for (const { scenario_id, version, definition } of rows)
    if (definition.includes('"parameters":{')) found.set(keyOf(scenario_id, version), valuesIn(definition));
  return found;
}

function valuesIn(definition: string): Values {
  const { steps } = parseJson(definition) as unknown as ScenarioDefinition;
  return new Map(
    steps.flatMap((step): [string, string][] =>
      step.kind === 'webhook' && step.parameters ? [[step.id, toJson(step.parameters)]] : [],
    ),
  );
}
