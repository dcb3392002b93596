import { z } from 'zod';
import { type FailedFact, listFailedFacts, retryFailedFact } from '../../flow/inbox/index.ts';
import { present } from '../../platform/ids.ts';
import { FACT, nameOf, ORIGIN } from '../../schema/index.ts';
import { notFound } from '../problem.ts';
import { cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const text = z.string().nullable();
const failedFact = z.object({
  id: z.string(),
  profile: z.string(),
  kind: z.string(),
  origin: z.string(),
  name: text,
  body: text.meta({ description: 'As it arrived: JSON text' }),
  error: z.string(),
  failed_at: z.iso.datetime(),
  received_at: z.iso.datetime(),
});

function presentFailed(given: FailedFact) {
  return {
    id: present('fact', given.id),
    profile: present('profile', given.profileId),
    kind: nameOf(FACT, given.fact.kind),
    origin: nameOf(ORIGIN, given.fact.origin),
    name: given.fact.name,
    body: given.fact.body,
    error: given.error,
    failed_at: iso(given.failedAt),
    received_at: iso(given.fact.receivedAt),
  };
}

/** Facts that were tried three times and set aside. */
export const failedFactRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/failed-facts',
    scope: 'read',
    tag: 'Failed facts',
    summary: 'List facts that could not be applied, newest first',
    query: pageQuery,
    answers: { 200: { description: 'A page of failed facts', schema: listOf(failedFact) } },
    handler: async ({ parts, caller, query }) => {
      const options = { before: cursorId(query.cursor), limit: query.limit + 1 };
      const rows = await listFailedFacts(parts.database, caller.workspaceId, options);
      return { body: page(rows, query.limit, (row) => row.id, presentFailed) };
    },
  }),
  route({
    method: 'POST',
    path: '/failed-facts/{id}/retry',
    scope: 'profiles',
    tag: 'Failed facts',
    summary: 'Put a failed fact back into the inbox',
    params: z.object({ id: idParam('fact') }),
    answers: { 202: { description: 'It will be applied in its turn', schema: z.object({ id: z.string() }) } },
    handler: async ({ parts, caller, params: { id } }) => {
      const fact = await retryFailedFact(parts.database, parts.clock, caller.workspaceId, id);
      if (!fact) throw notFound('failed fact');
      parts.signals.raise('inbox');
      return { status: 202, body: { id: present('fact', fact.id) } };
    },
  }),
];
