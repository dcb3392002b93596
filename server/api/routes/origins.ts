import { z } from 'zod';
import {
  listOriginChanges,
  listOrigins,
  type OriginChangeView,
  type OriginView,
  pauseOrigin,
} from '../../flow/delivery/index.ts';
import { present } from '../../platform/ids.ts';
import { Problem } from '../problem.ts';
import { cursorId, cursorText, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const tag = 'Origins';
const name = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[^/?#{}%\s]+$/i, 'must be a scheme, a host and perhaps a port, as in https://api.example.com')
  .transform((text) => text.toLowerCase());
const state = z.enum(['calling', 'broken', 'paused']);
const origin = z.object({
  origin: z.string(),
  state,
  reason: z.string().nullable(),
  webhooks: z.number().int(),
  waiting: z.number().int().meta({ description: 'Deliveries to it that are due' }),
  probe_at: z.string().nullable().meta({ description: 'When a broken one is tried again' }),
  changed_at: z.string().nullable(),
});
const change = z.object({
  id: z.string(),
  origin: z.string(),
  at: z.string(),
  change: z.enum(['opened', 'closed', 'paused', 'resumed']),
  reason: z.string().nullable(),
});

const shown = (one: OriginView) => ({
  origin: one.origin,
  state: one.state,
  reason: one.reason,
  webhooks: one.webhooks,
  waiting: one.waiting,
  probe_at: one.state === 'broken' ? iso(one.probeAt) : null,
  changed_at: iso(one.changedAt),
});
const shownChange = (one: OriginChangeView) => ({
  id: present('originChange', one.id),
  origin: one.origin,
  at: iso(one.at),
  change: one.change,
  reason: one.reason,
});

const pausing = (path: string, paused: boolean, summary: string) =>
  route({
    method: 'POST',
    path,
    scope: 'deliveries',
    action: 'publish',
    tag,
    summary,
    body: z.strictObject({ origin: name }),
    answers: { 204: { description: 'Done' } },
    async handler({ caller: { workspaceId }, body, parts }) {
      const wanted = { after: null, limit: 1, only: body.origin };
      const [found] = await listOrigins(parts.database, workspaceId, wanted, parts.clock.now());
      if (!found)
        throw new Problem(
          404,
          `No webhook of this workspace calls ${body.origin}. GET /origins lists those that are called.`,
        );
      await pauseOrigin(parts.database, parts.clock, workspaceId, body.origin, paused);
      parts.signals.raise('lanes');
      return { status: 204 };
    },
  });

/** Origins: scheme, host and port of what webhooks call, and whether they can be called. */
export const originRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/origins',
    scope: 'read',
    tag,
    summary: 'List origins that webhooks call, with what is wrong with them',
    query: pageQuery,
    answers: { 200: { description: 'Origins by name', schema: listOf(origin) } },
    async handler({ caller: { workspaceId }, query, parts }) {
      const wanted = { after: cursorText(query.cursor), limit: query.limit + 1 };
      const rows = await listOrigins(parts.database, workspaceId, wanted, parts.clock.now());
      return { body: page(rows, query.limit, (row) => row.origin, shown) };
    },
  }),
  route({
    method: 'GET',
    path: '/origins/changes',
    scope: 'read',
    tag,
    summary: 'List when origins broke, came back, were paused and resumed, newest first',
    query: pageQuery.extend({ origin: name.optional() }),
    answers: { 200: { description: 'Changes', schema: listOf(change) } },
    async handler({ caller: { workspaceId }, query, parts }) {
      const rows = await listOriginChanges(parts.database, workspaceId, {
        before: cursorId(query.cursor),
        origin: query.origin ?? null,
        limit: query.limit + 1,
      });
      return { body: page(rows, query.limit, (row) => row.id, shownChange) };
    },
  }),
  pausing(
    '/origins/pause',
    true,
    'Send nothing to an origin until it is resumed; what is queued waits, and no try is used up',
  ),
  pausing('/origins/resume', false, 'Send to an origin again; one that is broken is probed at once'),
];
