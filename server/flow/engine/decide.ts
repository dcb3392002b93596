import { type Json, parseJson, toJson } from '../../platform/json.ts';
import { DELIVERY, ENROLLMENT, FACT, MODE } from '../../schema/index.ts';
import { evaluate } from '../conditions/index.ts';
import type { EnterBody, OutcomeBody, QueuedFact, UpdateBody } from '../inbox/index.ts';
import {
  applyChanges,
  type Change,
  type Changed,
  identifier,
  newProfile,
  type ProfileState,
} from '../profiles/index.ts';
import {
  type EnrollmentState,
  type EntryState,
  enter,
  MAX_DEPTH,
  mayEnter,
  type ScenarioVersion,
  type StepView,
  type Walked,
  walk,
} from '../scenarios/index.ts';
import type { Decision, Situation } from './decision.ts';
import { outcomeBody } from './outcome-body.ts';

/**
 * What one fact does to one profile. Pure: the same situation and fact give the same decision (ids come from the
 * situation). Null: nothing. Throws when the fact can't be understood; the turn then isolates it.
 */
export function decide(situation: Situation, fact: QueuedFact): Decision | null {
  // Who was erased meanwhile doesn't come back by entering a campaign.
  if (fact.kind === FACT.enter && situation.profile === null) return null;
  const profile = situation.profile ?? newProfile(fact.workspaceId, fact.profileId, fact.receivedAt);
  const draft = new Draft(situation, profile);
  switch (fact.kind) {
    case FACT.track:
      draft.record(fact, fact.body, fact.meta);
      startScenarios(draft, fact);
      break;
    case FACT.page:
    case FACT.screen:
    case FACT.group:
    case FACT.alias:
      draft.record(fact, fact.body, fact.meta);
      break;
    case FACT.identify: {
      const traits = fact.body === null ? {} : (parseJson(fact.body) as Record<string, Json>);
      const changes = Object.entries(traits).map(([attribute, value]): Change => ({ attribute, mode: 'set', value }));
      const changed = draft.change(changes, fact);
      draft.record(fact, fact.body, withRefused(fact.meta, changed.refused));
      break;
    }
    case FACT.update: {
      const { changes } = parseJson(fact.body ?? '') as unknown as UpdateBody;
      const changed = draft.change(changes as Change[], fact);
      draft.record(fact, toJson({ changes, changed: changed.changed }), withRefused(fact.meta, changed.refused));
      break;
    }
    case FACT.attempted:
    case FACT.outcome:
      applyOutcome(draft, fact, outcomeBody(fact));
      break;
    case FACT.enter:
      enterCampaign(draft, fact, parseJson(fact.body ?? '') as unknown as EnterBody);
      break;
    default:
      throw new Error(`a fact of kind ${fact.kind} is unknown`);
  }
  return draft.decision;
}

/** A wait is over: the enrollment goes on. Null when there is nothing to move any more. */
export function decideTimer(situation: Situation, timer: { enrollmentId: string; step: string }): Decision | null {
  const enrollment = situation.enrollment(timer.enrollmentId);
  if (!enrollment || enrollment.state !== ENROLLMENT.active || enrollment.step !== timer.step || !situation.profile)
    return null;
  const draft = new Draft(situation, situation.profile);
  const scenario = situation.scenario(enrollment.scenarioId, enrollment.version);
  const step = scenario?.steps.get(timer.step);
  draft.goOn(enrollment, step?.kind === 'wait' ? step.next : null);
  return draft.decision;
}

class Draft {
  readonly decision: Decision;
  readonly #situation: Situation;

  constructor(situation: Situation, profile: ProfileState) {
    this.#situation = situation;
    this.decision = {
      profile,
      events: [],
      enrollments: [],
      entries: [],
      deliveries: [],
      timers: [],
      counts: [],
      declare: [],
      attach: [],
    };
  }

  get situation(): Situation {
    return this.#situation;
  }

  record(fact: QueuedFact, body: string | null, meta: string | null): void {
    const { workspaceId, id, kind, origin, name, occurredAt, receivedAt } = fact;
    this.decision.events.push({
      workspaceId,
      id,
      profileId: this.decision.profile.id,
      kind,
      origin,
      name,
      body,
      meta,
      occurredAt,
      receivedAt,
    });
  }

  change(changes: readonly Change[], fact: QueuedFact): Changed {
    const changed = applyChanges(this.decision.profile, changes, this.#declared(), fact.receivedAt, fact.origin);
    this.take(changed);
    return changed;
  }

  take(changed: Changed): void {
    this.decision.profile = changed.profile;
    this.decision.declare.push(...changed.declare);
    for (const name of changed.changed) {
      if (!this.#situation.identifiers.has(name)) continue;
      const value = identifier(name, changed.profile.attributes[name]);
      if (value) this.decision.attach.push(value);
    }
  }

  /** Moves an enrollment on to `to`; ends it when its scenario is archived. */
  goOn(enrollment: EnrollmentState, to: string | null): void {
    const { scenarioId, profileId } = enrollment;
    const scenario = this.#situation.scenario(scenarioId, enrollment.version);
    const entry = this.#situation.entry(scenarioId) ?? blankEntry(enrollment, profileId);
    const archived = this.#situation.scenarioState(scenarioId) === 'archived';
    const stopped = this.#run(enrollment)?.state === 'stopped';
    if (!scenario || archived || stopped) {
      this.#fold(
        walk(
          this.#view(scenario ?? missing(enrollment), enrollment, null),
          entry,
          null,
          archived ? 'archived' : stopped ? 'the run was stopped' : 'the version does not exist any more',
        ),
        entry,
      );
      return;
    }
    this.#fold(walk(this.#view(scenario, enrollment, enrollment.eventId), entry, to), entry);
  }

  /** Lets the profile in, if it may: by an event with its properties, or by a run of a campaign. */
  start(scenario: ScenarioVersion, fact: QueuedFact, by: { properties: Record<string, Json> } | { run: string }): void {
    const past = this.#situation.entry(scenario.id);
    const runId = 'run' in by ? by.run : null;
    const again = runId !== null && past?.lastRunId === runId;
    if (again || !mayEnter(scenario.definition.reentry, past, this.#situation.now)) {
      if (runId !== null && !again) this.count(runId, '', 'kept_out');
      return;
    }
    const { id: profileId } = this.decision.profile;
    const eventId = runId === null ? fact.id : null;
    const who = { profileId, eventId, depth: fact.depth + 1, class: fact.class, runId };
    const { enrollment, entry } = enter(scenario, who, past, this.#situation.newId(), this.#situation.now);
    this.count(scenario.id, '', 'entered');
    if (runId !== null) this.count(runId, '', 'entered');
    if (entry.entered === 1) this.count(scenario.id, '', 'profiles');
    const properties = 'run' in by ? null : by.properties;
    this.#fold(walk({ ...this.#view(scenario, enrollment, null), properties }, entry, scenario.definition.start), null);
  }

  /** Counts one for a scenario or for a run of one, which has counters of its own. */
  count(scenarioId: string, step: string, name: string): void {
    const { workspaceId } = this.decision.profile;
    this.decision.counts.push({ workspaceId, scenarioId, step, name, delta: 1 });
  }

  #run(enrollment: EnrollmentState) {
    return enrollment.runId === null ? null : this.#situation.run(enrollment.runId);
  }

  #view(scenario: ScenarioVersion, enrollment: EnrollmentState, eventId: string | null): StepView {
    const responses: StepView['responses'] = {};
    for (const [step, ref] of Object.entries(enrollment.data.responses)) {
      responses[step] = {
        status: ref.status,
        body: ref.attempt === null ? undefined : this.#situation.responseBody(ref.attempt),
      };
    }
    return {
      now: this.#situation.now,
      newId: this.#situation.newId,
      scenario,
      paused: this.#situation.scenarioState(scenario.id) === 'paused',
      runPaused: this.#run(enrollment)?.state === 'paused',
      enrollment,
      profile: this.decision.profile,
      declared: this.#declared(),
      properties: eventId === null ? null : this.#situation.properties(eventId),
      responses,
      laneOf: this.#situation.laneOf,
    };
  }

  #declared(): Situation['declared'] {
    if (this.decision.declare.length === 0) return this.#situation.declared;
    return new Map([...this.#situation.declared, ...this.decision.declare.map((d) => [d.name, d.type] as const)]);
  }

  /** Takes what a walk brought; the entry is written only where it isn't what it was `before`. */
  #fold(walked: Walked, before: EntryState | null): void {
    for (const changed of walked.changed) this.take(changed);
    this.decision.enrollments.push(walked.enrollment);
    if (walked.entry !== before) this.decision.entries.push(walked.entry);
    this.decision.deliveries.push(...walked.deliveries);
    this.decision.timers.push(...walked.timers);
    this.decision.counts.push(...walked.counts);
    const { runId } = walked.enrollment;
    if (runId !== null)
      for (const { step, name } of walked.counts) if (OF_RUNS.has(name)) this.count(runId, step, name);
  }
}

/** What is counted for a run too. */
const OF_RUNS = new Set(['queued', 'ended']);

/** A run of a campaign lets the profile in: at the run's version, also while the scenario is paused (it holds what is queued). */
function enterCampaign(draft: Draft, fact: QueuedFact, { run: id }: EnterBody): void {
  const run = draft.situation.run(id);
  if (!run || run.state === 'stopped') return;
  const scenario = draft.situation.scenario(run.scenarioId, run.version);
  const state = draft.situation.scenarioState(run.scenarioId);
  if (scenario && (state === 'active' || state === 'paused')) draft.start(scenario, fact, { run: id });
}

function startScenarios(draft: Draft, fact: QueuedFact): void {
  const scenarios = draft.situation.triggered(fact.name ?? '');
  if (scenarios.length === 0 || fact.depth >= MAX_DEPTH) return;
  const properties = fact.body === null ? {} : (parseJson(fact.body) as Record<string, Json>);
  for (const scenario of scenarios) {
    const { trigger } = scenario.definition;
    if (trigger?.kind !== 'event') continue;
    if (trigger.origins && !trigger.origins.some((name) => ORIGIN_BY_NAME[name] === fact.origin)) continue;
    const view = { attributes: draft.decision.profile.attributes, properties, responses: {} };
    if (trigger.filter && !evaluate(trigger.filter, view)) continue;
    draft.start(scenario, fact, { properties });
  }
}

const ORIGIN_BY_NAME: Record<string, number> = { event: 1, response: 2, inbound: 3, import: 4, person: 5, scenario: 6 };
const STATE_NAME = Object.fromEntries(Object.entries(DELIVERY).map(([name, code]) => [code, name]));

function applyOutcome(draft: Draft, fact: QueuedFact, outcome: OutcomeBody): void {
  const state = STATE_NAME[outcome.state];
  if (typeof outcome.delivery !== 'string' || state === undefined)
    throw new Error('the outcome names no delivery or no state');
  const ended = fact.kind === FACT.outcome;
  const changed = draft.change(outcome.changes as Change[], fact);
  const refused = [...outcome.refused, ...changed.refused];
  const enrollment = outcome.enrollment === null ? null : draft.situation.enrollment(outcome.enrollment);
  if (ended) {
    const { delivery, webhook, scenario, step, status, reason } = outcome;
    draft.record(
      fact,
      toJson({
        delivery,
        webhook,
        scenario,
        step,
        state,
        status,
        reason,
        changes: outcome.changes,
        changed: changed.changed,
        ...(refused.length > 0 && { refused }),
      }),
      null,
    );
    if (scenario !== null && step !== null && outcome.mode !== MODE.none) {
      const runId = enrollment?.runId ?? null;
      const count = (name: string) => {
        draft.count(scenario, step, name);
        if (runId !== null) draft.count(runId, step, name);
      };
      count(state);
      if (reason && (state === 'failed' || state === 'skipped')) count(`${state}:${reason.code}`);
    }
  }
  if (outcome.mode === MODE.none) return;
  if (!enrollment || enrollment.state !== ENROLLMENT.active || outcome.step === null) return;
  const waiting = enrollment.step === outcome.step && enrollment.data.trail.at(-1)?.delivery === outcome.delivery;
  const trail = enrollment.data.trail.map((entry) =>
    entry.delivery === outcome.delivery ? { ...entry, outcome: state } : entry,
  );
  const responses =
    outcome.attempt === null
      ? enrollment.data.responses
      : {
          ...enrollment.data.responses,
          [outcome.step]: {
            delivery: outcome.delivery,
            request: outcome.request,
            attempt: outcome.attempt,
            status: outcome.status,
          },
        };
  const known: EnrollmentState = { ...enrollment, data: { trail, responses } };
  if (!waiting || (!ended && outcome.mode !== MODE.first_attempt)) {
    draft.decision.enrollments.push(known);
    return;
  }
  const step = draft.situation.scenario(enrollment.scenarioId, enrollment.version)?.steps.get(outcome.step);
  const failed = ended && outcome.state !== DELIVERY.delivered;
  if (step?.kind !== 'webhook') draft.goOn(known, null);
  else draft.goOn(known, failed && step.on_fail !== undefined ? step.on_fail : step.next);
}

function withRefused(meta: string | null, refused: Changed['refused']): string | null {
  if (refused.length === 0) return meta;
  return toJson({ ...(meta === null ? {} : (parseJson(meta) as object)), refused });
}

function blankEntry(enrollment: EnrollmentState, profileId: string): EntryState {
  const { workspaceId, scenarioId, startedAt } = enrollment;
  return {
    workspaceId,
    profileId,
    scenarioId,
    entered: 1,
    open: 0,
    lastEnteredAt: startedAt,
    reached: [],
    lastRunId: null,
  };
}

function missing(enrollment: EnrollmentState): ScenarioVersion {
  const definition = { trigger: null, reentry: 'always' as const, start: null, steps: [] };
  return {
    workspaceId: enrollment.workspaceId,
    id: enrollment.scenarioId,
    name: '',
    version: enrollment.version,
    definition,
    steps: new Map(),
  };
}
