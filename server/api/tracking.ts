import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cutDeep, type Door, instant, MAX_CALL, MAX_MESSAGE_BYTES, NotCommitted } from '../flow/ingest/index.ts';
import type { Json } from '../platform/json.ts';
import { parseJson } from '../platform/json.ts';
import { authorise, type Checks } from './auth.ts';
import { notJson, Problem } from './problem.ts';

const MAX_BATCH_BYTES = 512_000;
// Each also under its first letter, as Segment's browser library calls it.
const CALLS = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;

const NEEDS = { method: 'POST', scope: 'ingest', action: 'ingest' } as const;

/**
 * The Segment tracking API. An answer of 200 means committed. A batch with bad messages keeps the good ones and names
 * the bad ones; 4xx only when nothing is readable, 503 when nothing was committed.
 */
export function tracking(parts: { door: Door; checks: Checks; allow: (keyId: string) => boolean }) {
  const { door, checks, allow } = parts;
  // Any page may call this, so a cookie counts for nothing here.
  const byKey: Checks = { key: checks.key, session: async () => null };
  return async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers();
    // Everything is read as JSON: browser clients send it as text/plain, to do without a preflight request, and
    // compressed bodies arrive under whatever type the client's HTTP library makes up.
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, parsed(body as string));
      } catch (error) {
        done(notJson((error as Error).message));
      }
    });
    app.addHook('preParsing', async (request, reply, payload) => {
      const encoding = request.headers['content-encoding']?.toLowerCase();
      if (encoding === undefined || encoding === 'identity') return payload;
      if (encoding !== 'gzip')
        throw new Problem(415, `The content encoding "${encoding}" is not known; send gzip or none.`);
      // Fastify counts what comes out of this against the body limit, and answers; so a bomb ends there.
      const unzipped = createGunzip();
      payload.on('error', (error) => unzipped.destroy(error));
      reply.raw.once('close', () => unzipped.destroy());
      return Object.assign(payload.pipe(unzipped), {
        receivedEncodedLength: Number(request.headers['content-length'] ?? 0),
      });
    });
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('access-control-allow-origin', '*');
    });
    app.options('/*', async (_request, reply) => {
      reply
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', 'authorization, content-type, content-encoding, anonymousid')
        .header('access-control-max-age', '86400');
      return reply.code(204).send();
    });

    const accept = async (
      request: FastifyRequest,
      reply: FastifyReply,
      messages: readonly unknown[],
      type: string | null,
      sentAt: Json | undefined,
    ) => {
      const caller = await authorise(withKey(request), byKey, NEEDS);
      if (!allow(caller.keyId))
        throw new Problem(429, 'This key sends more than 10,000 requests a second. Slow down, or send batches.');
      try {
        return await door.accept(caller, messages, type, instant(sentAt));
      } catch (error) {
        if (!(error instanceof NotCommitted)) throw error;
        reply.header('retry-after', '1');
        throw new Problem(503, error.message);
      }
    };

    for (const call of CALLS) {
      const take = async (request: FastifyRequest, reply: FastifyReply) => {
        const body = request.body as { [key: string]: Json } | null;
        const rejected = await accept(request, reply, [body], call, body?.sentAt);
        if (rejected[0]) throw new Problem(400, rejected[0].reason);
        return { success: true };
      };
      for (const path of [`/${call}`, `/${call[0]}`]) app.post(path, { bodyLimit: MAX_MESSAGE_BYTES }, take);
    }
    const takeBatch = async (request: FastifyRequest, reply: FastifyReply) => {
      const body = request.body as { batch?: unknown; sentAt?: Json } | null;
      if (body === null || typeof body !== 'object' || !Array.isArray(body.batch))
        throw new Problem(400, 'A batch holds its messages in "batch", a list.', [
          { field: 'batch', message: 'must be a list' },
        ]);
      if (body.batch.length > MAX_CALL)
        throw new Problem(413, `A batch holds at most ${MAX_CALL} messages. Send several smaller ones.`);
      const rejected = await accept(request, reply, body.batch, null, body.sentAt);
      return rejected.length === 0 ? { success: true } : { success: true, rejected };
    };
    for (const path of ['/batch', '/b']) app.post(path, { bodyLimit: MAX_BATCH_BYTES }, takeBatch);
  };
}

/** JSON of a body. One that is nested so deep that the parser's stack ends is read without its depths. */
function parsed(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return parseJson(cutDeep(text));
  }
}

/** The request with the write key in its body, where browser clients put it, unless a header brings one. */
function withKey(request: FastifyRequest): FastifyRequest {
  const { writeKey } = (request.body ?? {}) as { writeKey?: unknown };
  if (request.headers.authorization === undefined && typeof writeKey === 'string')
    request.headers.authorization = `Bearer ${writeKey}`;
  return request;
}
