import { z } from 'zod';
import { listNotices, type NoticeView, pathOf, seeNotice, subjectOf, unseeNotice } from '../../notices/index.ts';
import { present } from '../../platform/ids.ts';
import { notFound } from '../problem.ts';
import { cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';
import { actorOf } from './actor.ts';

const tag = 'Notices';
const yes = z.enum(['true', 'false']).transform((text) => text === 'true');
const notice = z.object({
  id: z.string(),
  kind: z.enum(['origin_broken', 'facts_set_aside', 'resend_failed', 'run_stopped', 'scenario_halted']),
  subject: z
    .string()
    .nullable()
    .meta({ description: 'An origin, or the id of a resend job or a scenario; null for facts set aside' }),
  message: z.string(),
  path: z.string().meta({ description: 'Where in the web application it is looked at' }),
  since: z.string(),
  ended_at: z.string().nullable().meta({ description: 'Null while it lasts' }),
  times: z.number().int().meta({ description: 'How often it came; within an hour it is the same notice' }),
  last_at: z.string(),
  seen: z.boolean().meta({ description: 'Whether the caller put it aside' }),
  seen_by: z.array(z.string()).meta({ description: 'Who put it aside, by name; ten at most' }),
});

const shown = (one: NoticeView) => ({
  id: present('notice', one.id),
  kind: one.kind,
  subject: subjectOf(one.kind, one.subject),
  message: one.message,
  path: pathOf(one.kind, one.subject),
  since: iso(one.since),
  ended_at: iso(one.endedAt),
  times: one.times,
  last_at: iso(one.lastAt),
  seen: one.seen,
  seen_by: one.seenBy,
});

/** Notices: what went wrong that nobody asked about. Putting one aside is the caller's own mark, and changes nothing else. */
export const noticeRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/notices',
    scope: 'read',
    tag,
    summary: 'List notices, newest first',
    query: pageQuery.extend({
      open: yes.optional().meta({ description: 'Those that last, or those that are over' }),
      seen: yes.optional().meta({ description: 'Those that the caller put aside, or did not' }),
    }),
    answers: {
      200: { description: 'A page of notices; those that ended a month ago are gone', schema: listOf(notice) },
    },
    async handler({ caller, query: { limit, cursor, open, seen }, parts }) {
      const filter = { before: cursorId(cursor), limit: limit + 1, open, seen };
      const rows = await listNotices(parts.database, caller.workspaceId, actorOf(caller).id, filter);
      return { body: page(rows, limit, (row) => row.id, shown) };
    },
  }),
  route({
    method: 'POST',
    path: '/notices/seen',
    scope: 'read',
    action: 'read',
    reads: true,
    tag,
    summary: 'Put every notice aside, for the caller alone',
    answers: { 204: { description: 'Done' } },
    async handler({ caller, parts }) {
      await seeNotice(parts.database, caller.workspaceId, null, actorOf(caller), parts.clock.now());
      return { status: 204 };
    },
  }),
  route({
    method: 'POST',
    path: '/notices/{id}/seen',
    scope: 'read',
    action: 'read',
    reads: true,
    tag,
    summary: 'Put a notice aside, for the caller alone',
    params: z.object({ id: idParam('notice') }),
    answers: { 204: { description: 'Done' } },
    async handler({ caller, params: { id }, parts }) {
      if (!(await seeNotice(parts.database, caller.workspaceId, id, actorOf(caller), parts.clock.now())))
        throw notFound('notice');
      return { status: 204 };
    },
  }),
  route({
    method: 'DELETE',
    path: '/notices/{id}/seen',
    scope: 'read',
    action: 'read',
    reads: true,
    tag,
    summary: 'Take a notice back that the caller put aside',
    params: z.object({ id: idParam('notice') }),
    answers: { 204: { description: 'Done' } },
    async handler({ caller, params: { id }, parts }) {
      if (!(await unseeNotice(parts.database, caller.workspaceId, id, actorOf(caller).id))) throw notFound('notice');
      return { status: 204 };
    },
  }),
];
