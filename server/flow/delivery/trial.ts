import type { WebhookDefinition } from '../../../shared/webhook.ts';
import { deliveryHeaders } from '../../connections/index.ts';
import type { Connection, Sql } from '../../platform/database/index.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { newId, partitionOf, present } from '../../platform/ids.ts';
import { type Json, toJson } from '../../platform/json.ts';
import { DELIVERY, MODE } from '../../schema/index.ts';
import type { LoadedWebhook } from '../../webhooks/index.ts';
import type { RenderPool, RenderResult } from '../rendering/index.ts';
import { holdsSecret, redactorOf } from './redact.ts';
import { attempt } from './send.ts';

/** For whom a webhook is tried: a profile and an event that exist, or values that were typed, which go before. */
export interface TrialFor {
  workspaceId: string;
  profileId: string | null;
  eventId: string | null;
  customer: Record<string, unknown> | null;
  event: { name: string; properties: Record<string, unknown> } | null;
  /** Earlier responses by step. */
  responses: Record<string, { status: number; body: unknown }>;
}

export interface TrialParts {
  database: Connection;
  renderPool: Pick<RenderPool, 'render' | 'map'>;
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
  text: 'SELECT name, body, occurred_at FROM events WHERE workspace_id = $1 AND profile_id = $2 AND id = $3',
};

const HIDDEN = '•••';

/** The context that templates see, as JSON text (its shape is in rendering/context.ts); null when the profile is gone. */
async function contextOf(on: Connection, given: TrialFor, delivery: string, now: number): Promise<string | null> {
  const profileId = given.profileId ?? newId(now);
  let attributes = '{}';
  if (given.customer !== null) attributes = toJson(given.customer as Json);
  else if (given.profileId !== null) {
    const [row] = await on.run<{ attributes: string }>(profileSql, [
      given.workspaceId,
      profileId,
      partitionOf(profileId),
    ]);
    if (!row) return null;
    attributes = row.attributes;
  }
  let event = 'null';
  const eventText = (id: string, name: string, at: number, properties: string) =>
    `{"id":"${present('event', id)}","name":${JSON.stringify(name)},"timestamp":"${new Date(at).toISOString()}","properties":${properties}}`;
  if (given.event !== null)
    event = eventText(newId(now), given.event.name, now, toJson(given.event.properties as Json));
  else if (given.eventId !== null) {
    type Row = { name: string | null; body: string | null; occurred_at: number };
    const [row] = await on.run<Row>(eventSql, [given.workspaceId, profileId, given.eventId]);
    if (row) event = eventText(given.eventId, row.name ?? '', row.occurred_at, row.body ?? '{}');
  }
  const responses = Object.entries(given.responses).map(
    ([step, { status, body }]) =>
      `${JSON.stringify(step)}:{"status":${status},"body":${JSON.stringify(toJson(body as Json))}}`,
  );
  return `{"profile":{"id":"${present('profile', profileId)}","attributes":${attributes}},"event":${event},"responses":{${responses.join(',')}},"step":null,"scenario":null,"delivery":{"id":"${present('delivery', delivery)}"},"now":${now}}`;
}

async function render(
  definition: WebhookDefinition,
  given: TrialFor,
  delivery: string,
  parts: TrialParts,
): Promise<RenderResult | null> {
  const context = await contextOf(parts.database, given, delivery, parts.now());
  if (context === null) return null;
  // Under an id of its own, so that no renderer takes it for a version that it knows.
  const [result] = await parts.renderPool.render([
    { webhook: { id: newId(parts.now()), version: 0, definition }, context },
  ]);
  return result!;
}

const namesOf = (delivery: string) => {
  const name = delivery.replaceAll('-', '');
  return { messageId: `msg_${name}`, idempotencyKey: `dlv_${name}` };
};

/** Renders by the code that sends, and adds what the sending adds. Null: there is no such profile. */
export async function preview(
  webhook: Pick<LoadedWebhook, 'definition' | 'secretHeaders'>,
  given: TrialFor,
  parts: TrialParts,
): Promise<{ result: RenderResult; request: TrialRequest | null } | null> {
  const delivery = newId(parts.now());
  const result = await render(webhook.definition, given, delivery, parts);
  if (result === null) return null;
  if (!result.ok) return { result, request: null };
  const { method, url, headers, body } = result.request;
  const { scheme, header } = webhook.definition.signing;
  const added = deliveryHeaders({
    scheme,
    header,
    secrets: parts.signingSecrets,
    ...namesOf(delivery),
    timestampMs: parts.now(),
    body: body ?? new Uint8Array(0),
  });
  const taken = new Set([...added, ...webhook.secretHeaders].map(([name]) => name.toLowerCase()));
  const own = headers.filter(([name]) => !taken.has(name.toLowerCase()));
  const secret = webhook.secretHeaders.map(([name]): [string, string] => [name, HIDDEN]);
  return { result, request: { method, url, headers: [...own, ...added, ...secret], body } };
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
  durationMs: number;
  ok: boolean;
  reason: string | null;
  mapped: { attribute: string; value: unknown }[];
  refused: { attribute: string; reason: string }[];
}

/**
 * Sends once, for real, through the one door: signed, with the secret headers, redacted as a delivery is. No delivery is
 * made, nothing is written to a profile; the mapping is tried and shown. Null: there is no such profile.
 */
export async function sendTrial(
  webhook: LoadedWebhook,
  given: TrialFor,
  parts: TrialParts & { egress: Egress },
): Promise<Trial | null> {
  const delivery = newId(parts.now());
  const result = await render(webhook.definition, given, delivery, parts);
  if (result === null) return null;
  const nothing = { status: null, headers: null, body: null, cut: false, address: null, durationMs: 0 };
  if (!result.ok)
    return { request: null, result, ...nothing, ok: false, reason: result.trouble.message, mapped: [], refused: [] };
  const { workspaceId } = given;
  const request = { ...result.request, ...namesOf(delivery), id: newId(parts.now()), webhookVersion: webhook.version };
  const item = {
    laneId: delivery,
    token: 0,
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
    const redactor = redactorOf(webhook, parts.signingSecrets);
    const [values] = await parts.renderPool.map([{ rules: webhook.definition.mapping, body: mappable }]);
    for (const { attribute, value } of values!.changes)
      if (holdsSecret(value, redactor)) refused.push({ attribute, reason: 'The value is a secret of this webhook.' });
      else mapped.push({ attribute, value });
    refused.push(...values!.refused);
  }
  return {
    request: {
      method: request.method,
      url: request.url,
      headers: [...request.headers.filter(([name]) => !taken.has(name.toLowerCase())), ...added],
      body: request.body,
    },
    result,
    status: record?.status ?? null,
    headers: record?.responseHeaders ? (JSON.parse(record.responseHeaders) as [string, string][]) : null,
    body: record?.responseBody ?? null,
    cut: record?.responseCut ?? false,
    address: record?.address ?? null,
    durationMs: record?.durationMs ?? 0,
    ok: 'state' in outcome.end && outcome.end.state === DELIVERY.delivered,
    reason: outcome.reason?.message ?? null,
    mapped,
    refused,
  };
}
