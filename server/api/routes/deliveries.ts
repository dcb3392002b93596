import { z } from 'zod';
import {
  type AttemptView,
  countDeliveries,
  type DeliveryView,
  eraseBodies,
  getDelivery,
  getRequest,
  listAttempts,
  listDeliveries,
  MOST_COUNTED,
  type RequestView,
  resendDelivery,
} from '../../flow/delivery/index.ts';
import { type IdKind, present } from '../../platform/ids.ts';
import { ATTEMPT, DELIVERY, nameOf } from '../../schema/index.ts';
import { mayAlso } from '../auth.ts';
import { notFound, Problem } from '../problem.ts';
import { cursorId, idParam, iso, listOf, pageQuery, type Route, route } from '../route.ts';
import { bodyShown, headerShown, showBody, showHeaders } from '../shown.ts';
import { filterOf, filterQuery, states } from './delivery-filter.ts';

const time = z.iso.datetime();
const text = z.string().nullable();
/** A delivery in answers. */
export const delivery = z.object({
  id: z.string(),
  state: z.enum(states),
  reason: z.object({ code: z.string(), message: z.string() }).nullable(),
  held: z.boolean().meta({ description: 'Waits until its scenario is resumed' }),
  tries: z.number().int(),
  next_try_at: time.nullable(),
  queued_at: time,
  ended_at: time.nullable(),
  profile: z.string(),
  webhook: z.string(),
  scenario: text,
  scenario_version: z.number().int().nullable(),
  step: text,
  enrollment: text,
  event: text,
  resend_of: text,
});
const request = z.object({
  id: z.string(),
  webhook_version: z.number().int(),
  message_id: z.string(),
  idempotency_key: z.string(),
  method: z.string(),
  url: z.string(),
  headers: z.array(headerShown),
  body: bodyShown,
  created_at: time,
  erased_at: time.nullable().meta({ description: 'When its body, and those of the answers, were erased' }),
  members: z.number().int().nullable().meta({ description: 'How many profiles a batch carries; null: it is none' }),
});
const attempt = z.object({
  id: z.string(),
  number: z.number().int(),
  outcome: z.enum(Object.keys(ATTEMPT) as [string, ...string[]]),
  reason: text,
  status: z.number().int().nullable(),
  address: text.meta({ description: 'The address that was called' }),
  proxy: text.meta({ description: 'Host and port of the proxy that it was called through' }),
  started_at: time,
  duration_ms: z.number().int(),
  added_headers: z
    .array(headerShown)
    .meta({ description: 'Added when it was sent; values of secret headers are hidden' }),
  response_headers: z.array(headerShown).nullable(),
  response_body: bodyShown,
  response_cut: z.boolean(),
});
const whole = delivery.extend({ request: request.nullable(), attempts: z.array(attempt) });

const idOf = (kind: IdKind, id: string | null) => (id === null ? null : present(kind, id));

/** A delivery as answers show it. */
export function presentDelivery(given: DeliveryView) {
  return {
    id: present('delivery', given.id),
    state: nameOf(DELIVERY, given.state),
    reason: given.reason,
    held: given.held,
    tries: given.tries,
    next_try_at: iso(given.nextTryAt),
    queued_at: iso(given.queuedAt),
    ended_at: iso(given.endedAt),
    profile: present('profile', given.profileId),
    webhook: present('webhook', given.webhookId),
    scenario: idOf('scenario', given.scenarioId),
    scenario_version: given.scenarioVersion,
    step: given.step,
    enrollment: idOf('enrollment', given.enrollmentId),
    event: idOf('event', given.eventId),
    resend_of: idOf('delivery', given.resendOf),
  };
}

function presentRequest(given: RequestView) {
  return {
    id: present('request', given.id),
    webhook_version: given.webhookVersion,
    message_id: given.messageId,
    idempotency_key: given.idempotencyKey,
    method: given.method,
    url: given.url,
    headers: showHeaders(given.headers),
    body: showBody(given.body),
    created_at: iso(given.createdAt),
    erased_at: iso(given.erasedAt),
    members: given.members,
  };
}

function presentAttempt(given: AttemptView) {
  return {
    id: present('attempt', given.id),
    number: given.number,
    outcome: nameOf(ATTEMPT, given.outcome),
    reason: given.reason,
    status: given.status,
    address: given.address,
    proxy: given.proxy,
    started_at: iso(given.startedAt),
    duration_ms: given.durationMs,
    added_headers: showHeaders(given.sentHeaders),
    response_headers: given.responseHeaders && showHeaders(given.responseHeaders),
    response_body: showBody(given.responseBody),
    response_cut: given.responseCut,
  };
}

const params = z.object({ id: idParam('delivery') });
/** Deliveries: what was sent, what came back, what is next, and sending it again. */
export const deliveryRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/deliveries',
    scope: 'read',
    tag: 'Deliveries',
    summary: 'List deliveries, newest first',
    query: pageQuery.extend(filterQuery.shape),
    answers: {
      200: {
        description: 'A page of deliveries; it may be short, or empty, and not the last while there is a next_cursor',
        schema: listOf(delivery),
      },
    },
    handler: async ({ parts, caller: { workspaceId }, query }) => {
      const before = cursorId(query.cursor);
      const filter = { ...(await filterOf(parts, workspaceId, query)), ...(before !== null && { before }) };
      const { items, next } = await listDeliveries(parts.database, workspaceId, { ...filter, limit: query.limit });
      return {
        body: {
          items: items.map(presentDelivery),
          next_cursor: next === null ? null : Buffer.from(next).toString('base64url'),
        },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/deliveries/counts',
    scope: 'read',
    tag: 'Deliveries',
    summary: 'Count deliveries by state',
    query: filterQuery,
    answers: {
      200: {
        description: `The numbers, of the newest ${MOST_COUNTED} at most`,
        schema: z.object({
          by_state: z.record(z.string(), z.number().int()).meta({ description: 'States that none is in are left out' }),
          more: z.boolean().meta({ description: 'There may be older ones that were not counted' }),
        }),
      },
    },
    handler: async ({ parts, caller: { workspaceId }, query }) => {
      const filter = await filterOf(parts, workspaceId, query);
      const { byState, more } = await countDeliveries(parts.database, workspaceId, filter);
      const named = [...byState].map(([state, n]) => [nameOf(DELIVERY, state), n]);
      return { body: { by_state: Object.fromEntries(named), more } };
    },
  }),
  route({
    method: 'GET',
    path: '/deliveries/{id}',
    scope: 'read',
    tag: 'Deliveries',
    summary: 'Read a delivery with its exact request and every attempt',
    params,
    answers: { 200: { description: 'The delivery', schema: whole } },
    handler: async ({ parts, caller, params: { id } }) => {
      const { database } = parts;
      const found = await getDelivery(database, caller.workspaceId, id);
      if (!found) throw notFound('delivery');
      const { requestId } = found;
      const sent = requestId === null ? null : await getRequest(database, caller.workspaceId, requestId);
      const tried = requestId === null ? [] : await listAttempts(database, caller.workspaceId, requestId);
      const bodies = mayAlso(caller, 'read_bodies');
      return {
        body: {
          ...presentDelivery(found),
          request: sent && { ...presentRequest(sent), ...(!bodies && { body: null }) },
          attempts: tried.map((one) => ({ ...presentAttempt(one), ...(!bodies && { response_body: null }) })),
        },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/deliveries/{id}/resend',
    scope: 'deliveries',
    tag: 'Deliveries',
    summary: "Send an ended delivery's request once more: same bytes, id and key, as a new delivery",
    params,
    answers: {
      201: {
        description: 'The new delivery',
        schema: delivery.extend({
          rendered_anew: z.boolean().meta({
            description: 'It was one of a batch: it goes alone, rendered anew, under an id and a key of its own',
          }),
        }),
      },
    },
    handler: async ({ parts, caller, params: { id } }) => {
      const result = await resendDelivery(parts.database, parts.clock, caller.workspaceId, id);
      if (!result.ok) throw result.missing ? notFound('delivery') : new Problem(409, result.message);
      parts.signals.raise('lane_queue');
      const made = await getDelivery(parts.database, caller.workspaceId, result.id);
      return { status: 201, body: { ...presentDelivery(made!), rendered_anew: result.anew } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/deliveries/{id}/bodies',
    scope: 'profiles',
    action: 'erase',
    tag: 'Deliveries',
    summary: "Erase the body of a delivery's request and of the answers, with those of its resends; the record stays",
    params,
    answers: {
      200: {
        description: 'They are gone',
        schema: z.object({ requests: z.number().int().meta({ description: 'How many requests were emptied' }) }),
      },
    },
    handler: async ({ parts, caller, params: { id } }) => {
      const result = await eraseBodies(parts.database, parts.clock, caller.workspaceId, id);
      if (!result.ok) throw result.missing ? notFound('delivery') : new Problem(409, result.message);
      return { body: { requests: result.requests } };
    },
  }),
];
