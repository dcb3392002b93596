import type { Connection } from '../../platform/database/index.ts';
import type { Json } from '../../platform/json.ts';
import { FACT } from '../../schema/index.ts';
import type { EnterBody, OutcomeBody, QueuedFact } from '../inbox/index.ts';
import type { EnrollmentState, EntryState, RunState, ScenarioVersion } from '../scenarios/index.ts';
import type { Definitions } from './definitions.ts';
import { loadEnrollments, loadEntries, loadProperties, loadResponseBodies, loadRuns } from './load.ts';
import { outcomeOf } from './outcome-body.ts';
import type { DueTimer } from './read.ts';

/** What decisions about facts and timers look at, besides profiles. */
export interface Needed {
  runs: Map<string, RunState>;
  enrollments: Map<string, EnrollmentState>;
  entries: Map<string, EntryState>;
  properties: Map<string, Record<string, Json>>;
  bodies: Map<string, Json>;
}

type Attempted = Pick<OutcomeBody, 'request' | 'attempt'>;

/** Loads what facts and timers need to be decided. `profileOf` as for applyAll. */
export async function needed(
  context: { tx: Connection; definitions: Definitions },
  facts: readonly QueuedFact[],
  timers: readonly DueTimer[],
  profileOf: (id: string) => string,
): Promise<Needed> {
  const { tx, definitions } = context;
  const wanted = new Map<string, { workspaceId: string; id: string; profileId: string; response: Attempted | null }>();
  const entries = new Map<string, { workspaceId: string; profileId: string; scenarioId: string }>();
  const want = (workspaceId: string, profileId: string, scenarioId: string) =>
    entries.set(`${profileId}:${scenarioId}`, { workspaceId, profileId, scenarioId });
  const runs = new Map<string, { workspaceId: string; id: string }>();
  for (const fact of facts) {
    const { workspaceId, profileId } = fact;
    if (fact.kind === FACT.track) {
      for (const scenario of definitions.of(workspaceId).triggers.get(fact.name ?? '') ?? [])
        want(workspaceId, profileId, scenario.id);
    } else if (fact.kind === FACT.enter) {
      const id = runOf(fact);
      if (id !== null) runs.set(id, { workspaceId, id });
    } else if (fact.kind === FACT.outcome || fact.kind === FACT.attempted) {
      const outcome = outcomeOf(fact);
      if (outcome?.enrollment)
        wanted.set(outcome.enrollment, { workspaceId, id: outcome.enrollment, profileId, response: outcome });
    }
  }
  for (const timer of timers) {
    wanted.set(timer.enrollment_id, {
      workspaceId: timer.workspace_id,
      id: timer.enrollment_id,
      profileId: profileOf(timer.profile_id),
      response: null,
    });
  }
  const enrollments = await loadEnrollments(tx, [...wanted.values()]);
  const events: { workspaceId: string; id: string; profileId: string }[] = [];
  const attempts: { workspaceId: string; id: string; requestId: string }[] = [];
  for (const enrollment of enrollments.values()) {
    const { workspaceId, scenarioId, version, eventId, runId } = enrollment;
    if (runId !== null) runs.set(runId, { workspaceId, id: runId });
    const from = wanted.get(enrollment.id);
    const scenario = await definitions.load(tx, workspaceId, scenarioId, version);
    const needs = needsOf(scenario);
    if (mayMove(scenario, enrollment.step)) want(workspaceId, from?.profileId ?? enrollment.profileId, scenarioId);
    if (needs.properties && eventId !== null)
      events.push({ workspaceId, id: eventId, profileId: enrollment.profileId });
    if (!needs.responses) continue;
    for (const of of [from?.response, ...Object.values(enrollment.data.responses)])
      if (of?.attempt && of.request) attempts.push({ workspaceId, id: of.attempt, requestId: of.request });
  }
  const found = await loadRuns(tx, [...runs.values()]);
  for (const fact of facts) {
    const run = fact.kind === FACT.enter ? found.get(runOf(fact) ?? '') : undefined;
    if (!run) continue;
    await definitions.load(tx, fact.workspaceId, run.scenarioId, run.version);
    want(fact.workspaceId, fact.profileId, run.scenarioId);
  }
  return {
    runs: found,
    enrollments,
    entries: await loadEntries(tx, [...entries.values()]),
    properties: await loadProperties(tx, events),
    bodies: await loadResponseBodies(tx, attempts),
  };
}

function runOf(fact: QueuedFact): string | null {
  try {
    const { run } = JSON.parse(fact.body ?? '') as EnterBody;
    return /^[0-9a-f-]{36}$/.test(run) ? run : null;
  } catch {
    return null; // deciding it fails too, and there it is isolated
  }
}

/** Whether an enrollment at this step can reach another one, or its scenario counts who is in it. */
function mayMove(scenario: ScenarioVersion | null, at: string | null): boolean {
  const step = at === null ? undefined : scenario?.steps.get(at);
  if (!scenario || scenario.definition.reentry === 'when_ended') return true;
  return step?.kind !== 'webhook' || step.next !== null || (step.on_fail ?? null) !== null;
}

const looksAt = new WeakMap<ScenarioVersion, { properties: boolean; responses: boolean }>();

/** Whether a version's conditions look at event properties or at responses. */
function needsOf(scenario: ScenarioVersion | null): { properties: boolean; responses: boolean } {
  if (!scenario) return { properties: false, responses: false };
  const known = looksAt.get(scenario);
  if (known) return known;
  const conditions = JSON.stringify(
    scenario.definition.steps.flatMap((step) => (step.kind === 'condition' ? [step.if] : [])),
  );
  const found = { properties: conditions.includes('"property":'), responses: conditions.includes('"response":') };
  looksAt.set(scenario, found);
  return found;
}
