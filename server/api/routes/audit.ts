import { z } from 'zod';
import { listAudit } from '../../accounts/index.ts';
import { parse, present } from '../../platform/ids.ts';
import { cursorId, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const text = z.string().nullable();
const entry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.enum(['person', 'key', 'system']), id: text, name: z.string() }),
  action: z.string(),
  thing: text.meta({ description: "A kind of thing, as in the API's paths" }),
  thing_id: text,
  thing_name: text,
  fields: z.array(z.string()).meta({ description: 'What the caller named' }),
  changes: z
    .array(z.object({ field: z.string(), before: text, after: text }))
    .meta({ description: 'At most 20 fields; values as JSON text, cut after 500 characters. Never a secret' }),
});

const presentActor = (kind: 'person' | 'key' | 'system', id: string | null) =>
  id === null ? null : kind === 'person' ? present('member', id) : present('apiKey', id);

/** Who changed what, found by thing and by person. */
export const auditRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/audit',
    scope: 'admin',
    action: 'read_audit',
    tag: 'People',
    summary: 'Who changed what, newest first',
    query: pageQuery.extend({
      thing: z.string().max(50).optional().meta({ description: 'A kind of thing, such as webhooks' }),
      thing_id: z.string().max(300).optional().meta({ description: 'The id of what was changed' }),
      actor: z.string().max(50).optional().meta({ description: 'The id of a person or of an API key' }),
    }),
    answers: { 200: { description: 'Entries', schema: listOf(entry) } },
    handler: async ({ caller, query, parts }) => {
      const { thing, actor } = query;
      // One that is no id at all matches nobody.
      const actorId = actor === undefined ? undefined : (parse('member', actor) ?? parse('apiKey', actor) ?? 'nobody');
      const filter = { thing, thingId: query.thing_id, actorId };
      const before = cursorId(query.cursor);
      const rows = await listAudit(parts.database, caller.workspaceId, filter, before, query.limit + 1);
      return {
        body: page(
          rows,
          query.limit,
          (row) => row.id,
          (row) => ({
            id: present('audit', row.id),
            at: iso(row.at),
            actor: { kind: row.actorKind, id: presentActor(row.actorKind, row.actorId), name: row.actorName },
            action: row.action,
            thing: row.thing,
            thing_id: row.thingId,
            thing_name: row.thingName,
            fields: row.fields,
            changes: row.changes,
          }),
        ),
      };
    },
  }),
];
