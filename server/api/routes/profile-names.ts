import { z } from 'zod';
import { MOST_NAMES } from '../../../shared/profile-name.ts';
import { listProfileNames } from '../../flow/profiles/index.ts';
import { parse, present } from '../../platform/ids.ts';
import { type Route, route } from '../route.ts';

const ids = z
  .string()
  .max(MOST_NAMES * 40)
  .describe(`Up to ${MOST_NAMES} ids of profiles, with commas between them`)
  .transform((text, context) => {
    const given = [...new Set(text.split(','))];
    const found = given.flatMap((one) => parse('profile', one) ?? []);
    if (found.length === given.length && found.length <= MOST_NAMES) return found;
    context.addIssue({
      code: 'custom',
      message: `must be up to ${MOST_NAMES} ids of profiles, with commas between them`,
    });
    return z.NEVER;
  });

/** What profiles are called, for lists that carry ids alone. */
export const profileNameRoutes: Route[] = [
  route({
    tag: 'Profiles',
    scope: 'read',
    method: 'GET',
    path: '/profile-names',
    summary: 'What profiles are called: the name, else the email; of one that was merged away, its survivor',
    query: z.strictObject({ ids }),
    answers: {
      200: {
        description: 'Those of the profiles that are there',
        schema: z.object({ items: z.array(z.object({ id: z.string(), name: z.string().nullable() })) }),
      },
    },
    handler: async ({ parts, caller, query }) => {
      const names = await listProfileNames(parts.database, caller.workspaceId, query.ids);
      return { body: { items: [...names].map(([id, name]) => ({ id: present('profile', id), name })) } };
    },
  }),
];
