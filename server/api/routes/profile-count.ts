import { z } from 'zod';
import { evaluate } from '../../flow/conditions/index.ts';
import { countMatching, countProfiles } from '../../flow/profiles/index.ts';
import { type Route, route } from '../route.ts';
import { filterQuery } from './profile-search.ts';

const count = z.number().int();

/** How many profiles there are, and how many match. */
export const profileCountRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/profiles/count',
    scope: 'read',
    tag: 'Profiles',
    summary: 'Count the profiles that a condition matches now, for two seconds at most',
    query: z.object({ filter: filterQuery.optional() }),
    answers: {
      200: {
        description: 'The numbers, as far as was looked',
        schema: z.object({
          matched: count.meta({ description: 'Of those that were looked at' }),
          looked_at: count.meta({ description: 'The newest profiles, when they are not all' }),
          total: count.nullable().meta({ description: 'Null when two seconds were not enough to count them' }),
        }),
      },
    },
    handler: async ({ parts: { database }, caller: { workspaceId }, query: { filter } }) => {
      const total = await countProfiles(database, workspaceId);
      if (!filter) return { body: { matched: total ?? 0, looked_at: total ?? 0, total } };
      const { matched, lookedAt } = await countMatching(database, workspaceId, (attributes) =>
        evaluate(filter, { attributes, properties: null, responses: {} }),
      );
      return { body: { matched, looked_at: lookedAt, total: total === null ? null : Math.max(total, lookedAt) } };
    },
  }),
];
