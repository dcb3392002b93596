import { type Json, parseJson, toJson } from '../../platform/json.ts';
import { DELIVERY, ENROLLMENT, FACT, MODE } from '../../schema/index.ts';
import { evaluate } from '../conditions/index.ts';
import type { EnterBody, OutcomeBody, QueuedFact, UpdateBody } from '../inbox/index.ts';
import { type Change, type Changed, newProfile } from '../profiles/index.ts';
import { type EnrollmentState, MAX_DEPTH } from '../scenarios/index.ts';
import type { Decision, Situation } from './decision.ts';
import { Draft } from './draft.ts';
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
  let read: Record<string, Json> | null = null;
  const properties = () => {
    read ??= fact.body === null ? {} : (parseJson(fact.body) as Record<string, Json>);
    return read;
  };
  for (const scenario of scenarios) {
    const { trigger } = scenario.definition;
    if (trigger?.kind !== 'event') continue;
    if (trigger.origins && !trigger.origins.some((name) => ORIGIN_BY_NAME[name] === fact.origin)) continue;
    if (trigger.filter) {
      const view = { attributes: draft.decision.profile.attributes, properties: properties(), responses: {} };
      if (!evaluate(trigger.filter, view)) continue;
    }
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
