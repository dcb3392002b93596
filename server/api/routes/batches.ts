import { z } from 'zod';
import { getDelivery, getRequest, listMembers, resendBatch } from '../../flow/delivery/index.ts';
import { present } from '../../platform/ids.ts';
import { notFound, Problem } from '../problem.ts';
import { cursorText, foreignCursor, idParam, listOf, pageQuery, type Route, route } from '../route.ts';
import { delivery, presentDelivery } from './deliveries.ts';

const params = z.object({ id: idParam('delivery') });

/** Batches: which deliveries went in one request, and sending it again for all of them. */
export const batchRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/deliveries/{id}/batch',
    scope: 'read',
    tag: 'Deliveries',
    summary: "List the deliveries that went in the same request, in the body's order; none when it went alone",
    params,
    query: pageQuery,
    answers: { 200: { description: 'A page of deliveries', schema: listOf(delivery) } },
    handler: async ({ parts: { database }, caller: { workspaceId }, params: { id }, query }) => {
      const found = await getDelivery(database, workspaceId, id);
      if (!found) throw notFound('delivery');
      const place = cursorText(query.cursor) ?? '0';
      if (!/^\d{1,4}$/.test(place)) throw foreignCursor();
      const from = Number(place);
      const { requestId } = found;
      const request = requestId === null ? null : await getRequest(database, workspaceId, requestId);
      if (!request?.members) return { body: { items: [], next_cursor: null } };
      const items = await listMembers(database, workspaceId, request.id, { from, limit: query.limit });
      const next = from + query.limit;
      return {
        body: {
          items: items.map(presentDelivery),
          next_cursor: next < request.members ? Buffer.from(String(next)).toString('base64url') : null,
        },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/deliveries/{id}/batch/resend',
    scope: 'deliveries',
    tag: 'Deliveries',
    summary: "Send the batch's request once more, for all of its profiles: same bytes, id and key, as new deliveries",
    params,
    answers: {
      201: {
        description: 'The new deliveries',
        schema: z.object({ deliveries: z.array(z.string()).meta({ description: "Their ids, in the body's order" }) }),
      },
    },
    handler: async ({ parts, caller, params: { id } }) => {
      const result = await resendBatch(parts.database, parts.clock, caller.workspaceId, id);
      if (!result.ok) throw result.missing ? notFound('delivery') : new Problem(409, result.message);
      parts.signals.raise('lane_queue');
      return { status: 201, body: { deliveries: result.ids.map((one) => present('delivery', one)) } };
    },
  }),
];
