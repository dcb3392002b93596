import { z } from 'zod';
import { mappingRule } from '../../../shared/mapping.ts';
import { batchResults, statusesMean } from '../../../shared/webhook.ts';
import { MOST_TRIED, tryEntries } from '../../flow/delivery/index.ts';
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
      entries: batchResults.pick({ list: true, status: true, success: true }).optional().meta({
        description: "How a batch's answer tells of each profile; the rules then read the first profile's entry",
      }),
      statuses: statusesMean.default('standard').meta({ description: 'What a status in an entry means' }),
    }),
    answers: {
      200: {
        description: 'What would be written, and which rules write nothing and why',
        schema: z.object({
          changes: z.array(z.object({ attribute: z.string(), mode: z.string(), value: z.unknown() })),
          refused: z.array(z.object({ attribute: z.string(), reason: z.string() })),
          entries: z
            .array(z.object({ state: z.enum(['delivered', 'retry', 'failed']), reason: z.string().nullable() }))
            .optional()
            .meta({ description: `What each entry says, in the answer's order; the first ${MOST_TRIED}` }),
          trouble: z.string().nullable().optional().meta({ description: 'Why no entry was found' }),
        }),
      },
    },
    handler: async ({ parts, body: { rules, body, entries, statuses } }) => {
      const text = typeof body === 'string' ? body : (toJson(body) ?? '');
      if (entries) return { body: await tryEntries({ body: text, rules, entries, statuses }, parts.renderPool) };
      const [found] = await parts.renderPool.map([{ rules, body: text }]);
      return { body: found! };
    },
  }),
];
