import { z } from 'zod';
import { webhookParameter } from '../../../shared/parameter.ts';
import { presetLook } from '../../../shared/preset.ts';
import { present } from '../../platform/ids.ts';
import { getWebhook, listPresets, type PresetView, setPreset } from '../../webhooks/index.ts';
import { notFound } from '../problem.ts';
import { cursorId, idParam, listOf, page, pageQuery, type Route, route } from '../route.ts';
import { assertNothingOpen } from './webhook-definition.ts';

const tag = 'Presets';
const preset = presetLook.extend({
  id: z.string().meta({ description: "The webhook's id: a scenario's step names it, and fills in the parameters" }),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  parameters: z.array(webhookParameter),
});
const byId = z.object({ webhook: idParam('webhook') });
const writing = { tag, scope: 'webhooks', action: 'edit_urls' } as const;
const shown = (one: PresetView) => ({ ...one, id: present('webhook', one.id) });

/**
 * Presets: webhooks that a developer prepared, of which a step shows the parameters and nothing else. The definition is no
 * secret, since every request shows what came of it: who may read webhooks reads it, and no secret stands in it.
 */
export const presetRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/presets',
    scope: 'read',
    tag,
    summary: 'List presets: their names and parameters, without URL, body and credentials',
    query: pageQuery.extend({ q: z.string().max(200).optional() }),
    answers: { 200: { description: 'Presets, oldest first', schema: listOf(preset) } },
    async handler({ caller: { workspaceId }, query, parts }) {
      const wanted = { after: cursorId(query.cursor), search: query.q ?? null, limit: query.limit + 1 };
      return {
        body: page(await listPresets(parts.database, workspaceId, wanted), query.limit, (row) => row.id, shown),
      };
    },
  }),
  route({
    ...writing,
    method: 'PUT',
    path: '/webhooks/{webhook}/preset',
    summary: 'Offer a webhook as a preset: from now on only developers change it',
    params: byId,
    body: presetLook,
    answers: { 200: { description: 'The preset', schema: preset } },
    async handler({ caller: { workspaceId }, params, body, parts }) {
      const found = await getWebhook(parts.database, workspaceId, params.webhook);
      if (found) assertNothingOpen(found.definition, 'definition.');
      const made = await setPreset(parts.database, workspaceId, params.webhook, body, parts.clock.now());
      if (made === null || made === true) throw notFound('webhook');
      return { body: shown(made) };
    },
  }),
  route({
    ...writing,
    method: 'DELETE',
    path: '/webhooks/{webhook}/preset',
    summary: 'Offer a webhook as a preset no more; steps that use it go on',
    params: byId,
    answers: { 204: { description: 'It is a webhook like any other' } },
    async handler({ caller: { workspaceId }, params, parts }) {
      if (!(await setPreset(parts.database, workspaceId, params.webhook, null, parts.clock.now())))
        throw notFound('webhook');
      return { status: 204 };
    },
  }),
];
