import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ReceiveParts, receive } from '../inspector/index.ts';

const BODY_LIMIT = 1_048_576;

/**
 * What arrives at `/i/{token}` and below it, by any method and from anyone who knows the token. The answer is the one
 * that the inspector's owner chose, as text or JSON in a sandbox.
 */
export function inspected(parts: ReceiveParts) {
  return async (app: FastifyInstance) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
      done(null, body),
    );
    const take = async (request: FastifyRequest, reply: FastifyReply) => {
      const { token } = request.params as { token: string };
      const [whole = '', ...query] = request.raw.url!.split('?');
      const ending = new AbortController();
      const gone = () => ending.abort();
      reply.raw.once('close', gone);
      try {
        const answer = await receive(
          parts,
          {
            token,
            method: request.method,
            path: whole.slice(whole.indexOf('/i/') + 3 + token.length),
            query: query.join('?'),
            headers: headersOf(request.raw.rawHeaders),
            body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
          },
          ending.signal,
        );
        for (const [name, value] of answer.headers) reply.header(name, value);
        return reply.code(answer.status).send(answer.body);
      } finally {
        reply.raw.off('close', gone);
      }
    };
    app.all('/:token', take);
    app.all('/:token/*', take);
  };
}

function headersOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    // Someone who opens the address in a browser brings the cookie of their session here.
    pairs.push([name, /^cookie$/i.test(name) ? '(not kept)' : raw[i + 1]!]);
  }
  return pairs;
}
