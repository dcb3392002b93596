import { z } from 'zod';
import { getWebhook, listVersions, type VersionView } from '../../webhooks/index.ts';
import { notFound } from '../problem.ts';
import { cursorText, foreignCursor, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';
import { definitionShown, hidden } from './webhook-definition.ts';

const version = z.object({ version: z.number().int(), definition: definitionShown, created_at: z.string() });
const byId = z.object({ webhook: idParam('webhook') });
const tag = 'Webhooks';

const shownVersion = (given: VersionView) => ({
  version: given.version,
  definition: hidden(given.definition),
  created_at: iso(given.createdAt),
});

/** What a webhook was before. */
export const webhookVersionRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/webhooks/{webhook}/versions',
    scope: 'read',
    tag,
    summary: 'List the versions of a webhook, newest first',
    params: byId,
    query: pageQuery,
    answers: { 200: { description: 'Versions', schema: listOf(version) } },
    async handler({ caller, params, query, parts }) {
      if (!(await getWebhook(parts.database, caller.workspaceId, params.webhook))) throw notFound('webhook');
      const before = cursorText(query.cursor);
      if (before !== null && !/^\d{1,9}$/.test(before)) throw foreignCursor();
      const rows = await listVersions(
        parts.database,
        caller.workspaceId,
        params.webhook,
        before === null ? null : Number(before),
        query.limit + 1,
      );
      return {
        body: page(rows, query.limit, (v) => String(v.version), shownVersion),
      };
    },
  }),
  route({
    method: 'GET',
    path: '/webhooks/{webhook}/versions/{version}',
    scope: 'read',
    tag,
    summary: 'Show one version of a webhook',
    params: byId.extend({ version: z.coerce.number().int().min(1).max(1_000_000) }),
    answers: { 200: { description: 'The version', schema: version } },
    async handler({ caller, params, parts }) {
      const below = params.version + 1;
      const [found] = await listVersions(parts.database, caller.workspaceId, params.webhook, below, 1);
      if (found?.version !== params.version) throw notFound('version');
      return { body: shownVersion(found) };
    },
  }),
];
