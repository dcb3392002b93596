import type { FastifyReply, FastifyRequest } from 'fastify';
import { messageOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { GUARDS } from './guards.ts';
import { Problem } from './problem.ts';

// What a status asks for beside its body (RFC 9110, 11.6.1 and 10.2.3).
const HEADERS: Record<number, Record<string, string>> = {
  401: { 'www-authenticate': 'Bearer' },
  429: { 'retry-after': '1' },
  503: { 'retry-after': '1' },
};

/** Answers a problem as problem+json (RFC 9457). */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers({ ...GUARDS, ...HEADERS[problem.status] })
    .type('application/problem+json')
    .send(JSON.stringify(problem.body()));
}

// Node and PostgreSQL codes that mean "the database can't be reached just now": connection errors, names that don't
// resolve, and class 08, 57, 53. Some of the client's errors carry no code: they are known by their text.
const AWAY = /^(ECONN|ENOENT$|ENOTFOUND$|EAI_AGAIN$|EPIPE$|ETIMEDOUT$|08|57|53|25P03)/;

/** The problem that an error is for the caller. What we didn't foresee is logged, and tells nothing but the log's line. */
export function problemOf(error: unknown, request: FastifyRequest, log: Log): Problem {
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
  log.error(
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
