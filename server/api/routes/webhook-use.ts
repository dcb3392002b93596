import { z } from 'zod';
import { listScenariosUsing } from '../../flow/scenarios/index.ts';
import { present } from '../../platform/ids.ts';
import { getWebhook } from '../../webhooks/index.ts';
import { notFound } from '../problem.ts';
import { cursorId, idParam, listOf, pageQuery, type Route, route } from '../route.ts';
import { state } from './scenario-answers.ts';

const use = z.object({
  id: z.string(),
  name: z.string(),
  state,
  draft: z.boolean().meta({ description: 'Its working copy uses the webhook' }),
  published: z.boolean().meta({ description: 'The version that profiles enter uses it' }),
});

/** What uses a webhook. */
export const webhookUseRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/webhooks/{webhook}/scenarios',
    scope: 'read',
    tag: 'Webhooks',
    summary: 'List the scenarios that use a webhook, newest first',
    params: z.object({ webhook: idParam('webhook') }),
    query: pageQuery,
    answers: { 200: { description: 'A page of scenarios', schema: listOf(use) } },
    handler: async ({ parts, caller: { workspaceId }, params, query }) => {
      const found = await getWebhook(parts.database, workspaceId, params.webhook);
      if (!found) throw notFound('webhook');
      const options = { before: cursorId(query.cursor), limit: query.limit };
      const { items, next } = await listScenariosUsing(parts.database, workspaceId, found, options);
      return {
        body: {
          items: items.map(({ id, inDraft, ...one }) => ({
            id: present('scenario', id),
            name: one.name,
            state: one.state,
            draft: inDraft,
            published: one.published,
          })),
          next_cursor: next === null ? null : Buffer.from(next).toString('base64url'),
        },
      };
    },
  }),
];
