import type { Connection } from '../../platform/database/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { FACT } from '../../schema/index.ts';
import type { ContextRow } from '../delivery/index.ts';
import type { QueuedFact } from '../inbox/index.ts';
import type { ProfileState } from '../profiles/index.ts';
import { type EnrollmentState, type EntryState, haltScenario } from '../scenarios/index.ts';
import { decide, decideTimer } from './decide.ts';
import type { Decision, Situation } from './decision.ts';
import type { Definitions } from './definitions.ts';
import { freshContexts } from './fresh-contexts.ts';
import type { KnownProfile, KnownProfiles } from './known-profiles.ts';
import { attachIdentifiers } from './load.ts';
import { type Needed, needed } from './needed.ts';
import { outcomeOf } from './outcome-body.ts';
import type { DueTimer } from './read.ts';
import * as write from './write.ts';

/** What a turn works with while it applies facts. */
export interface TurnContext {
  tx: Connection;
  now: number;
  newId: () => string;
  definitions: Definitions;
  /** Profiles of the facts and timers, loaded; null where there is none yet. */
  profiles: Map<string, ProfileState | null>;
  /** What earlier turns left to know, and the rows that this one found or wrote; a written one's version is the turn's. */
  known: KnownProfiles;
  found: Map<string, KnownProfile>;
  /** Whether contexts of what is queued are wanted. */
  fresh: boolean;
  /** An answer stopped a scenario. */
  halted: boolean;
}

/** Facts that could not be decided, with the error's message, whether deliveries were queued, and which profiles changed. */
export interface Applied {
  failed: { fact: QueuedFact; error: string }[];
  queued: boolean;
  fresh: ContextRow[];
  changed: string[];
}

/** Another process declared an attribute in the meantime: the turn starts anew with fresh definitions. */
export class StaleDefinitions extends Error {}

/**
 * Decides facts (in the order given) and timers, and writes everything they brought. `profileOf` names the profile a
 * timer belongs to today (its own, or the one that it was merged into).
 */
export async function applyAll(
  context: TurnContext,
  facts: readonly QueuedFact[],
  timers: readonly DueTimer[],
  profileOf: (id: string) => string,
): Promise<Applied> {
  const loaded = await needed(context, facts, timers, profileOf);
  const out = collect();
  const failed: Applied['failed'] = [];
  for (const fact of facts) {
    try {
      const decision = decide(situationOf(context, loaded, fact.workspaceId, fact.profileId), fact);
      if (decision) out.take(decision, fact.workspaceId, context, loaded);
    } catch (error) {
      failed.push({ fact, error: messageOf(error) });
    }
  }
  for (const timer of timers) {
    const decision = decideTimer(situationOf(context, loaded, timer.workspace_id, profileOf(timer.profile_id)), {
      enrollmentId: timer.enrollment_id,
      step: timer.step,
    });
    if (decision) out.take(decision, timer.workspace_id, context, loaded);
  }
  const { tx, now } = context;
  if (!(await write.declareAttributes(tx, out.declare, now))) throw new StaleDefinitions();
  const written = [...out.profiles.values()];
  for (const [i, characters] of (await write.writeProfiles(tx, written)).entries())
    context.found.set(written[i]!.id, { profile: written[i]!, version: '', characters });
  await write.writeEvents(tx, out.events);
  await write.writeEnrollments(tx, [...out.enrollments.values()]);
  await write.writeEntries(tx, [...out.entries.values()]);
  await write.writeDeliveries(tx, out.deliveries);
  await write.writeTimers(tx, out.timers);
  await write.writeCounts(tx, out.counts);
  await attachIdentifiers(tx, out.attach, now);
  await haltStopped(
    context,
    facts.filter((fact) => !failed.some((one) => one.fact === fact)),
  );
  return {
    failed,
    queued: out.deliveries.length > 0,
    fresh: context.fresh ? freshContexts(context, out, facts) : [],
    changed: [...out.profiles.keys()],
  };
}

/** Halts the scenarios that an answer stops as a whole. */
async function haltStopped(context: TurnContext, facts: readonly QueuedFact[]): Promise<void> {
  const { tx, now } = context;
  for (const fact of facts) {
    if (fact.kind !== FACT.outcome || !fact.body?.includes('"stops":true')) continue;
    const outcome = outcomeOf(fact);
    // One that is paused already needs no second look: who resumes it waits for the queues, which turns hold.
    if (!outcome?.stops || outcome.scenario === null) continue;
    if (context.definitions.of(fact.workspaceId).states.get(outcome.scenario) !== 'active') continue;
    const message = outcome.reason?.message ?? 'An answer stopped the whole campaign.';
    const why = { message, delivery: outcome.delivery };
    if (await haltScenario(tx, { now: () => now }, fact.workspaceId, outcome.scenario, why)) context.halted = true;
  }
}

function situationOf(context: TurnContext, loaded: Needed, workspaceId: string, profileId: string): Situation {
  const { definitions } = context;
  const workspace = definitions.of(workspaceId);
  return {
    now: context.now,
    newId: context.newId,
    declared: workspace.attributes,
    identifiers: workspace.identifiers,
    triggered: (event) => workspace.triggers.get(event) ?? [],
    scenario: (id, version) => definitions.loaded(id, version),
    scenarioState: (id) => workspace.states.get(id) ?? null,
    run: (id) => loaded.runs.get(id) ?? null,
    laneOf: (webhookId) => workspace.lanes.get(webhookId) ?? null,
    profile: context.profiles.get(profileId) ?? null,
    enrollment: (id) => loaded.enrollments.get(id) ?? null,
    entry: (scenarioId) => loaded.entries.get(`${profileId}:${scenarioId}`) ?? null,
    properties: (eventId) => (eventId === null ? null : (loaded.properties.get(eventId) ?? null)),
    responseBody: (attemptId) => loaded.bodies.get(attemptId),
  };
}

/** Gathers decisions: what is decided is at once what the next fact of the turn sees. */
function collect() {
  const out = {
    profiles: new Map<string, ProfileState>(),
    events: [] as Decision['events'],
    enrollments: new Map<string, EnrollmentState>(),
    entries: new Map<string, EntryState>(),
    deliveries: [] as Decision['deliveries'],
    timers: [] as Decision['timers'],
    counts: [] as Decision['counts'],
    declare: [] as { workspaceId: string; name: string; type: string }[],
    attach: [] as { workspaceId: string; profileId: string; kind: string; value: string }[],
    take(decision: Decision, workspaceId: string, context: TurnContext, loaded: Needed): void {
      const { profile } = decision;
      if (profile.dirty) out.profiles.set(profile.id, profile);
      context.profiles.set(profile.id, profile);
      out.events.push(...decision.events);
      for (const enrollment of decision.enrollments) {
        out.enrollments.set(enrollment.id, enrollment);
        loaded.enrollments.set(enrollment.id, enrollment);
      }
      for (const entry of decision.entries) {
        const key = `${profile.id}:${entry.scenarioId}`;
        const mine = entry.profileId === profile.id ? entry : { ...entry, profileId: profile.id };
        if (loaded.entries.get(key) === mine) continue;
        out.entries.set(key, mine);
        loaded.entries.set(key, mine);
      }
      out.deliveries.push(...decision.deliveries);
      out.timers.push(...decision.timers);
      out.counts.push(...decision.counts);
      const known = context.definitions.of(workspaceId).attributes;
      for (const { name, type } of decision.declare) {
        if (known.has(name)) continue;
        known.set(name, type); // forgotten again if the turn rolls back: see Definitions.forget
        out.declare.push({ workspaceId, name, type });
      }
      for (const { kind, value } of decision.attach)
        out.attach.push({ workspaceId, profileId: profile.id, kind, value });
    },
  };
  return out;
}
