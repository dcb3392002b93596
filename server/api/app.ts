import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../accounts/index.ts';
import { messageOf } from '../platform/errors.ts';
import { parseJson, toJson } from '../platform/json.ts';
import { authorise } from './auth.ts';
import { deeper, MAX_BODY_DEPTH } from './depth.ts';
import { once } from './idempotency.ts';
import { openapi } from './openapi.ts';
import { type FieldError, Problem } from './problem.ts';
import type { ApiParts, Call, Route } from './route.ts';

const BODY_LIMIT = 1_048_576;

/** What the application is made of. */
export interface AppOptions {
  parts: ApiParts;
  routes: readonly Route[];
  check: (key: string) => Promise<Caller | null>;
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
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, parseJson(body as string));
    } catch (error) {
      done(new Problem(400, `The body is not JSON: ${(error as Error).message}.`));
    }
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff').header('x-frame-options', 'DENY');
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store');
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error, request, parts);
    if (problem.status === 503) reply.header('retry-after', '1');
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem.body()));
  });
  app.setNotFoundHandler((request, reply) => {
    const problem = new Problem(
      404,
      `${request.method} ${request.url.split('?')[0]} does not exist. The routes stand in /api/openapi.json.`,
    );
    return reply.code(404).type('application/problem+json').send(JSON.stringify(problem.body()));
  });

  for (const r of routes) {
    app.route({
      method: r.method,
      url: `/api/v1${r.path.replace(/\{(\w+)\}/g, ':$1')}`,
      handler: async (request, reply) => {
        const caller = await authorise(request, options.check, r.scope);
        if (!options.allow(caller.keyId))
          throw new Problem(429, 'This key sends more than 10,000 requests a second. Slow down.');
        const call = {
          caller,
          params: checked(r.params, request.params, 'path'),
          query: checked(r.query, request.query, 'query'),
          body: checked(r.body, request.body, ''),
          parts,
        } as Call<never, never, never>;
        const key = request.headers['idempotency-key'];
        const work = () => r.handler(call);
        const answer =
          r.method === 'POST' && typeof key === 'string'
            ? await once(
                parts.database,
                caller.workspaceId,
                key,
                `${r.path} ${request.url} ${toJson(request.body) ?? ''}`,
                parts.clock.now(),
                work,
              )
            : await work();
        reply.code(answer.status ?? (answer.body === undefined ? 204 : 200));
        return answer.body === undefined
          ? reply.send()
          : reply.type('application/json; charset=utf-8').send(toJson(answer.body));
      },
    });
  }
  const document = JSON.stringify(openapi(routes, options.publicUrl));
  app.get('/api/openapi.json', async (_request, reply) => reply.type('application/json; charset=utf-8').send(document));
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

function checked(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  // Fails closed: what is nested deeper would overflow the stack of the checks below.
  if (deeper(value)) throw new Problem(422, `The body is nested deeper than ${MAX_BODY_DEPTH} levels. Flatten it.`);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors: FieldError[] = result.error.issues.slice(0, 50).map((issue) => ({
    field: [where, ...issue.path].filter((part) => part !== '').join('.') || 'body',
    message: issue.message,
  }));
  throw new Problem(
    where === '' ? 422 : 400,
    `${errors[0]!.field}: ${errors[0]!.message}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''}`,
    errors,
  );
}

// Node and PostgreSQL codes that mean "the database can't be reached just now": connection errors and class 08, 57, 53.
const AWAY = /^(ECONN|ENOENT$|EPIPE$|ETIMEDOUT$|08|57|53|25P03)/;

function problemOf(error: unknown, request: FastifyRequest, parts: ApiParts): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Problem(413, 'The body is larger than this route takes.');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Problem(415, 'The content type is not known here. Send application/json.');
  if (statusCode !== undefined && statusCode < 500) return new Problem(statusCode, messageOf(error));
  if (
    (code !== undefined && AWAY.test(code)) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      messageOf(error),
    )
  ) {
    return new Problem(503, 'The database cannot be reached just now. Try again in a second.');
  }
  if (code === 'Z_BUF_ERROR' || code === 'Z_DATA_ERROR') return new Problem(400, 'The body says gzip, but is not.');
  parts.log.error(
    {
      request: request.id,
      method: request.method,
      route: request.routeOptions.url,
      error: messageOf(error),
      stack: (error as Error).stack,
    },
    'a request failed',
  );
  return new Problem(500, `Something went wrong on our side. The log names it under request ${request.id}.`, [], {
    request: request.id,
  });
}
