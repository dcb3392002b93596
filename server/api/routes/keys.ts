import { z } from 'zod';
import { createApiKey, SCOPES } from '../../accounts/index.ts';
import { createKey, listKeys, type NewSecret, rotateKey, type SigningKey } from '../../connections/index.ts';
import { BUILT_IN_RETRY } from '../../flow/delivery/index.ts';
import { present } from '../../platform/ids.ts';
import { mayAlso } from '../auth.ts';
import { notFound, Problem } from '../problem.ts';
import { cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const scope = z.enum(SCOPES);
const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['server', 'browser']),
  scopes: z.array(scope),
  hint: z.string(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
});
type Row = {
  id: string;
  name: string;
  kind: 'server' | 'browser';
  scopes: string[];
  hint: string;
  created_at: number;
  last_used_at: number | null;
  revoked_at: number | null;
};
const shown = (row: Row) => ({
  id: present('apiKey', row.id),
  name: row.name,
  kind: row.kind,
  scopes: row.scopes,
  hint: row.hint,
  created_at: iso(row.created_at),
  last_used_at: iso(row.last_used_at),
  revoked_at: iso(row.revoked_at),
});

const signingKey = z.object({
  id: z.string(),
  name: z.string(),
  is_default: z.boolean(),
  created_at: z.string(),
  rotated_at: z.string().nullable(),
});
const newSecret = z.object({ id: z.string(), secret: z.string().describe('Shown this once') });
const shownKey = (key: SigningKey) => ({
  id: present('signingKey', key.id),
  name: key.name,
  is_default: key.isDefault,
  created_at: iso(key.createdAt),
  rotated_at: iso(key.rotatedAt),
});
const secret = z.string().min(8).max(512).optional();

function taken(result: NewSecret | { class: string; code: string; message: string } | null): {
  id: string;
  secret: string;
} {
  if (result === null) throw notFound('signing key');
  if ('class' in result) {
    if (result.code === 'not_found' || /no such/i.test(result.message)) throw notFound('signing key');
    throw new Problem(422, result.message, [{ field: 'secret', message: result.message }]);
  }
  return { id: present('signingKey', result.id), secret: result.secret };
}

export const keyRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api-keys',
    scope: 'admin',
    action: 'manage_keys',
    tag: 'Keys',
    summary: 'List API keys; the keys themselves are never shown again',
    query: pageQuery,
    answers: { 200: { description: 'Keys', schema: listOf(apiKey) } },
    async handler({ caller, query, parts }) {
      const rows = await parts.database.run<Row>(
        {
          name: 'api-keys',
          text: 'SELECT id, name, kind, scopes, hint, created_at, last_used_at, revoked_at FROM api_keys WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3',
        },
        [caller.workspaceId, cursorId(query.cursor), query.limit + 1],
      );
      return { body: page(rows, query.limit, (row) => row.id, shown) };
    },
  }),
  route({
    method: 'POST',
    path: '/api-keys',
    scope: 'admin',
    action: 'manage_keys',
    tag: 'Keys',
    summary: 'Make an API key; it is shown this once',
    body: z
      .strictObject({
        name: z.string().trim().min(1).max(200),
        kind: z.enum(['server', 'browser']).default('server'),
        scopes: z.array(scope).min(1),
      })
      .refine((body) => body.kind === 'server' || body.scopes.every((s) => s === 'ingest'), {
        path: ['scopes'],
        message: 'a browser key can only have the scope ingest: everyone can read it',
      }),
    answers: { 201: { description: 'Made', schema: z.object({ id: z.string(), key: z.string() }) } },
    async handler({ caller, body, parts }) {
      // A key with this scope manages people: who may not do that must not make one.
      if (body.scopes.includes('admin') && !mayAlso(caller, 'manage_people'))
        throw new Problem(
          403,
          'Your role may not make a key with the scope "admin". Ask someone who is administrator.',
          [{ field: 'scopes', message: 'admin is for administrators to give' }],
        );
      const made = await createApiKey(parts.database, {
        workspaceId: caller.workspaceId,
        ...body,
        now: parts.clock.now(),
      });
      return { status: 201, body: { id: present('apiKey', made.id), key: made.key } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api-keys/{key}',
    scope: 'admin',
    action: 'manage_keys',
    tag: 'Keys',
    summary: 'Revoke an API key; it stops working within seconds',
    params: z.object({ key: idParam('apiKey') }),
    answers: { 204: { description: 'Revoked' } },
    async handler({ caller, params, parts }) {
      const rows = await parts.database.run(
        {
          name: 'api-key-revoke',
          text: 'UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3::int8) WHERE workspace_id = $1 AND id = $2 RETURNING 1',
        },
        [caller.workspaceId, params.key, parts.clock.now()],
      );
      if (rows.length === 0) throw notFound('API key');
      return { status: 204 };
    },
  }),
  route({
    method: 'GET',
    path: '/signing-keys',
    scope: 'read',
    tag: 'Keys',
    summary: 'List signing keys, without their secrets',
    answers: { 200: { description: 'Keys', schema: listOf(signingKey) } },
    async handler({ caller, parts }) {
      const all = await listKeys(parts.database, caller.workspaceId, parts.clock.now());
      return { body: { items: all.map(shownKey), next_cursor: null } };
    },
  }),
  route({
    method: 'POST',
    path: '/signing-keys',
    scope: 'admin',
    action: 'manage_keys',
    tag: 'Keys',
    summary: 'Make a signing key, or bring your own secret; it is shown this once',
    body: z.strictObject({ name: z.string().trim().min(1).max(200), secret }),
    answers: { 201: { description: 'Made', schema: newSecret } },
    async handler({ caller, body, parts }) {
      const made = await parts.database.transaction((tx) =>
        createKey(tx, parts.secrets, {
          workspaceId: caller.workspaceId,
          name: body.name,
          now: parts.clock.now(),
          ...(body.secret !== undefined && { secret: body.secret }),
        }),
      );
      return { status: 201, body: taken(made) };
    },
  }),
  route({
    method: 'POST',
    path: '/signing-keys/{key}/rotate',
    scope: 'admin',
    action: 'manage_keys',
    tag: 'Keys',
    summary: 'Give a signing key a new secret; the old one signs along for 24 hours',
    params: z.object({ key: idParam('signingKey') }),
    body: z.strictObject({ secret }).default({}),
    answers: { 200: { description: 'Rotated', schema: newSecret } },
    async handler({ caller, params, body, parts }) {
      const made = await parts.database.transaction((tx) =>
        rotateKey(tx, parts.secrets, {
          workspaceId: caller.workspaceId,
          id: params.key,
          now: parts.clock.now(),
          ...(body.secret !== undefined && { secret: body.secret }),
        }),
      );
      return { body: taken(made) };
    },
  }),
  route({
    method: 'GET',
    path: '/retry-policies',
    scope: 'read',
    tag: 'Webhooks',
    summary: 'List the built-in retry policies: the waits in seconds between attempts',
    answers: {
      200: { description: 'Policies', schema: listOf(z.object({ name: z.string(), waits: z.array(z.number()) })) },
    },
    async handler() {
      return {
        body: { items: Object.entries(BUILT_IN_RETRY).map(([name, waits]) => ({ name, waits })), next_cursor: null },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/rejected-messages',
    scope: 'read',
    tag: 'Tracking',
    summary: 'List tracking messages that were refused, newest first',
    query: pageQuery,
    answers: {
      200: {
        description: 'Messages',
        schema: listOf(
          z.object({
            id: z.string(),
            index: z.number(),
            message_id: z.string().nullable(),
            reason: z.string(),
            body: z.string(),
            received_at: z.string(),
          }),
        ),
      },
    },
    async handler({ caller, query, parts }) {
      type Rejected = {
        id: string;
        position: number;
        message_id: string | null;
        reason: string;
        body: string;
        received_at: number;
      };
      const rows = await parts.database.run<Rejected>(
        {
          name: 'api-rejected',
          text: 'SELECT id, position, message_id, reason, body, received_at FROM rejected_messages WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id < $2::uuid) ORDER BY id DESC LIMIT $3',
        },
        [caller.workspaceId, cursorId(query.cursor), query.limit + 1],
      );
      return {
        body: page(
          rows,
          query.limit,
          (row) => row.id,
          (row) => ({
            id: present('rejection', row.id),
            index: row.position,
            message_id: row.message_id,
            reason: row.reason,
            body: row.body,
            received_at: iso(row.received_at),
          }),
        ),
      };
    },
  }),
];
