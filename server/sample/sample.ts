import { forgetProfiles } from '../flow/engine/index.ts';
import type { Door } from '../flow/ingest/index.ts';
import {
  archiveScenario,
  createScenario,
  eraseScenario,
  getScenario,
  publishScenario,
  readStatistics,
} from '../flow/scenarios/index.ts';
import { createInspector, deleteInspector } from '../inspector/index.ts';
import type { Clock } from '../platform/clock.ts';
import { type Connection, type Database, type Sql, textArray, uuidArray } from '../platform/database/index.ts';
import { present } from '../platform/ids.ts';
import type { Signals } from '../platform/signals.ts';
import { bumpDefinitions } from '../schema/index.ts';
import { changeWebhook, createWebhook } from '../webhooks/index.ts';
import { answers, SAMPLE_ATTRIBUTES, scenario, webhook } from './definitions.ts';
import { messages, SAMPLE_PEOPLE, userIds } from './people.ts';

/** What loading and removing need. */
export interface SampleParts {
  database: Database;
  clock: Clock;
  signals: Signals;
  secrets: { seal(plain: string): Buffer; open(sealed: Buffer): string };
  door: Door;
  publicUrl: string;
}

/** What of the sample is there. `profiles` counts those that were found. */
export interface SampleState {
  loaded: boolean;
  profiles: number;
  inspector: string | null;
  webhook: string | null;
  scenario: string | null;
}

const DESCRIPTION = 'Sample data. It is for sample customers alone; Home takes it away again.';

type Kind = 'webhook' | 'scenario' | 'inspector';

const thingsSql: Sql = {
  name: 'sample-things',
  text: 'SELECT kind, id FROM sample_things WHERE workspace_id = $1 LIMIT 100',
};
const noteSql: Sql = {
  name: 'sample-note',
  text: 'INSERT INTO sample_things (workspace_id, kind, id) VALUES ($1, $2, $3)',
};
const doneSql: Sql = { name: 'sample-done', text: 'DELETE FROM sample_things WHERE workspace_id = $1 AND id = $2' };
const peopleSql: Sql = {
  name: 'sample-people',
  text: `SELECT i.profile_id AS id FROM unnest($2::text[]) u(value) CROSS JOIN LATERAL (
      SELECT x.profile_id FROM identifiers x WHERE x.workspace_id = $1 AND x.kind = 'user_id' AND x.value = u.value LIMIT 1) i`,
};
const enteredSql: Sql = {
  name: 'sample-entered',
  text: `SELECT coalesce(sum(s.entered), 0)::int AS n FROM unnest($2::uuid[]) u(id) CROSS JOIN LATERAL (
      SELECT x.entered FROM scenario_profiles x WHERE x.workspace_id = $1 AND x.profile_id = u.id AND x.scenario_id = $3 LIMIT 1) s`,
};
const undeclareSql: Sql = {
  name: 'sample-undeclare',
  text: 'DELETE FROM attributes WHERE workspace_id = $1 AND name = ANY($2::text[])',
};
// One who loads or removes at a time, in a workspace.
const lockSql: Sql = { name: 'sample-lock', text: 'SELECT id FROM workspaces WHERE id = $1 FOR UPDATE' };

// The random part of the id.
const tagOf = (inspectorId: string) => inspectorId.replaceAll('-', '').slice(17, 26);

async function thingsOf(on: Connection, workspaceId: string): Promise<Map<Kind, string[]>> {
  const rows = await on.run<{ kind: Kind; id: string }>(thingsSql, [workspaceId]);
  const things = new Map<Kind, string[]>();
  for (const row of rows) things.set(row.kind, [...(things.get(row.kind) ?? []), row.id]);
  return things;
}

const peopleOf = async (on: Connection, workspaceId: string, inspectors: readonly string[]) =>
  (
    await on.run<{ id: string }>(peopleSql, [workspaceId, textArray(inspectors.flatMap((id) => userIds(tagOf(id))))])
  ).map((row) => row.id);

/** Says what of the sample is there. */
export async function sampleState(on: Connection, workspaceId: string): Promise<SampleState> {
  const things = await thingsOf(on, workspaceId);
  const people = await peopleOf(on, workspaceId, things.get('inspector') ?? []);
  const first = (kind: Kind) => things.get(kind)?.[0] ?? null;
  return {
    loaded: things.size > 0,
    profiles: people.length,
    inspector: first('inspector'),
    webhook: first('webhook'),
    scenario: first('scenario'),
  };
}

/**
 * Loads the sample: an inspector that answers like a small CRM, a webhook to it, an active scenario, and customers whose
 * orders come in through the door, so that everything after that really happens. What an earlier load left is removed
 * first; nothing is done when the sample is whole. Rejects with NotCommitted when the door can't take the events.
 */
export function loadSample(parts: SampleParts, workspaceId: string): Promise<SampleState> {
  const { database, clock } = parts;
  return database.transaction(async (tx) => {
    await tx.run(lockSql, [workspaceId]);
    const before = await sampleState(database, workspaceId);
    if (before.scenario !== null && before.profiles === SAMPLE_PEOPLE) return before;
    await remove(parts, workspaceId);
    const note = (kind: Kind, id: string) => database.run(noteSql, [workspaceId, kind, id]);
    const now = clock.now();
    const made = await database.transaction(async (inner) => {
      const inspector = await createInspector(inner, workspaceId, 'Sample CRM', answers(), now);
      if (inspector) await inner.run(noteSql, [workspaceId, 'inspector', inspector.id]);
      return inspector;
    });
    if (!made) throw new TooManyInspectors();
    const call = await createWebhook(database, parts.secrets, {
      workspaceId,
      key: null,
      name: 'Sample: tell the CRM of an order',
      description: DESCRIPTION,
      definition: webhook(`${parts.publicUrl}/i/${made.token}`),
      now,
    });
    await note('webhook', call!.id);
    const flow = await createScenario(database, clock, workspaceId, {
      name: 'Sample: order to CRM',
      description: DESCRIPTION,
      draft: scenario(present('webhook', call!.id)),
    });
    await note('scenario', flow.id);
    const published = await publishScenario(database, clock, workspaceId, flow.id);
    if (!published.ok) throw new Error(`the sample scenario can't be published: ${JSON.stringify(published.refusal)}`);
    parts.signals.raise('lanes');
    const refused = await parts.door.accept(
      { workspaceId, keyKind: 'server' },
      messages(tagOf(made.id), now),
      null,
      null,
    );
    if (refused.length > 0) throw new Error(`the door refused sample messages: ${JSON.stringify(refused[0])}`);
    return sampleState(database, workspaceId);
  });
}

/** No inspector could be made for the sample. */
export class TooManyInspectors extends Error {}

/** Takes the sample away: customers with all that is theirs, scenario, webhook, inspector. */
export function removeSample(parts: SampleParts, workspaceId: string): Promise<void> {
  return parts.database.transaction(async (tx) => {
    await tx.run(lockSql, [workspaceId]);
    await remove(parts, workspaceId);
  });
}

async function remove(parts: SampleParts, workspaceId: string): Promise<void> {
  const { database, clock } = parts;
  const things = await thingsOf(database, workspaceId);
  if (things.size === 0) return;
  const inspectors = things.get('inspector') ?? [];
  const people = await peopleOf(database, workspaceId, inspectors);
  const flows = things.get('scenario') ?? [];
  for (const id of flows)
    if ((await getScenario(database, workspaceId, id))?.version != null) await archiveScenario(parts, workspaceId, id);
  const strangers = new Set<string>();
  for (const id of flows) {
    const [own] = await database.run<{ n: number }>(enteredSql, [workspaceId, uuidArray(people), id]);
    const { entered } = await readStatistics(database, workspaceId, id);
    // Somebody else went this way (an order was sent for them by hand): their trail needs the scenario, archived.
    if (entered > own!.n) strangers.add(id);
  }
  await forgetProfiles(database, workspaceId, people);
  for (const id of flows) if (!strangers.has(id)) await eraseScenario(database, workspaceId, id);
  for (const id of things.get('webhook') ?? [])
    await changeWebhook(database, workspaceId, id, { deleted: true }, clock.now());
  if (strangers.size === 0) await undeclare(parts.database, workspaceId);
  for (const id of inspectors) await database.transaction((tx) => deleteInspector(tx, workspaceId, id));
  // Last: whoever is interrupted before begins again with all of it.
  for (const id of [...things.values()].flat()) await database.run(doneSql, [workspaceId, id]);
}

const undeclare = (database: Database, workspaceId: string) =>
  database.transaction(async (tx) => {
    await tx.run(undeclareSql, [workspaceId, textArray(SAMPLE_ATTRIBUTES)]);
    await bumpDefinitions(tx);
  });
