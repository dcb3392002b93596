import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { type CredentialAuth, credentialAuth } from '../../../shared/credential.ts';
import { headerName, httpMethod } from '../../../shared/webhook.ts';
import {
  alwaysUnder,
  type CredentialFault,
  type CredentialView,
  changeCredential,
  createCredential,
  createRedactor,
  deleteCredential,
  getCredential,
  isReserved,
  isUnder,
  listCredentials,
  loadCredential,
  readPrefix,
} from '../../connections/index.ts';
import { present } from '../../platform/ids.ts';
import { webhooksWith } from '../../webhooks/index.ts';
import { plainHttp } from '../plain-http.ts';
import { notFound, Problem } from '../problem.ts';
import { type ApiParts, cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const tag = 'Credentials';
const name = z.string().trim().min(1).max(200);
const prefix = z
  .string()
  .max(2048)
  .meta({ description: 'https://host/path: credentials go there and below, nowhere else' });
const auth = credentialAuth.meta({ description: 'A secret that is null keeps what is stored; it is never shown' });
const credential = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string(),
  auth: credentialAuth,
  created_at: z.string(),
  updated_at: z.string(),
});
const use = z.object({ id: z.string(), name: z.string() });
const byId = z.object({ credential: idParam('credential') });
const writing = { tag, scope: 'admin', action: 'edit_connections' } as const;

const shown = (one: CredentialView) => ({
  id: present('credential', one.id),
  name: one.name,
  prefix: one.prefix,
  auth: one.auth,
  created_at: iso(one.createdAt),
  updated_at: iso(one.updatedAt),
});

function refuse(faults: readonly CredentialFault[]): never {
  throw new Problem(422, `The credential can't be saved: ${faults[0]!.field} ${faults[0]!.message}`, [...faults]);
}

/** The prefix in its one spelling. */
async function prefixOf(text: string, workspaceId: string, parts: ApiParts): Promise<string> {
  const read = readPrefix(text);
  if ('message' in read) refuse([{ field: 'prefix', message: read.message }]);
  if (read.prefix.startsWith('https:') || (await plainHttp(parts, workspaceId))(read.prefix)) return read.prefix;
  refuse([{ field: 'prefix', message: 'must begin with https://; plain HTTP is off in this workspace' }]);
}

/** Names of headers that can't be set. */
function assertNames(given: CredentialAuth): void {
  const named =
    given.kind === 'headers'
      ? given.headers.map((one, i) => ({ name: one.name, field: `auth.headers.${i}.name` }))
      : given.kind === 'api_key' && given.in === 'header'
        ? [{ name: given.name, field: 'auth.name' }]
        : [];
  const faults: CredentialFault[] = [];
  const seen = new Set<string>();
  for (const { name: header, field } of named) {
    const small = header.toLowerCase();
    if (!headerName.safeParse(header).success) faults.push({ field, message: 'must be a header name, without spaces' });
    else if (isReserved(small)) faults.push({ field, message: `${header} is set by Handoff itself` });
    else if (seen.has(small)) faults.push({ field, message: `${header} stands twice` });
    seen.add(small);
  }
  if (given.kind === 'headers')
    for (const [i, one] of given.headers.entries())
      if (!one.secret && one.value === null) faults.push({ field: `auth.headers.${i}.value`, message: 'is needed' });
  if (faults.length > 0) refuse(faults);
}

/** Credentials: as whom requests are sent, and the prefix that they are for. */
export const credentialRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/credentials',
    scope: 'read',
    tag,
    summary: 'List credentials; their secrets are never shown',
    query: pageQuery,
    answers: { 200: { description: 'Credentials, oldest first', schema: listOf(credential) } },
    async handler({ caller: { workspaceId }, query, parts }) {
      const rows = await listCredentials(parts.database, workspaceId, cursorId(query.cursor), query.limit + 1);
      return { body: page(rows, query.limit, (row) => row.id, shown) };
    },
  }),
  route({
    ...writing,
    method: 'POST',
    path: '/credentials',
    summary: 'Make a credential; it is sealed, and its secrets are never shown again',
    body: z.strictObject({ name, prefix, auth }),
    answers: { 201: { description: 'Made', schema: credential } },
    async handler({ caller: { workspaceId }, body, parts }) {
      assertNames(body.auth);
      const given = { ...body, prefix: await prefixOf(body.prefix, workspaceId, parts) };
      const made = await createCredential(parts.database, parts.secrets, workspaceId, given, parts.clock.now());
      if (!made) throw new Problem(409, 'This workspace has 1,000 credentials, the most there can be. Delete one.');
      if (Array.isArray(made)) refuse(made);
      return { status: 201, body: shown(made) };
    },
  }),
  route({
    method: 'GET',
    path: '/credentials/{credential}',
    scope: 'read',
    tag,
    summary: 'Show a credential, without its secrets',
    params: byId,
    answers: { 200: { description: 'The credential', schema: credential } },
    async handler({ caller: { workspaceId }, params, parts }) {
      const found = await getCredential(parts.database, workspaceId, params.credential);
      if (!found) throw notFound('credential');
      return { body: shown(found) };
    },
  }),
  route({
    ...writing,
    method: 'PATCH',
    path: '/credentials/{credential}',
    summary: 'Change a credential; it works at once. Another prefix or kind asks for the secrets again',
    params: byId,
    body: z.strictObject({ name: name.optional(), prefix: prefix.optional(), auth: auth.optional() }),
    answers: { 200: { description: 'Changed', schema: credential } },
    async handler({ caller: { workspaceId }, params, body, parts }) {
      const { database, secrets, clock } = parts;
      if (!(await getCredential(database, workspaceId, params.credential))) throw notFound('credential');
      if (body.auth) assertNames(body.auth);
      const to = body.prefix === undefined ? null : await prefixOf(body.prefix, workspaceId, parts);
      const uses = to === null ? [] : await webhooksWith(database, workspaceId, params.credential);
      const outside = uses.filter((one) => !alwaysUnder(to!, one.url)).map((one) => `"${one.name}"`);
      if (outside.length > 0)
        throw new Problem(
          409,
          `These webhooks use the credential outside of ${to}: ${outside.slice(0, 10).join(', ')}${outside.length > 10 ? ' and others' : ''}. Change their URLs first, or make another credential.`,
          [{ field: 'prefix', message: 'leaves out webhooks that use the credential' }],
        );
      const change = {
        ...(body.name !== undefined && { name: body.name }),
        ...(to !== null && { prefix: to }),
        ...(body.auth && { auth: body.auth }),
      };
      const changed = await changeCredential(database, secrets, workspaceId, params.credential, change, clock.now());
      if (!changed) throw notFound('credential');
      if (Array.isArray(changed)) refuse(changed);
      parts.signals.raise('lanes');
      return { body: shown(changed) };
    },
  }),
  route({
    method: 'GET',
    path: '/credentials/{credential}/webhooks',
    scope: 'read',
    tag,
    summary: 'List the webhooks that use a credential',
    params: byId,
    answers: { 200: { description: 'Webhooks by name, 200 at most', schema: listOf(use) } },
    async handler({ caller: { workspaceId }, params, parts }) {
      if (!(await getCredential(parts.database, workspaceId, params.credential))) throw notFound('credential');
      const uses = await webhooksWith(parts.database, workspaceId, params.credential);
      const items = uses.map((one) => ({ id: present('webhook', one.id), name: one.name }));
      return { body: { items, next_cursor: null } };
    },
  }),
  route({
    ...writing,
    method: 'DELETE',
    path: '/credentials/{credential}',
    summary: 'Delete a credential that no webhook uses',
    params: byId,
    answers: { 204: { description: 'Deleted' } },
    async handler({ caller: { workspaceId }, params, parts }) {
      if (!(await getCredential(parts.database, workspaceId, params.credential))) throw notFound('credential');
      const uses = (await webhooksWith(parts.database, workspaceId, params.credential)).map((one) => `"${one.name}"`);
      if (uses.length > 0)
        throw new Problem(
          409,
          `The credential is used by ${uses.slice(0, 10).join(', ')}${uses.length > 10 ? ` and ${uses.length - 10} more` : ''}. Choose another one there first.`,
        );
      await deleteCredential(parts.database, workspaceId, params.credential);
      return { status: 204 };
    },
  }),
  route({
    ...writing,
    method: 'POST',
    path: '/credentials/{credential}/test',
    summary: 'Try a credential: one request without a body, which must be answered 2xx',
    params: byId,
    body: z.strictObject({
      method: httpMethod.default('GET'),
      path: z.string().max(2048).default('').meta({ description: 'Below the prefix; may hold a query' }),
    }),
    answers: {
      200: {
        description: 'What came back',
        schema: z.object({
          ok: z.boolean(),
          url: z.string(),
          reason: z.string().nullable(),
          status: z.number().int().nullable(),
          body: z.string().nullable().meta({ description: 'Its beginning, secrets hidden; null when it is no text' }),
          address: z.string().nullable(),
          duration_ms: z.number(),
        }),
      },
    },
    async handler({ caller: { workspaceId }, params, body, parts }) {
      const found = await loadCredential(parts.database, parts.secrets, workspaceId, params.credential);
      if (!found) throw notFound('credential');
      const url =
        body.path === '' ? found.prefix : `${found.prefix.replace(/\/$/, '')}/${body.path.replace(/^\//, '')}`;
      if (!isUnder(found.prefix, url))
        throw new Problem(422, `The path leads out of ${found.prefix}.`, [
          { field: 'path', message: 'must stay below the prefix' },
        ]);
      return { body: await testOf(found, body.method, new URL(url).href, parts) };
    },
  }),
];

const TEST_TIMEOUT_MS = 15_000;
const MOST_SHOWN = 2_000;

async function testOf(
  found: NonNullable<Awaited<ReturnType<typeof loadCredential>>>,
  method: string,
  url: string,
  { egress }: ApiParts,
) {
  const exchange = await egress.exchange({
    method,
    url,
    headers: found.headers,
    secretHeaders: found.secretHeaders,
    secretQuery: found.secretQuery,
    body: null,
    timeoutMs: TEST_TIMEOUT_MS,
  });
  const facts = { url, address: exchange.address, duration_ms: exchange.durationMs };
  if (!exchange.ok) return { ...facts, ok: false, reason: exchange.trouble.message, status: null, body: null };
  const ok = exchange.status >= 200 && exchange.status < 300;
  const reason = ok ? null : `The server answered ${exchange.status}; 2xx was expected.`;
  const redactor = createRedactor(found.secrets);
  const bytes = redactor.tooShort ? null : redactor.bytes(exchange.body, exchange.cut).subarray(0, MOST_SHOWN);
  const text = bytes !== null && isUtf8(exchange.body) ? bytes.toString('utf8') : null;
  return { ...facts, ok, reason, status: exchange.status, body: text };
}
