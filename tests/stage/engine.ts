import { Definitions } from '../../server/flow/engine/definitions.ts';
import { Floors } from '../../server/flow/engine/floors.ts';
import { KnownProfiles } from '../../server/flow/engine/known-profiles.ts';
import { type TurnResult, turn } from '../../server/flow/engine/turn.ts';
import type { Fact } from '../../server/flow/inbox/index.ts';
import { newId } from '../../server/platform/ids.ts';
import { CLASS, FACT, ORIGIN } from '../../server/schema/index.ts';
import { type ScenarioDefinition, scenarioDefinition } from '../../shared/scenario.ts';
import { stage } from './database.ts';

/** The engine alone: a database, turns when they are asked for, and rows as the API and ingest would write them. */
export async function startEngineStage() {
  const on = await stage();
  const definitions = new Definitions();
  const known = new KnownProfiles();
  const sql = <Row>(text: string, values: unknown[] = []) => on.database.run<Row>({ name: '', text }, values);

  function oneTurn(extra: Partial<Parameters<typeof turn>[0]> = {}): Promise<TurnResult> {
    const options = {
      share: 64,
      rotation: 0,
      timers: true,
      isolate: false,
      newId,
      observe: (now: number) => on.clock.observe(now, performance.now()),
    };
    return turn({ database: on.database, definitions, floors: new Floors(), known, ...options, ...extra });
  }

  return {
    ...on,
    definitions,
    sql,
    oneTurn,
    /** A fact of a profile, an event unless said otherwise, that is received now. */
    fact(part: Partial<Fact> & { profileId: string }): Fact {
      const now = on.clock.now();
      return {
        workspaceId: on.workspace,
        id: newId(now),
        kind: FACT.track,
        class: CLASS.live,
        origin: ORIGIN.event,
        depth: 0,
        occurredAt: now,
        receivedAt: now,
        name: null,
        body: null,
        meta: null,
        ...part,
      };
    },
    /** Takes turns until nothing is left. Throws when that doesn't come. */
    async drain(): Promise<void> {
      for (let i = 0; i < 20; i++) {
        const { facts, timers, setAside } = await oneTurn();
        if (facts + timers + setAside.length === 0) return;
      }
      throw new Error('the inbox does not run dry');
    },
    /** An active scenario; returns its id. */
    async publish(definition: unknown): Promise<string> {
      const id = newId(on.clock.now());
      const whole: ScenarioDefinition = scenarioDefinition.parse(definition);
      await sql(
        "INSERT INTO scenarios (workspace_id, id, name, state, version, draft, created_at, updated_at) VALUES ($1, $2, 'S', 'active', 1, '{}', 0, 0)",
        [on.workspace, id],
      );
      await sql('INSERT INTO scenario_versions VALUES ($1, $2, 1, $3, 0)', [on.workspace, id, JSON.stringify(whole)]);
      await sql('UPDATE definitions SET version = version + 1');
      return id;
    },
    /** A webhook with its lane; returns the webhook's id. */
    async lane(): Promise<string> {
      const webhook = newId(on.clock.now());
      const id = newId(on.clock.now());
      await sql('INSERT INTO lanes (id, workspace_id, webhook_id) VALUES ($1, $2, $3)', [id, on.workspace, webhook]);
      await sql(
        'INSERT INTO webhooks (workspace_id, id, key, name, version, created_at, updated_at, lane_id) VALUES ($1, $2, $3, $3, 1, 0, 0, $4)',
        [on.workspace, webhook, webhook, id],
      );
      await sql('UPDATE definitions SET version = version + 1');
      return webhook;
    },
    /** Null when there is no such profile. */
    async attributesOf(id: string) {
      const [row] = await sql<{ attributes: string }>('SELECT attributes FROM profiles WHERE id = $1', [id]);
      return row ? JSON.parse(row.attributes) : null;
    },
  };
}

export type EngineStage = Awaited<ReturnType<typeof startEngineStage>>;
