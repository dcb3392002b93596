import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Json, parseJson, toJson } from '../platform/json.ts';
import { lookAt, namedIn, record, seen } from './audit.ts';
import { actionOf, authorise, type Checks } from './auth.ts';
import { checked } from './checked.ts';
import { marked, unmarked } from './cursors.ts';
import { problemOf, sendProblem } from './failure.ts';
import { GUARDS } from './guards.ts';
import { once } from './idempotency.ts';
import { cleaned, deeper, MAX_BODY_DEPTH } from './input.ts';
import { openapi } from './openapi.ts';
import { notJson, Problem } from './problem.ts';
import type { ApiParts, Call, Route } from './route.ts';

const BODY_LIMIT = 1_048_576;

/** What the application is made of. */
export interface AppOptions {
  parts: ApiParts;
  routes: readonly Route[];
  checks: Checks;
  allow: (keyId: string) => boolean;
  publicUrl: string | null;
  trustProxy: boolean | string | number | string[];
}

/** Builds the HTTP application: /api/v1 by its routes, OpenAPI, health; every error as problem+json. */
export function createApp(options: AppOptions): FastifyInstance {
  const { parts, routes } = options;
  const app = Fastify({
    bodyLimit: BODY_LIMIT,
    trustProxy: hopsOf(options.trustProxy),
    logger: false,
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: 'idle',
    // What fails before there is a route, such as an address that can't be decoded.
    frameworkErrors: (error, request, reply) => {
      sendProblem(reply, problemOf(error, request, parts.log));
    },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const charset = /charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
    if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset))
      return done(new Problem(415, `JSON is UTF-8, and this says that it is ${charset}. Send it as UTF-8.`));
    if (body === '') return done(null, undefined);
    let value: Json;
    try {
      value = parseJson(body as string);
    } catch (error) {
      return done(notJson((error as Error).message));
    }
    // Fails closed: what is nested deeper would overflow the stack of whoever checks it or writes it out.
    if (deeper(value))
      return done(new Problem(422, `The body is nested deeper than ${MAX_BODY_DEPTH} levels. Flatten it.`));
    done(null, cleaned(value));
  });
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (request, reply) => {
    for (const [name, value] of Object.entries(GUARDS)) if (!reply.hasHeader(name)) reply.header(name, value);
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
    // A connection that was busy when the closing began would else be kept open until its client lets go.
    if (closing) reply.header('connection', 'close');
  });
  app.setErrorHandler((error, request, reply) => sendProblem(reply, problemOf(error, request, parts.log)));
  app.setNotFoundHandler((request, reply) => {
    const problem = new Problem(
      404,
      `${request.method} ${request.url.split('?')[0]} does not exist. The routes stand in /api/openapi.json.`,
    );
    return sendProblem(reply, problem);
  });

  for (const r of routes) {
    const needs = { method: r.method, scope: r.scope, action: actionOf(r) };
    const look = lookAt(routes, r);
    // A misspelt filter would else show everything.
    const query = (r.query ?? z.object({})).strict();
    app.route({
      method: r.method,
      url: `/api/v1${r.path.replace(/\{(\w+)\}/g, ':$1')}`,
      handler: async (request, reply) => {
        const caller = await authorise(request, options.checks, needs);
        if (!options.allow(caller.keyId))
          throw new Problem(429, 'This key sends more than 10,000 requests a second. Slow down.');
        const path = request.url.split('?')[0]!;
        const call = {
          caller,
          params: r.params && checked(r.params, cleaned(request.params), 'path'),
          query: checked(query, unmarked(cleaned(request.query), path), 'query'),
          body: r.body && checked(r.body, request.body, ''),
          parts,
        } as Call<never, never, never>;
        const key = request.headers['idempotency-key'];
        // What is answered from an earlier call changed nothing, and is written down once.
        const work = async () => {
          if (r.method === 'GET') return r.handler(call);
          const named = namedIn(request);
          const before = r.method === 'POST' && named === null ? null : await seen(look, call, named);
          const made = await r.handler(call);
          const { id } = (made.body ?? {}) as { id?: string };
          const after = await seen(look, call, id ?? named);
          // A copy of a thing is a new thing.
          const same = id === undefined || before?.id === undefined || before.id === id;
          await record(parts, caller, r, request, made, { before: same ? before : null, after });
          return made;
        };
        const answer =
          r.method === 'POST' && typeof key === 'string'
            ? await once(
                parts,
                caller.workspaceId,
                key,
                `${r.path} ${request.url} ${toJson(request.body) ?? ''}`,
                parts.clock.now(),
                work,
              )
            : await work();
        if (answer.file) {
          const { type, name, text } = answer.file;
          return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(text);
        }
        reply.code(answer.status ?? (answer.body === undefined ? 204 : 200));
        return answer.body === undefined
          ? reply.send()
          : reply.type('application/json; charset=utf-8').send(toJson(marked(answer.body, path)));
      },
    });
  }
  // Made when first asked for: some megabytes, and 160 ms of the start.
  let document: string | null = null;
  app.get('/api/openapi.json', async (_request, reply) => {
    document ??= JSON.stringify(openapi(routes, options.publicUrl));
    return reply.type('application/json; charset=utf-8').send(document);
  });
  app.get('/livez', async () => ({ ok: true }));
  app.get('/readyz', async () => {
    await parts.database.run({ name: 'ready', text: 'SELECT 1 FROM clock' });
    return { ok: true };
  });
  return app;
}

/** A number of proxies is the number of hops that are believed. */
function hopsOf(trust: AppOptions['trustProxy']) {
  return typeof trust === 'number' ? (_address: string, hop: number) => hop < trust : trust;
}
