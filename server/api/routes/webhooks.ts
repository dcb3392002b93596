import { z } from 'zod';
import { presetLook } from '../../../shared/preset.ts';
import { present } from '../../platform/ids.ts';
import {
  type ChangedMeanwhile,
  changeWebhook,
  createWebhook,
  getPolicy,
  getWebhook,
  listWebhooks,
  putDefinition,
  type WebhookView,
} from '../../webhooks/index.ts';
import { notFound, Problem } from '../problem.ts';
import { type ApiParts, cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';
import { changedMeanwhile, revisionQuery } from './meanwhile.ts';
import {
  assertMayChange,
  assertMayPut,
  assertNothingOpen,
  assertSound,
  definitionInput,
  definitionShown,
  hidden,
  refuse,
} from './webhook-definition.ts';

export const webhook = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  version: z.number().int(),
  definition: definitionShown,
  policy: z.string().nullable().meta({ description: 'The throughput policy that it is under' }),
  preset: presetLook.nullable().meta({ description: 'How it is shown as a preset; null when it is none' }),
  revision: z.string().meta({ description: 'Names name, description and version; give it back when saving' }),
  created_at: z.string(),
  updated_at: z.string(),
  deleted_at: z.string().nullable(),
});
const byId = z.object({ webhook: idParam('webhook') });
export const name = z.string().trim().min(1).max(200);
const description = z.string().max(5_000);
const key = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,99}$/, 'must be 1 to 100 small letters, digits, - or _');
const tag = 'Webhooks';

export const shown = (w: WebhookView) => ({
  id: present('webhook', w.id),
  key: w.key,
  name: w.name,
  description: w.description,
  enabled: w.enabled,
  version: w.version,
  definition: hidden(w.definition),
  policy: w.policyId && present('policy', w.policyId),
  preset: w.preset,
  revision: w.revision,
  created_at: iso(w.createdAt),
  updated_at: iso(w.updatedAt),
  deleted_at: iso(w.deletedAt),
});

/** The webhook as it was changed; 404 when it is gone, 409 with who and when, if somebody saved it before. */
async function current(
  changed: WebhookView | ChangedMeanwhile | null,
  id: string,
  parts: ApiParts,
  workspaceId: string,
): Promise<WebhookView> {
  if (!changed) throw notFound('webhook');
  if (!('changed' in changed)) return changed;
  throw await changedMeanwhile(parts, workspaceId, { kind: 'webhook', id, name: changed.changed.name });
}

/** Throws a 409 for a deleted webhook: nobody means to change what is not there. */
function assertLives(found: WebhookView | null): void {
  if (found !== null && found.deletedAt !== null)
    throw new Problem(409, `The webhook "${found.name}" is deleted. Restore it first.`);
}

export const webhookRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/webhooks',
    scope: 'read',
    tag,
    summary: 'List webhooks; the deleted ones with deleted=true',
    query: pageQuery.extend({ q: z.string().max(200).optional(), deleted: z.enum(['true', 'false']).default('false') }),
    answers: { 200: { description: 'Webhooks, oldest first', schema: listOf(webhook) } },
    async handler({ caller, query, parts }) {
      const wanted = {
        after: cursorId(query.cursor),
        limit: query.limit + 1,
        search: query.q ?? null,
        deleted: query.deleted === 'true',
      };
      return {
        body: page(await listWebhooks(parts.database, caller.workspaceId, wanted), query.limit, (w) => w.id, shown),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/webhooks',
    scope: 'webhooks',
    action: 'edit_urls',
    tag,
    summary: 'Make a webhook',
    body: z.strictObject({
      name,
      key: key.optional(),
      description: description.default(''),
      definition: definitionInput,
    }),
    answers: { 201: { description: 'Made', schema: webhook } },
    async handler({ caller, body, parts }) {
      const { definition } = body;
      await assertSound(definition, caller.workspaceId, parts, true);
      const made = await createWebhook(parts.database, parts.secrets, {
        workspaceId: caller.workspaceId,
        key: body.key ?? null,
        name: body.name,
        description: body.description,
        definition,
        now: parts.clock.now(),
      });
      if (!made)
        throw new Problem(409, `The key "${body.key}" is taken by another webhook, perhaps a deleted one.`, [
          { field: 'key', message: 'is taken' },
        ]);
      parts.signals.raise('lanes');
      return { status: 201, body: shown(made) };
    },
  }),
  route({
    method: 'GET',
    path: '/webhooks/{webhook}',
    scope: 'read',
    tag,
    summary: 'Show a webhook',
    params: byId,
    answers: { 200: { description: 'The webhook', schema: webhook } },
    async handler({ caller, params, parts }) {
      const found = await getWebhook(parts.database, caller.workspaceId, params.webhook);
      if (!found) throw notFound('webhook');
      return { body: shown(found) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/webhooks/{webhook}',
    scope: 'webhooks',
    tag,
    summary: 'Rename a webhook, describe it, switch it on or off, put it under a throughput policy',
    params: byId,
    query: revisionQuery,
    body: z.strictObject({
      name: name.optional(),
      description: description.optional(),
      enabled: z.boolean().optional(),
      policy: idParam('policy').nullable().optional().meta({
        description: 'What is queued already stays under the policy in which it was queued',
      }),
    }),
    answers: { 200: { description: 'Changed', schema: webhook } },
    async handler({ caller, params, query, body, parts }) {
      await assertMayChange(caller, params.webhook, parts);
      assertLives(await getWebhook(parts.database, caller.workspaceId, params.webhook));
      if (body.policy && !(await getPolicy(parts.database, caller.workspaceId, body.policy)))
        throw new Problem(422, 'There is no such throughput policy in this workspace.', [
          { field: 'policy', message: 'is no policy of this workspace' },
        ]);
      const changed = await changeWebhook(
        parts.database,
        caller.workspaceId,
        params.webhook,
        {
          ...(body.name !== undefined && { name: body.name }),
          ...(body.description !== undefined && { description: body.description }),
          ...(body.enabled !== undefined && { enabled: body.enabled }),
          ...(body.policy !== undefined && { policyId: body.policy }),
        },
        parts.clock.now(),
        query.revision ?? null,
      );
      const got = await current(changed, params.webhook, parts, caller.workspaceId);
      if (body.policy !== undefined) parts.signals.raise('lanes');
      return { body: shown(got) };
    },
  }),
  route({
    method: 'PUT',
    path: '/webhooks/{webhook}/definition',
    scope: 'webhooks',
    tag,
    summary: 'Make a new version; it applies to what is not rendered yet',
    params: byId,
    query: revisionQuery,
    body: definitionInput,
    answers: { 200: { description: 'The webhook with its new version', schema: webhook } },
    async handler({ caller, params, query, body, parts }) {
      await assertMayChange(caller, params.webhook, parts);
      await assertMayPut(caller, params.webhook, body, parts);
      await assertSound(body, caller.workspaceId, parts, false);
      const now = await getWebhook(parts.database, caller.workspaceId, params.webhook);
      assertLives(now);
      if (now?.preset) assertNothingOpen(body, '');
      const changed = await putDefinition(
        parts.database,
        parts.secrets,
        caller.workspaceId,
        params.webhook,
        body,
        parts.clock.now(),
        query.revision ?? null,
      );
      if (Array.isArray(changed)) refuse(changed, '');
      return { body: shown(await current(changed, params.webhook, parts, caller.workspaceId)) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/webhooks/{webhook}',
    scope: 'webhooks',
    tag,
    summary: 'Delete a webhook; it can be restored, and what is queued for it is cancelled',
    params: byId,
    answers: { 204: { description: 'Deleted' } },
    async handler({ caller, params, parts }) {
      await assertMayChange(caller, params.webhook, parts);
      if (
        !(await changeWebhook(parts.database, caller.workspaceId, params.webhook, { deleted: true }, parts.clock.now()))
      )
        throw notFound('webhook');
      return { status: 204 };
    },
  }),
  route({
    method: 'POST',
    path: '/webhooks/{webhook}/restore',
    scope: 'webhooks',
    tag,
    summary: 'Restore a deleted webhook',
    params: byId,
    answers: { 200: { description: 'Restored', schema: webhook } },
    async handler({ caller, params, parts }) {
      await assertMayChange(caller, params.webhook, parts);
      const changed = await changeWebhook(
        parts.database,
        caller.workspaceId,
        params.webhook,
        { deleted: false },
        parts.clock.now(),
      );
      return { body: shown(await current(changed, params.webhook, parts, caller.workspaceId)) };
    },
  }),
  route({
    method: 'POST',
    path: '/webhooks/{webhook}/copy',
    scope: 'webhooks',
    tag,
    summary: 'Copy a webhook, its secrets included; a preset only who may change it',
    params: byId,
    answers: { 201: { description: 'The copy', schema: webhook } },
    async handler({ caller, params, parts }) {
      await assertMayChange(caller, params.webhook, parts);
      const found = await getWebhook(parts.database, caller.workspaceId, params.webhook);
      if (!found) throw notFound('webhook');
      const { description: text, definition } = found;
      const made = await createWebhook(parts.database, parts.secrets, {
        workspaceId: caller.workspaceId,
        key: null,
        name: `Copy of ${found.name}`.slice(0, 200),
        description: text,
        definition,
        now: parts.clock.now(),
        secretsFrom: found,
        policyId: found.policyId,
      });
      parts.signals.raise('lanes');
      return { status: 201, body: shown(made!) };
    },
  }),
];
