import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../accounts/index.ts';
import { type Door, MAX_MESSAGE_BYTES, NotCommitted } from '../flow/ingest/index.ts';
import type { Json } from '../platform/json.ts';
import { parseJson } from '../platform/json.ts';
import { authorise } from './auth.ts';
import { Problem } from './problem.ts';

const MAX_BATCH_BYTES = 512_000;
const CALLS = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;

/**
 * The Segment tracking API. An answer of 200 means committed. A batch with bad messages keeps the good ones and names
 * the bad ones; 4xx only when nothing is readable, 503 when nothing was committed.
 */
export function tracking(parts: {
  door: Door;
  check: (key: string) => Promise<Caller | null>;
  allow: (keyId: string) => boolean;
}) {
  const { door, check, allow } = parts;
  return async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers();
    // Everything is read as JSON: browser clients send it as text/plain, to do without a preflight request, and
    // compressed bodies arrive under whatever type the client's HTTP library makes up.
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, parseJson(body as string));
      } catch (error) {
        done(new Problem(400, `The body is not JSON: ${(error as Error).message}.`));
      }
    });
    app.addHook('preParsing', async (request, _reply, payload) => {
      const encoding = request.headers['content-encoding'];
      if (encoding === undefined || encoding === 'identity') return payload;
      if (encoding !== 'gzip')
        throw new Problem(415, `The content encoding "${encoding}" is not known; send gzip or none.`);
      // Fastify counts what comes out of this against the body limit, so a bomb ends there.
      const unzipped = createGunzip();
      payload.on('error', (error) => unzipped.destroy(error));
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
        .header('access-control-allow-headers', 'authorization, content-type, content-encoding')
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
      const caller = await authorise(request, check, 'ingest');
      if (!allow(caller.keyId))
        throw new Problem(429, 'This key sends more than 10,000 requests a second. Slow down, or send batches.');
      const sent = typeof sentAt === 'string' ? Date.parse(sentAt) : Number.NaN;
      try {
        return await door.accept(caller, messages, type, Number.isNaN(sent) ? null : sent);
      } catch (error) {
        if (!(error instanceof NotCommitted)) throw error;
        reply.header('retry-after', '1');
        throw new Problem(503, error.message);
      }
    };

    for (const call of CALLS) {
      app.post(`/${call}`, { bodyLimit: MAX_MESSAGE_BYTES }, async (request, reply) => {
        const body = request.body as { [key: string]: Json } | null;
        const rejected = await accept(request, reply, [body], call, body?.sentAt);
        if (rejected[0]) throw new Problem(400, rejected[0].reason);
        return { success: true };
      });
    }
    app.post('/batch', { bodyLimit: MAX_BATCH_BYTES }, async (request, reply) => {
      const body = request.body as { batch?: unknown; sentAt?: Json } | null;
      if (body === null || typeof body !== 'object' || !Array.isArray(body.batch))
        throw new Problem(400, 'A batch holds its messages in "batch", a list.', [
          { field: 'batch', message: 'must be a list' },
        ]);
      const rejected = await accept(request, reply, body.batch, null, body.sentAt);
      return rejected.length === 0 ? { success: true } : { success: true, rejected };
    });
  };
}
