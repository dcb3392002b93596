import { z } from 'zod';
import {
  countResent,
  createResendJob,
  type DeliveryFilter,
  getResendJob,
  listResendJobs,
  listResent,
  MOST_COUNTED,
  MOST_OPEN_RESENDS,
  MOST_RESENT_LOOKED,
  previewResend,
  type ResendJob,
  stopResendJob,
} from '../../flow/delivery/index.ts';
import { present } from '../../platform/ids.ts';
import { DELIVERY, nameOf } from '../../schema/index.ts';
import { notFound, Problem } from '../problem.ts';
import { type ApiParts, cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';
import { delivery, presentDelivery } from './deliveries.ts';
import { filterOf, filterQuery, states } from './delivery-filter.ts';

const tag = 'Resends';
const params = z.object({ id: idParam('resend') });
const count = z.number().int();
const time = z.iso.datetime();
const reason = z.object({ code: z.string(), message: z.string() });
const byState = z.record(z.string(), count).meta({ description: 'States that none is in are left out' });
const mode = z.enum(['same_bytes', 'render_anew']).default('same_bytes').meta({
  description:
    'same_bytes: the stored request again, under the first one’s id and key, so that a receiver that has it already can tell. render_anew: a new request from today’s profile and webhook, under an id and a key of its own, which a receiver takes for something new',
});
const filter = z
  .strictObject(filterQuery.shape)
  .refine(
    (given) => Object.keys(given).length > 0,
    'must name at least one thing; everything there ever was is too much',
  )
  .meta({ description: 'As in GET /deliveries; all that is given must hold' });
const perSecond = count.min(1).max(2_000).default(100).meta({ description: 'Deliveries a second, at most' });

const shownFilter = z.object({
  state: z.array(z.enum(states)).optional(),
  webhook: z.string().optional(),
  scenario: z.string().optional(),
  step: z.string().optional(),
  reason: z.string().optional(),
  profile: z.string().optional(),
  idempotency_key: z.string().optional(),
  from: time.optional(),
  to: time.optional(),
});
const job = z.object({
  id: z.string(),
  state: z.enum(['running', 'stopping', 'stopped', 'done', 'failed']),
  filter: shownFilter,
  mode: z.enum(['same_bytes', 'render_anew']),
  per_second: count,
  expected: count.meta({ description: 'How many met the filter when the job was made' }),
  expected_more: z.boolean().meta({ description: 'There may be more than were counted' }),
  found: count.meta({ description: 'Looked at so far; made and skipped together' }),
  made: count,
  skipped: z.array(reason.extend({ count })),
  cancelled: count.meta({ description: 'Of those made: taken back by the stop, before they had left' }),
  made_by: z.string(),
  trouble: z.string().nullable(),
  created_at: time,
  ended_at: time.nullable(),
});

const named = (counts: Map<number, number>) =>
  Object.fromEntries([...counts].map(([state, n]) => [nameOf(DELIVERY, state), n]));

function presentFilter(given: DeliveryFilter) {
  const [profile] = given.profileIds ?? [];
  return {
    ...(given.states && { state: given.states.map((state) => nameOf(DELIVERY, state)) }),
    ...(given.webhookId && { webhook: present('webhook', given.webhookId) }),
    ...(given.scenarioId && { scenario: present('scenario', given.scenarioId) }),
    ...(given.step !== undefined && { step: given.step }),
    ...(given.reason !== undefined && { reason: given.reason }),
    ...(profile && { profile: present('profile', profile) }),
    ...(given.idempotencyKey !== undefined && { idempotency_key: given.idempotencyKey }),
    ...(given.from !== undefined && { from: iso(given.from)! }),
    ...(given.to !== undefined && { to: iso(given.to)! }),
  };
}

function presentJob(given: ResendJob) {
  return {
    id: present('resend', given.id),
    state: given.state,
    filter: presentFilter(given.filter),
    mode: given.mode,
    per_second: given.perSecond,
    expected: given.expected,
    expected_more: given.expectedMore,
    found: given.found,
    made: given.made,
    skipped: given.skipped,
    cancelled: given.cancelled,
    made_by: given.madeBy,
    trouble: given.trouble,
    created_at: iso(given.createdAt),
    ended_at: iso(given.endedAt),
  };
}

async function jobOf(parts: ApiParts, workspaceId: string, id: string): Promise<ResendJob> {
  const found = await getResendJob(parts.database, workspaceId, id);
  if (!found) throw notFound('resend');
  return found;
}

/** Sending many deliveries again: first a count and a sample, then a job. */
export const resendRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/resends/preview',
    scope: 'deliveries',
    reads: true,
    tag,
    summary: 'Count what a resend would send, and show the first ten',
    body: z.strictObject({ filter, mode }),
    answers: {
      200: {
        description: `What meets the filter; counting stops at ${MOST_COUNTED}`,
        schema: z.object({
          count,
          more: z.boolean().meta({ description: 'There may be more than were counted' }),
          by_state: byState,
          sample: z
            .array(delivery.extend({ skipped: reason.nullable() }))
            .meta({ description: 'The oldest, with why the job would leave them out' }),
        }),
      },
    },
    async handler({ parts, caller: { workspaceId }, body }) {
      const wanted = await filterOf(parts, workspaceId, body.filter);
      const found = await previewResend(parts.database, workspaceId, wanted, body.mode);
      return {
        body: {
          count: [...found.byState.values()].reduce((sum, n) => sum + n, 0),
          more: found.more,
          by_state: named(found.byState),
          sample: found.sample.map((one) => ({ ...presentDelivery(one.delivery), skipped: one.skipped })),
        },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/resends',
    scope: 'deliveries',
    tag,
    summary: 'Send again what meets a filter, as a job',
    body: z.strictObject({ filter, mode, per_second: perSecond }),
    answers: { 201: { description: 'The job, which works on by itself', schema: job } },
    async handler({ parts, caller, body }) {
      const { workspaceId } = caller;
      const made = await createResendJob(parts.database, parts.clock, workspaceId, {
        filter: await filterOf(parts, workspaceId, body.filter),
        mode: body.mode,
        perSecond: body.per_second,
        madeBy: caller.name,
      });
      if (!made)
        throw new Problem(409, `${MOST_OPEN_RESENDS} resends are under way already. Wait for one to end, or stop one.`);
      parts.signals.raise('resends');
      return { status: 201, body: presentJob(made) };
    },
  }),
  route({
    method: 'GET',
    path: '/resends',
    scope: 'read',
    tag,
    summary: 'List resends, newest first',
    query: pageQuery,
    answers: { 200: { description: 'Jobs', schema: listOf(job) } },
    async handler({ parts, caller: { workspaceId }, query }) {
      const rows = await listResendJobs(parts.database, workspaceId, cursorId(query.cursor), query.limit + 1);
      return { body: page(rows, query.limit, (row) => row.id, presentJob) };
    },
  }),
  route({
    method: 'GET',
    path: '/resends/{id}',
    scope: 'read',
    tag,
    summary: 'Read a resend: how far it is, what it made, what it left out and why',
    params,
    answers: {
      200: {
        description: 'The job',
        schema: job.extend({
          by_state: byState.meta({ description: `What became of the newest ${MOST_RESENT_LOOKED} that it made` }),
        }),
      },
    },
    async handler({ parts, caller: { workspaceId }, params: { id } }) {
      const found = await jobOf(parts, workspaceId, id);
      return {
        body: { ...presentJob(found), by_state: named(await countResent(parts.database, workspaceId, id)) },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/resends/{id}/deliveries',
    scope: 'read',
    tag,
    summary: 'List the deliveries that a resend made, newest first',
    params,
    query: pageQuery.extend({ state: z.enum(states).optional() }),
    answers: { 200: { description: 'Deliveries; resend_of names the first one of each', schema: listOf(delivery) } },
    async handler({ parts, caller: { workspaceId }, params: { id }, query }) {
      await jobOf(parts, workspaceId, id);
      const { items, next } = await listResent(parts.database, workspaceId, id, {
        before: cursorId(query.cursor),
        limit: query.limit,
        state: query.state === undefined ? null : DELIVERY[query.state],
      });
      return {
        body: {
          items: items.map(presentDelivery),
          next_cursor: next === null ? null : Buffer.from(next).toString('base64url'),
        },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/resends/{id}/stop',
    scope: 'deliveries',
    tag,
    summary: 'Stop a resend: it makes no more, and what waits of it is cancelled',
    params,
    answers: { 200: { description: 'The job; it is stopped a moment later', schema: job } },
    async handler({ parts, caller: { workspaceId }, params: { id } }) {
      await jobOf(parts, workspaceId, id);
      await stopResendJob(parts.database, workspaceId, id);
      parts.signals.raise('resends');
      return { body: presentJob(await jobOf(parts, workspaceId, id)) };
    },
  }),
];
