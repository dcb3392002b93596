import { z } from 'zod';
import { listHappened, type Place } from '../../flow/profiles/index.ts';
import { present } from '../../platform/ids.ts';
import { FACT, nameOf } from '../../schema/index.ts';
import { cursorText, foreignCursor, iso, listOf, pageQuery, type Route, route } from '../route.ts';

const event = z.object({
  id: z.string(),
  profile: z.string(),
  kind: z.string(),
  name: z.string().nullable(),
  received_at: z.iso.datetime(),
});

function placeOf(cursor: string | undefined): Place | null {
  const text = cursorText(cursor);
  if (text === null) return null;
  const match = /^(\d{1,15}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text);
  if (!match) throw foreignCursor();
  return { at: Number(match[1]), id: match[2]! };
}

/** What happened, whoever it happened to. */
export const eventRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/events',
    scope: 'read',
    tag: 'Profiles',
    summary: 'List events of all profiles, newest first',
    query: pageQuery.extend({
      name: z.string().max(200).optional().meta({ description: 'Of this name alone' }),
      from: z.iso.datetime({ offset: true }).optional().meta({ description: 'Received at this time or later' }),
    }),
    answers: {
      200: {
        description: 'A page of events; it may be short, or empty, and not the last while there is a next_cursor',
        schema: listOf(event),
      },
    },
    handler: async ({ caller: { workspaceId }, query, parts: { database } }) => {
      const wanted = {
        name: query.name,
        from: query.from === undefined ? undefined : Date.parse(query.from),
        before: placeOf(query.cursor),
        limit: query.limit,
      };
      const { items, next } = await listHappened(database, workspaceId, wanted);
      return {
        body: {
          items: items.map((row) => ({
            id: present('event', row.id),
            profile: present('profile', row.profileId),
            kind: nameOf(FACT, row.kind),
            name: row.name,
            received_at: iso(row.receivedAt),
          })),
          next_cursor: next && Buffer.from(`${next.at} ${next.id}`).toString('base64url'),
        },
      };
    },
  }),
];
