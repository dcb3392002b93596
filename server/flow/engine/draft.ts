import type { Json } from '../../platform/json.ts';
import type { QueuedFact } from '../inbox/index.ts';
import { applyChanges, type Change, type Changed, identifier, type ProfileState } from '../profiles/index.ts';
import {
  type EnrollmentState,
  type EntryState,
  enter,
  mayEnter,
  type ScenarioVersion,
  type StepView,
  type Walked,
  walk,
} from '../scenarios/index.ts';
import type { Decision, Situation } from './decision.ts';

/** A decision as it comes together: what is changed, recorded, let in and moved on is gathered in it. Pure. */
export class Draft {
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
  start(
    scenario: ScenarioVersion,
    fact: QueuedFact,
    by: { properties: () => Record<string, Json> } | { run: string },
  ): void {
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
    const properties = 'run' in by ? () => null : by.properties;
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
      properties: () => (eventId === null ? null : this.#situation.properties(eventId)),
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
