import { z } from 'zod';
import { mappingRule } from '../../../shared/mapping.ts';
import { toJson } from '../../platform/json.ts';
import { type Route, route } from '../route.ts';

// What a response may be before it is cut (delivery), with room for the same as an escaped text.
const MAX_BODY = 128 * 1024;

/** Trying mapping rules on a response. */
export const mappingRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/mappings/try',
    scope: 'read',
    reads: true,
    tag: 'Webhooks',
    summary: 'Show what mapping rules find in a response, by the code that maps; nothing is written',
    body: z.strictObject({
      rules: z.array(mappingRule).max(100),
      body: z
        .unknown()
        .refine(
          (value) => (typeof value === 'string' ? value : (toJson(value) ?? '')).length <= MAX_BODY,
          'is too long',
        )
        .meta({ description: 'The response: its text, or a JSON value' }),
    }),
    answers: {
      200: {
        description: 'What would be written, and which rules write nothing and why',
        schema: z.object({
          changes: z.array(z.object({ attribute: z.string(), mode: z.string(), value: z.unknown() })),
          refused: z.array(z.object({ attribute: z.string(), reason: z.string() })),
        }),
      },
    },
    handler: async ({ parts, body: { rules, body } }) => {
      const text = typeof body === 'string' ? body : (toJson(body) ?? '');
      const [found] = await parts.renderPool.map([{ rules, body: text }]);
      return { body: found! };
    },
  }),
];
