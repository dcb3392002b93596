import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import {
  changeInspector,
  createInspector,
  deleteInspector,
  emptyInspector,
  getInspector,
  type Inspector,
  type InspectorRequest,
  inspectorAnswer,
  inspectorAnswers,
  KEPT_BYTES,
  listInspectorRequests,
  listInspectors,
  MAX_INSPECTORS,
} from '../../inspector/index.ts';
import { present } from '../../platform/ids.ts';
import { notFound, Problem } from '../problem.ts';
import { cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const tag = 'Inspector';
const name = z.string().trim().min(1).max(200);
const byId = z.object({ inspector: idParam('inspector') });
const inspector = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  answer: inspectorAnswers,
  created_at: z.string(),
});
const arrived = z.object({
  id: z.string(),
  at: z.string(),
  method: z.string(),
  path: z.string().meta({ description: 'What follows the URL of the inspector' }),
  query: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string().nullable().meta({ description: 'Null when it is no UTF-8; then body_base64 has it' }),
  body_base64: z.string().nullable(),
  size: z.number().int(),
  cut: z.boolean().meta({ description: 'Longer than the 64 KB that are kept' }),
  signature: z.object({ checked: z.boolean(), valid: z.boolean().nullable(), scheme: z.string().nullable() }),
});

const shown = (publicUrl: string) => (one: Inspector) => ({
  id: present('inspector', one.id),
  name: one.name,
  url: `${publicUrl}/i/${one.token}`,
  answer: one.answers,
  created_at: iso(one.createdAt),
});
const shownRequest = (one: InspectorRequest) => {
  // A cut may go through a character.
  const text = one.size > KEPT_BYTES || isUtf8(one.body);
  return {
    id: present('arrival', one.id),
    at: iso(one.at),
    method: one.method,
    path: one.path,
    query: one.query,
    headers: one.headers,
    body: text ? one.body.toString('utf8') : null,
    body_base64: text ? null : one.body.toString('base64'),
    size: one.size,
    cut: one.size > KEPT_BYTES,
    signature: { checked: one.scheme !== null, valid: one.valid, scheme: one.scheme },
  };
};

/** Inspectors: URLs that show what arrives at them, and answer what one chooses. */
export const inspectorRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/inspectors',
    scope: 'read',
    action: 'read_bodies',
    tag,
    summary: 'List inspectors',
    query: pageQuery,
    answers: { 200: { description: 'Inspectors', schema: listOf(inspector) } },
    async handler({ caller, query, parts }) {
      const after = cursorId(query.cursor);
      const rows = await listInspectors(parts.database, caller.workspaceId, after, query.limit + 1);
      return { body: page(rows, query.limit, (row) => row.id, shown(parts.publicUrl)) };
    },
  }),
  route({
    method: 'POST',
    path: '/inspectors',
    scope: 'webhooks',
    tag,
    summary: 'Make an inspector: a URL that shows what arrives at it',
    body: z.strictObject({ name }),
    answers: { 201: { description: 'Made', schema: inspector } },
    async handler({ caller, body, parts }) {
      const plain = inspectorAnswer.parse({});
      const made = await createInspector(parts.database, caller.workspaceId, body.name, plain, parts.clock.now());
      if (!made)
        throw new Problem(409, `This workspace has ${MAX_INSPECTORS} inspectors, the most there can be. Delete one.`);
      return { status: 201, body: shown(parts.publicUrl)(made) };
    },
  }),
  route({
    method: 'GET',
    path: '/inspectors/{inspector}',
    scope: 'read',
    action: 'read_bodies',
    tag,
    summary: 'Show an inspector',
    params: byId,
    answers: { 200: { description: 'The inspector', schema: inspector } },
    async handler({ caller, params, parts }) {
      const found = await getInspector(parts.database, caller.workspaceId, params.inspector);
      if (!found) throw notFound('inspector');
      return { body: shown(parts.publicUrl)(found) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/inspectors/{inspector}',
    scope: 'webhooks',
    tag,
    summary: 'Rename an inspector or choose what it answers; a sequence then begins anew',
    params: byId,
    body: z.strictObject({ name: name.optional(), answer: inspectorAnswers.optional() }),
    answers: { 200: { description: 'Changed', schema: inspector } },
    async handler({ caller, params, body, parts }) {
      const to = { name: body.name, answers: body.answer };
      const changed = await changeInspector(parts.database, caller.workspaceId, params.inspector, to);
      if (!changed) throw notFound('inspector');
      return { body: shown(parts.publicUrl)(changed) };
    },
  }),
  route({
    method: 'GET',
    path: '/inspectors/{inspector}/requests',
    scope: 'read',
    action: 'read_bodies',
    tag,
    summary: 'List what arrived at an inspector, newest first: the last 100 of 48 hours',
    params: byId,
    query: pageQuery.extend({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
    answers: { 200: { description: 'Requests', schema: listOf(arrived) } },
    async handler({ caller, params, query, parts }) {
      const { database } = parts;
      if (!(await getInspector(database, caller.workspaceId, params.inspector))) throw notFound('inspector');
      const before = cursorId(query.cursor);
      const rows = await listInspectorRequests(database, caller.workspaceId, params.inspector, before, query.limit + 1);
      return { body: page(rows, query.limit, (row) => row.id, shownRequest) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/inspectors/{inspector}/requests',
    scope: 'webhooks',
    tag,
    summary: 'Forget what arrived at an inspector',
    params: byId,
    answers: { 204: { description: 'Forgotten' } },
    async handler({ caller, params, parts }) {
      const { database } = parts;
      if (!(await getInspector(database, caller.workspaceId, params.inspector))) throw notFound('inspector');
      await emptyInspector(database, caller.workspaceId, params.inspector);
      return { status: 204 };
    },
  }),
  route({
    method: 'DELETE',
    path: '/inspectors/{inspector}',
    scope: 'webhooks',
    tag,
    summary: 'Delete an inspector and what arrived at it',
    params: byId,
    answers: { 204: { description: 'Deleted' } },
    async handler({ caller, params, parts }) {
      const gone = await parts.database.transaction((tx) => deleteInspector(tx, caller.workspaceId, params.inspector));
      if (!gone) throw notFound('inspector');
      return { status: 204 };
    },
  }),
];
