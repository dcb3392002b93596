import { z } from 'zod';
import { getProfile, type HistoryEntry, listHistory } from '../../flow/profiles/index.ts';
import { type IdKind, present } from '../../platform/ids.ts';
import { FACT, nameOf, ORIGIN } from '../../schema/index.ts';
import { notFound } from '../problem.ts';
import { cursorId, idParam, iso, listOf, pageQuery, type Route, route } from '../route.ts';
import { actorSchema, presentActor } from './actor.ts';

const time = z.iso.datetime();
const text = z.string().nullable();
const entry = z.object({
  id: z.string().meta({ description: "The entry's id on the timeline" }),
  at: time,
  kind: z.enum(Object.keys(FACT) as [string, ...string[]]),
  origin: z.enum(Object.keys(ORIGIN) as [string, ...string[]]),
  changes: z
    .array(z.object({ attribute: z.string(), mode: z.string(), value: z.unknown() }))
    .meta({ description: 'What was written; an identify names all that it brought, changed or not' }),
  by: actorSchema.nullable().meta({ description: 'Who asked for it, where a person or a program did' }),
  delivery: text,
  webhook: text,
  scenario: text,
  step: text,
  merged: text.meta({ description: 'The profile that was merged into this one' }),
});

const idOf = (kind: IdKind, id: string | null) => (id === null ? null : present(kind, id));
const presentEntry = (given: HistoryEntry) => ({
  id: present('event', given.id),
  at: iso(given.at),
  kind: nameOf(FACT, given.kind),
  origin: nameOf(ORIGIN, given.origin),
  changes: given.changes,
  by: given.by && presentActor(given.by),
  delivery: idOf('delivery', given.delivery),
  webhook: idOf('webhook', given.webhook),
  scenario: idOf('scenario', given.scenario),
  step: given.step,
  merged: idOf('profile', given.merged),
});

/** Who or what changed a profile. */
export const profileHistoryRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/profiles/{id}/history',
    scope: 'read',
    tag: 'Profiles',
    summary: 'What changed the attributes of a profile, or one of them, newest first',
    params: z.object({ id: idParam('profile') }),
    query: pageQuery.extend({ attribute: z.string().min(1).max(100).optional() }),
    answers: {
      200: {
        description: 'A page of changes; it may be short, or empty, and not the last while there is a next_cursor',
        schema: listOf(entry).extend({
          latest: z
            .object({ value: z.unknown(), at: time, origin: z.string() })
            .nullable()
            .meta({ description: 'What the attribute is, since when, and from where; also when a scenario wrote it' }),
        }),
      },
    },
    handler: async ({ parts, caller: { workspaceId }, params: { id }, query }) => {
      const found = await getProfile(parts.database, workspaceId, id);
      if (!found) throw notFound('profile');
      const { attribute = null } = query;
      const options = { attribute, before: cursorId(query.cursor), limit: query.limit };
      const { items, next } = await listHistory(parts.database, workspaceId, found, options);
      const last = attribute !== null && Object.hasOwn(found.changes, attribute) ? found.changes[attribute] : undefined;
      return {
        body: {
          items: items.map(presentEntry),
          next_cursor: next === null ? null : Buffer.from(next).toString('base64url'),
          latest: last
            ? { value: found.attributes[attribute!], at: iso(last[0]), origin: nameOf(ORIGIN, last[1]) }
            : null,
        },
      };
    },
  }),
];
