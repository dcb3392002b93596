import type { WebhookDefinition } from '../../../shared/webhook.ts';
import type { Connection, Sql } from '../../platform/database/index.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { newId, partitionOf } from '../../platform/ids.ts';
import { type Json, toJson } from '../../platform/json.ts';
import { DELIVERY, MODE } from '../../schema/index.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import type { MapResult, RenderPool, RenderResult } from '../rendering/index.ts';
import { partsOfSpokenTo } from './address.ts';
import { rootContext } from './batches/make.ts';
import { tryEntries } from './batches/try.ts';
import { type ContextText, contextText } from './context-text.ts';
import { headersOf, namesOf, type Sender, shownUrl } from './headers.ts';
import { redactorOf, withoutSecrets } from './redact.ts';
import { attempt } from './send.ts';

/** For whom a webhook is tried: a profile and an event that exist, or values that were typed, which go before. */
export interface TrialFor {
  workspaceId: string;
  profileId: string | null;
  /** More profiles, where a webhook sends batches. */
  others: readonly string[];
  /** Whose events may be named: the profile, and those that were merged into it. */
  profileIds: readonly string[];
  eventId: string | null;
  customer: Record<string, unknown> | null;
  event: { name: string; properties: Record<string, unknown> } | null;
  /** Earlier responses by step. */
  responses: Record<string, { status: number; body: unknown }>;
  /** What a step would give to the webhook's parameters; its defaults stand for the others. */
  parameters: Record<string, unknown> | null;
}

export interface TrialParts {
  database: Connection;
  renderPool: Pick<RenderPool, 'render' | 'members' | 'map'>;
  now: () => number;
  signingSecrets: string[];
}

/** A request as it would go out, with what is added at the sending; values of secret headers are hidden. */
export interface TrialRequest {
  method: string;
  url: string;
  headers: [string, string][];
  body: Uint8Array | null;
}

const profileSql: Sql = {
  name: 'trial-profile',
  text: 'SELECT attributes::text AS attributes FROM profiles WHERE workspace_id = $1 AND id = $2 AND partition = $3',
};
const eventSql: Sql = {
  name: 'trial-event',
  text: `SELECT e.* FROM unnest($2::uuid[]) p(id) CROSS JOIN LATERAL (
      SELECT x.name, x.body, x.occurred_at FROM events x
      WHERE x.workspace_id = $1 AND x.profile_id = p.id AND x.id = $3 LIMIT 1) e LIMIT 1`,
};

/** What a trial is for, and isn't there (any more). */
export interface Missing {
  missing: 'profile' | 'event';
}

/** The contexts that templates see: for whom it is tried, and in a batch for the others. */
async function contextsOf(
  on: Connection,
  given: TrialFor,
  deliveryId: string,
  now: number,
): Promise<string[] | Missing> {
  const contexts: string[] = [];
  for (const profileId of [given.profileId, ...given.others]) {
    const whose = contexts.length === 0 ? given : { ...given, profileId, customer: null };
    const context = await contextOf(on, whose, deliveryId, now);
    if (typeof context !== 'string') return context;
    contexts.push(context);
  }
  return contexts;
}

async function contextOf(on: Connection, given: TrialFor, deliveryId: string, now: number): Promise<string | Missing> {
  const profileId = given.profileId ?? newId(now);
  let attributes = '{}';
  if (given.customer !== null) attributes = toJson(given.customer as Json);
  else if (given.profileId !== null) {
    const [row] = await on.run<{ attributes: string }>(profileSql, [
      given.workspaceId,
      profileId,
      partitionOf(profileId),
    ]);
    if (!row) return { missing: 'profile' };
    attributes = row.attributes;
  }
  let event: ContextText['event'] = null;
  if (given.event !== null) {
    const { name, properties } = given.event;
    event = { id: newId(now), name, at: now, properties: toJson(properties as Json) };
  } else if (given.eventId !== null) {
    type Row = { name: string | null; body: string | null; occurred_at: number };
    const [row] = await on.run<Row>(eventSql, [given.workspaceId, given.profileIds, given.eventId]);
    if (!row) return { missing: 'event' };
    event = { id: given.eventId, name: row.name, at: row.occurred_at, properties: row.body ?? '{}' };
  }
  const responses = Object.entries(given.responses).map(
    ([step, { status, body }]) => [step, { status, body: toJson(body as Json) }] as const,
  );
  return contextText({
    profileId,
    attributes,
    event,
    responses,
    step: null,
    scenario: null,
    parameters: given.parameters && toJson(given.parameters),
    deliveryId,
    now,
    trial: true,
  });
}

/** Renders by the code that sends: of a webhook with batches one request for all, else for the first. */
async function render(
  definition: WebhookDefinition,
  contexts: readonly string[],
  parts: Pick<TrialParts, 'renderPool' | 'now'>,
): Promise<RenderResult> {
  // Under an id of its own, so that no renderer takes it for a version that it knows.
  const webhook = { id: newId(parts.now()), version: 0, definition };
  let context = contexts[0]!;
  if (definition.batch) {
    const members = await parts.renderPool.members(contexts.map((one) => ({ webhook, context: one })));
    const failure = members.find((member) => !member.ok);
    if (failure) return failure;
    context = rootContext(
      members.flatMap((member) => (member.ok ? [member.text] : [])),
      parts.now(),
    );
  }
  const [result] = await parts.renderPool.render([{ webhook, context }]);
  return result!;
}

/** Renders a request and adds what the sending adds; `at` is when it would be sent, in ms. */
export async function renderTrial(
  webhook: Sender,
  contexts: readonly string[],
  deliveryId: string,
  parts: Pick<TrialParts, 'renderPool' | 'now' | 'signingSecrets'>,
  at: number,
): Promise<{ result: RenderResult; request: TrialRequest | null }> {
  const result = await render(webhook.definition, contexts, parts);
  if (!result.ok) return { result, request: null };
  const { method, url, headers, body } = result.request;
  const request = { headers, body, ...namesOf(deliveryId) };
  const { own, added, hidden } = headersOf(webhook, request, parts.signingSecrets, at);
  return { result, request: { method, url: shownUrl(url, webhook), headers: [...own, ...added, ...hidden], body } };
}

/** A request that was made, or why there is none. */
export interface Made {
  result: RenderResult;
  request: TrialRequest | null;
}

/**
 * What would be sent, under each of the definitions: for the same delivery at the same time, so that what differs is the
 * definitions' doing.
 */
export async function preview(
  webhooks: readonly Sender[],
  given: TrialFor,
  parts: TrialParts,
): Promise<Made[] | Missing> {
  const now = parts.now();
  const delivery = newId(now);
  const contexts = await contextsOf(parts.database, given, delivery, now);
  if ('missing' in contexts) return contexts;
  return Promise.all(webhooks.map((webhook) => renderTrial(webhook, contexts, delivery, parts, now)));
}

/** What a trial that was really sent brought. */
export interface Trial {
  request: TrialRequest | null;
  /** Why there is no request. */
  result: RenderResult;
  status: number | null;
  headers: [string, string][] | null;
  body: Uint8Array | null;
  cut: boolean;
  address: string | null;
  proxy: string | null;
  durationMs: number;
  ok: boolean;
  reason: string | null;
  mapped: { attribute: string; value: unknown }[];
  refused: { attribute: string; reason: string }[];
}

/**
 * Sends once, for real, through the one door: signed, with the secret headers, redacted as a delivery is. No delivery is
 * made, nothing is written to a profile; the mapping is tried and shown.
 */
export async function sendTrial(
  webhook: LoadedWebhook,
  given: TrialFor,
  parts: Omit<TrialParts, 'renderPool'> & { egress: Egress; renderPool: RenderPool },
): Promise<Trial | Missing> {
  const delivery = newId(parts.now());
  const contexts = await contextsOf(parts.database, given, delivery, parts.now());
  if ('missing' in contexts) return contexts;
  const result = await render(webhook.definition, contexts, parts);
  const nothing = { status: null, headers: null, body: null, cut: false, address: null, proxy: null, durationMs: 0 };
  if (!result.ok)
    return { request: null, result, ...nothing, ok: false, reason: result.trouble.message, mapped: [], refused: [] };
  const { workspaceId } = given;
  const request = { ...result.request, ...namesOf(delivery), id: newId(parts.now()), webhookVersion: webhook.version };
  const item = {
    laneId: delivery,
    token: 0,
    policyId: null,
    deliveryId: delivery,
    workspaceId,
    partition: 0,
    class: 0,
    mode: MODE.none,
    tries: 0,
    origin: '',
    scenarioId: null,
    requestId: request.id,
  };
  const details = { profileId: given.profileId ?? '', webhookId: webhook.id, step: null, enrollmentId: null, depth: 0 };
  const { outcome, mappable } = await attempt(
    { item, details, request, fresh: true, timeoutMs: webhook.definition.timeout_ms },
    webhook,
    {
      egress: parts.egress,
      newId: () => newId(parts.now()),
      now: parts.now,
      random: () => 0.5,
      signingSecrets: parts.signingSecrets,
      stillOurs: () => true,
      signal: AbortSignal.timeout(webhook.definition.timeout_ms + 5_000),
    },
  );
  const record = outcome.attempt;
  const added = record?.sentHeaders ? (JSON.parse(record.sentHeaders) as [string, string][]) : [];
  const taken = new Set(added.map(([name]) => name.toLowerCase()));
  const mapped: Trial['mapped'] = [];
  const refused = [...outcome.refused];
  if (mappable !== null) {
    const values = await valuesOf(webhook.definition, mappable, parts.renderPool);
    const found = withoutSecrets(values, redactorOf(webhook, parts.signingSecrets));
    mapped.push(...found.changes.map(({ attribute, value }) => ({ attribute, value })));
    refused.push(...found.refused);
  }
  return {
    request: {
      method: request.method,
      url: shownUrl(request.url, webhook),
      headers: [...request.headers.filter(([name]) => !taken.has(name.toLowerCase())), ...added],
      body: request.body,
    },
    result,
    status: record?.status ?? null,
    headers: record?.responseHeaders ? (JSON.parse(record.responseHeaders) as [string, string][]) : null,
    body: record?.responseBody ?? null,
    cut: record?.responseCut ?? false,
    ...partsOfSpokenTo(record?.address ?? null),
    durationMs: record?.durationMs ?? 0,
    ok: 'state' in outcome.end && outcome.end.state === DELIVERY.delivered,
    reason: outcome.reason?.message ?? null,
    mapped,
    refused,
  };
}

/** What the mapping finds in an answer; where entries of profiles are read from it, in the first. */
async function valuesOf(
  { mapping, batch, statuses }: WebhookDefinition,
  body: string,
  pool: Pick<RenderPool, 'map' | 'entries'>,
): Promise<MapResult> {
  if (!batch?.results) return (await pool.map([{ rules: mapping, body }]))[0]!;
  return tryEntries({ body, rules: mapping, entries: batch.results, statuses }, pool);
}
