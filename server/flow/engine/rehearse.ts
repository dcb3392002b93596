import type { AttributeType } from '../../../shared/attribute.ts';
import { eventOf as eventNameOf, type ScenarioDefinition } from '../../../shared/scenario.ts';
import type { Connection, Sql } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { toJson } from '../../platform/json.ts';
import { DELIVERY, FACT, ORIGIN } from '../../schema/index.ts';
import { type LoadedWebhook, loadCurrentWebhooks } from '../../webhooks/index.ts';
import { contextText, renderTrial, type TrialRequest } from '../delivery/index.ts';
import { getProfile } from '../profiles/index.ts';
import type { RenderPool, RenderResult } from '../rendering/index.ts';
import { type DryAnswer, type DryCall, type DryStep, dryRun } from './dry-run.ts';
import { loadEntries } from './load.ts';

/** What a rehearsal is of. Ids are bare; the definition names webhooks by bare ids, as a published one does. */
export interface Rehearsal {
  workspaceId: string;
  scenario: { id: string; name: string; version: number | null };
  definition: ScenarioDefinition;
  profileId: string;
  /** An event of the profile, or the properties that the starting event would have. */
  eventId: string | null;
  properties: Record<string, unknown>;
  outcomes: Record<string, 'delivered' | 'failed'>;
  /** What comes back, by step: a text, or a JSON value. Nothing unless given. */
  responses: Record<string, unknown>;
}

export interface RehearsalParts {
  database: Connection;
  renderPool: Pick<RenderPool, 'render' | 'members' | 'map'>;
  secrets: { open(sealed: Buffer): string };
  now: () => number;
  signingSecretsOf: (webhook: LoadedWebhook) => Promise<string[]>;
}

/** What a webhook step would send, and what would be mapped from the response that was given. */
export interface ShownCall {
  request: TrialRequest | null;
  result: RenderResult;
  mapped: DryAnswer<unknown>['changes'];
  refused: DryAnswer<unknown>['refused'];
}

const attributes: Sql = {
  name: 'rehearse-attributes',
  text: 'SELECT name, type, identifier FROM attributes WHERE workspace_id = $1',
};
const events: Sql = {
  name: 'rehearse-event',
  text: `SELECT e.* FROM unnest($2::uuid[]) p(id) CROSS JOIN LATERAL (
      SELECT x.name, x.origin, x.body, x.occurred_at FROM events x
      WHERE x.workspace_id = $1 AND x.profile_id = p.id AND x.id = $3 AND x.kind = ${FACT.track} LIMIT 1) e LIMIT 1`,
};

/** Walks a profile through a definition; see dryRun. Says what is missing when the profile or the event doesn't exist. */
export async function rehearse(
  given: Rehearsal,
  parts: RehearsalParts,
): Promise<{ path: DryStep<ShownCall>[]; ended: string } | { missing: 'profile' | 'event' }> {
  const { database: on, now } = parts;
  const { workspaceId, definition, scenario } = given;
  const started = now();
  const profile = await getProfile(on, workspaceId, given.profileId);
  if (!profile) return { missing: 'profile' };
  const event = await eventOf(on, given, [profile.id, ...profile.merged.map((one) => one.id)], started);
  if (!event) return { missing: 'event' };
  type Declared = { name: string; type: AttributeType; identifier: boolean };
  const declared = await on.run<Declared>(attributes, [workspaceId]);
  const entries = await loadEntries(on, [{ workspaceId, profileId: profile.id, scenarioId: scenario.id }]);
  const steps = new Map(definition.steps.map((step) => [step.id, step]));
  const wanted = definition.steps.flatMap((step) => (step.kind === 'webhook' ? step.webhook : []));
  const loaded = await loadCurrentWebhooks(
    on,
    parts.secrets,
    [...new Set(wanted)].map((webhookId) => ({ workspaceId, webhookId })),
  );
  const webhooks = new Map(loaded.map((one) => [one.id, one]));
  return dryRun({
    scenario: { workspaceId, id: scenario.id, name: scenario.name, version: scenario.version ?? 0, definition, steps },
    profile,
    entry: entries.get(`${profile.id}:${scenario.id}`) ?? null,
    event,
    declared: new Map(declared.map((one) => [one.name, one.type])),
    identifiers: new Set(['email', 'phone', ...declared.flatMap((one) => (one.identifier ? one.name : []))]),
    webhooks: new Set(webhooks.keys()),
    now: started,
    // Never made of the moved time: the ids of this process go on from the latest.
    newId: () => newId(now()),
    call: async (call) =>
      answerOf(call, await render(call, webhooks.get(call.webhookId)!, event, given, parts), given, parts),
  });
}

type Event = { id: string; name: string; origin: number; properties: string; at: number };

async function eventOf(on: Connection, given: Rehearsal, profileIds: string[], now: number): Promise<Event | null> {
  if (given.eventId === null) {
    const name = eventNameOf(given.definition) ?? '';
    return { id: newId(now), name, origin: ORIGIN.event, properties: toJson(given.properties), at: now };
  }
  type Row = { name: string | null; origin: number; body: string | null; occurred_at: number };
  const [row] = await on.run<Row>(events, [given.workspaceId, profileIds, given.eventId]);
  if (!row) return null;
  const { name, origin, body, occurred_at: at } = row;
  return { id: given.eventId, name: name ?? '', origin, properties: body ?? '{}', at };
}

/** What a step gives to its webhook's parameters. */
function valuesOf(definition: ScenarioDefinition, id: string): string | null {
  const step = definition.steps.find((one) => one.id === id);
  return step?.kind === 'webhook' && step.parameters ? toJson(step.parameters) : null;
}

type Rendered = { webhook: LoadedWebhook; request: TrialRequest | null; result: RenderResult };

async function render(
  call: DryCall,
  webhook: LoadedWebhook,
  event: Event,
  given: Rehearsal,
  parts: RehearsalParts,
): Promise<Rendered> {
  const context = contextText({
    profileId: call.profile.id,
    attributes: toJson(call.profile.attributes),
    event: given.definition.trigger?.kind === 'campaign' ? null : event,
    responses: call.responses,
    step: call.step,
    scenario: given.scenario,
    parameters: valuesOf(given.definition, call.step),
    deliveryId: call.deliveryId,
    now: call.at,
  });
  const signingSecrets = await parts.signingSecretsOf(webhook);
  const { renderPool, now } = parts;
  return {
    webhook,
    ...(await renderTrial(webhook, [context], call.deliveryId, { renderPool, now, signingSecrets }, call.at)),
  };
}

async function answerOf(
  { step }: DryCall,
  { webhook, request, result }: Rendered,
  given: Rehearsal,
  { renderPool }: RehearsalParts,
): Promise<DryAnswer<ShownCall>> {
  const nothing = { changes: [], refused: [] };
  if (!result.ok) {
    const { code, message } = result.trouble;
    const state = result.skipped ? DELIVERY.skipped : DELIVERY.failed;
    const shown = { request, result, mapped: [], refused: [] };
    return { state, reason: { code, message }, answer: null, ...nothing, shown };
  }
  const value = Object.hasOwn(given.responses, step) ? given.responses[step] : '';
  const body = typeof value === 'string' ? value : toJson(value);
  if (Object.hasOwn(given.outcomes, step) && given.outcomes[step] === 'failed') {
    const reason = { code: 'status_500', message: 'As it was asked for.' };
    const shown = { request, result, mapped: [], refused: [] };
    return { state: DELIVERY.failed, reason, answer: { status: 500, body }, ...nothing, shown };
  }
  const rules = webhook.definition.mapping;
  const [found] = rules.length === 0 ? [] : await renderPool.map([{ rules, body }]);
  const { changes, refused } = found ?? nothing;
  const shown = { request, result, mapped: changes, refused };
  return { state: DELIVERY.delivered, reason: null, answer: { status: 200, body }, changes, refused, shown };
}
