import { eventOf } from '../../../shared/scenario.ts';
import { type Json, parseJson, toJson } from '../../platform/json.ts';
import { CLASS, DELIVERY, ENROLLMENT, FACT, MODE, nameOf, ORIGIN } from '../../schema/index.ts';
import { evaluate } from '../conditions/index.ts';
import type { OutcomeBody, QueuedFact } from '../inbox/index.ts';
import type { ProfileState } from '../profiles/index.ts';
import type { EnrollmentState, EntryState, ScenarioVersion } from '../scenarios/index.ts';
import { decide, decideTimer } from './decide.ts';
import type { Decision, Situation } from './decision.ts';

/** A webhook step that is reached, `at` ms since the epoch, with what its template sees. */
export interface DryCall {
  step: string;
  webhookId: string;
  deliveryId: string;
  at: number;
  profile: ProfileState;
  /** Earlier responses, by step; the body is text. */
  responses: [step: string, { status: number | null; body: string | null }][];
}

/** What became of it: a number of DELIVERY, the answer if there was one, and what is mapped from it. */
export interface DryAnswer<Shown> {
  state: number;
  reason: OutcomeBody['reason'];
  answer: { status: number; body: string } | null;
  changes: OutcomeBody['changes'];
  refused: OutcomeBody['refused'];
  /** Goes into the path as it is. */
  shown: Shown;
}

export interface DryRun<Shown> {
  scenario: ScenarioVersion;
  profile: ProfileState;
  /** What is remembered of the profile in this scenario. */
  entry: EntryState | null;
  /** `origin` is a number of ORIGIN; `properties` JSON text. */
  event: { id: string; name: string; origin: number; properties: string };
  declared: Situation['declared'];
  identifiers: Situation['identifiers'];
  webhooks: ReadonlySet<string>;
  now: number;
  newId: () => string;
  call: (call: DryCall) => Promise<DryAnswer<Shown>>;
}

/** One step on the way. `at` is when it would be reached, ms since the epoch. */
export interface DryStep<Shown> {
  step: string;
  at: number;
  kind: string;
  note: string;
  shown: Shown | null;
}

const MOST_STEPS = 100;
const BUDGET_MS = 10_000;

/**
 * Walks a profile through a scenario by the engine's own decisions, in a time that is moved on to whatever is waited for.
 * Nothing is written or sent: `call` says what becomes of a webhook step. Ends after 100 steps or ten seconds.
 */
export async function dryRun<Shown>(given: DryRun<Shown>): Promise<{ path: DryStep<Shown>[]; ended: string }> {
  const world = new World(given);
  const { scenario } = given;
  const path: DryStep<Shown>[] = [];
  const end = performance.now() + BUDGET_MS;
  let decision = decide(world.situation(), world.first());
  let walked = 0;
  while (decision) {
    world.take(decision);
    const { enrollment } = world;
    if (!enrollment) return { path, ended: refusal(given) };
    for (const { step, at, outcome } of enrollment.data.trail.slice(walked)) {
      const note = noteOf(scenario, step, outcome, decision);
      path.push({ step, at, kind: scenario.steps.get(step)?.kind ?? 'missing', note, shown: null });
    }
    walked = enrollment.data.trail.length;
    if (path.length >= MOST_STEPS)
      return { path: path.slice(0, MOST_STEPS), ended: `Stopped here after ${MOST_STEPS} steps; it would go on.` };
    if (enrollment.state === ENROLLMENT.ended) return { path, ended: enrollment.reason ?? 'completed' };
    if (performance.now() > end) return { path, ended: 'Stopped here: ten seconds are over; it would go on.' };
    const [delivery] = decision.deliveries;
    const [timer] = decision.timers;
    if (delivery) {
      const { step, id: deliveryId, webhookId } = delivery;
      const asked = {
        step,
        webhookId,
        deliveryId,
        at: world.now,
        profile: world.profile,
        responses: world.responses(),
      };
      const answer = await given.call(asked);
      const last = path.at(-1)!;
      last.note = [nameOf(DELIVERY, answer.state), answer.reason?.message].filter(Boolean).join(': ');
      last.shown = answer.shown;
      decision = decide(world.situation(), world.outcome(delivery, answer));
    } else if (timer) {
      world.now = timer.dueAt;
      decision = decideTimer(world.situation(), { enrollmentId: enrollment.id, step: timer.step });
    } else break;
  }
  return { path, ended: 'It stays here.' };
}

/** What a turn would have read from the database, kept in memory and fed with each decision. */
class World {
  now: number;
  profile: ProfileState;
  enrollment: EnrollmentState | null = null;
  readonly #given: DryRun<unknown>;
  readonly #properties: Record<string, Json>;
  readonly #bodies = new Map<string, string>();
  #entry: EntryState | null;
  #declared: Situation['declared'];

  constructor(given: DryRun<unknown>) {
    this.#given = given;
    this.now = given.now;
    this.profile = given.profile;
    this.#entry = given.entry;
    this.#declared = given.declared;
    this.#properties = parseJson(given.event.properties) as Record<string, Json>;
  }

  situation(): Situation {
    const { scenario, webhooks, newId, identifiers } = this.#given;
    return {
      now: this.now,
      newId,
      declared: this.#declared,
      identifiers,
      triggered: (event) => (event === eventOf(scenario.definition) ? [scenario] : []),
      scenario: () => scenario,
      scenarioState: () => 'active',
      run: (id) => ({ id, scenarioId: scenario.id, version: scenario.version, state: 'queuing' }),
      laneOf: (id) => (webhooks.has(id) ? id : null),
      profile: this.profile,
      enrollment: () => this.enrollment,
      entry: () => this.#entry,
      properties: () => this.#properties,
      responseBody: (attempt) => parsed(this.#bodies.get(attempt)),
    };
  }

  /** What starts it: the event, or a campaign that lets in whom its filter matches. */
  first(): QueuedFact {
    const { scenario, event } = this.#given;
    const { trigger } = scenario.definition;
    if (trigger?.kind !== 'campaign') return this.fact(FACT.track, event);
    const view = { attributes: this.profile.attributes, properties: null, responses: {} };
    const run = !trigger.filter || evaluate(trigger.filter, view) ? event.id : null;
    // Without a run nothing is started.
    return run === null
      ? this.fact(FACT.track, { ...event, name: '' })
      : this.fact(FACT.enter, { ...event, properties: toJson({ run }) });
  }

  take(decision: Decision): void {
    this.profile = decision.profile;
    this.enrollment = decision.enrollments.at(-1) ?? this.enrollment;
    this.#entry = decision.entries.at(-1) ?? this.#entry;
    this.#declared = new Map([...this.#declared, ...decision.declare.map((d) => [d.name, d.type] as const)]);
  }

  responses(): DryCall['responses'] {
    return Object.entries(this.enrollment?.data.responses ?? {}).map(([step, { status, attempt }]) => [
      step,
      { status, body: attempt === null ? null : (this.#bodies.get(attempt) ?? null) },
    ]);
  }

  fact(kind: number, { id, name, origin, properties }: DryRun<unknown>['event']): QueuedFact {
    const { workspaceId, id: profileId } = this.profile;
    const at = { occurredAt: this.now, receivedAt: this.now };
    const queued = { class: CLASS.live, depth: 0, partition: 0, seq: 1, tries: 0, meta: null };
    return { ...at, ...queued, workspaceId, profileId, id, kind, origin, name, body: properties };
  }

  outcome(delivery: Decision['deliveries'][number], given: DryAnswer<unknown>): QueuedFact {
    const attempt = given.answer ? this.#given.newId() : null;
    if (given.answer && attempt !== null) this.#bodies.set(attempt, given.answer.body);
    const body: OutcomeBody = {
      delivery: delivery.id,
      enrollment: delivery.enrollmentId,
      scenario: delivery.scenarioId,
      webhook: delivery.webhookId,
      step: delivery.step,
      mode: MODE.outcome,
      state: given.state,
      reason: given.reason,
      status: given.answer?.status ?? null,
      request: attempt,
      attempt,
      changes: given.changes,
      refused: given.refused,
    };
    const id = this.#given.newId();
    return this.fact(FACT.outcome, { id, name: '', origin: ORIGIN.response, properties: toJson(body) });
  }
}

function parsed(body: string | undefined): Json | undefined {
  if (body === undefined) return undefined;
  try {
    return parseJson(body);
  } catch {
    // Not JSON: a condition on it sees nothing there, as in a turn.
    return undefined;
  }
}

function noteOf(scenario: ScenarioVersion, id: string, outcome: string | undefined, decision: Decision): string {
  const step = scenario.steps.get(id);
  if (step?.kind === 'wait') {
    const due = decision.timers.find((timer) => timer.step === id)?.dueAt;
    return due === undefined ? '' : `until ${new Date(due).toISOString()}`;
  }
  if (step?.kind === 'exit') return step.reason;
  if (outcome !== undefined) return outcome;
  if (step?.kind !== 'update') return '';
  const { attributes } = decision.profile;
  return step.set
    .map(({ attribute }) => `${attribute} = ${(toJson(attributes[attribute]) ?? 'nothing').slice(0, 100)}`)
    .join(', ');
}

/** Why the profile doesn't enter. */
function refusal({ scenario, event, profile }: DryRun<unknown>): string {
  const { trigger, reentry } = scenario.definition;
  if (trigger?.kind === 'campaign') {
    const view = { attributes: profile.attributes, properties: null, responses: {} };
    if (trigger.filter && !evaluate(trigger.filter, view))
      return "It doesn't enter: the campaign's filter doesn't match this profile.";
  } else if (trigger?.event !== event.name)
    return `It doesn't enter: the scenario starts with "${trigger?.event ?? 'nothing'}", and the event is "${event.name}".`;
  else {
    const origin = nameOf(ORIGIN, event.origin);
    if (trigger.origins && !trigger.origins.includes(origin))
      return `It doesn't enter: the event comes from "${origin}", which doesn't start the scenario.`;
    const properties = parseJson(event.properties) as Record<string, Json>;
    if (trigger.filter && !evaluate(trigger.filter, { attributes: profile.attributes, properties, responses: {} }))
      return "It doesn't enter: the event doesn't pass the filter.";
  }
  const rule = typeof reentry === 'string' ? reentry : `after ${reentry.after_seconds} seconds`;
  return `It doesn't enter: it was in the scenario before, and may enter again by the rule "${rule}" alone.`;
}
