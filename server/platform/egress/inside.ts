import { Buffer } from 'node:buffer';
import { messageOf, type Trouble, trouble } from '../errors.ts';
import { BODY_LIMIT } from './body.ts';
import type { Exchange, ExchangeRequest } from './exchange.ts';

/** What a place inside answers. */
export interface InsideAnswer {
  status: number;
  headers: [string, string][];
  body: Buffer;
}

/**
 * Places that are reached without a socket: what answers there, by origin and path (as the WHATWG parser spells them),
 * or null for a URL that leads outside. `signal` is aborted when the answer isn't wanted any more.
 */
export type Inside = (
  origin: string,
  path: string,
) => ((request: ExchangeRequest, signal: AbortSignal) => Promise<InsideAnswer>) | null;

/**
 * An exchange with a place inside. It ends like one over a socket: by the answer, the deadline or the abort signal,
 * whichever comes first. What goes wrong there is our own trouble.
 */
export async function exchangeInside(
  request: ExchangeRequest,
  startedAt: number,
  answers: (request: ExchangeRequest, signal: AbortSignal) => Promise<InsideAnswer>,
): Promise<Exchange> {
  const mark = performance.now();
  const fail = (reason: Trouble): Exchange => ({
    startedAt,
    durationMs: Math.round(performance.now() - mark),
    address: null,
    proxy: null,
    ok: false,
    trouble: reason,
  });
  // Fails closed: without a yes nothing is handed over, and no try is used up.
  let may = true;
  try {
    may = request.beforeFirstByte?.() ?? true;
  } catch {
    may = false;
  }
  if (!may) return fail(trouble('deferred', 'lost_lease', 'Nothing was sent: another process has taken over'));
  const ending = new AbortController();
  const called = new Promise<Exchange>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve(fail(ending.signal.reason as Trouble)), { once: true });
  });
  const late = trouble('retryable', 'timeout', `Handoff itself did not answer within ${request.timeoutMs} ms`);
  const timer = setTimeout(() => ending.abort(late), request.timeoutMs);
  const off = () => ending.abort(trouble('deferred', 'aborted', 'The request was called off'));
  request.signal?.addEventListener('abort', off, { once: true });
  const answered = answers(request, ending.signal).then(
    ({ status, headers, body }): Exchange => ({
      startedAt,
      durationMs: Math.round(performance.now() - mark),
      address: null,
      proxy: null,
      ok: true,
      status,
      headers,
      body: body.length > BODY_LIMIT ? Buffer.from(body.subarray(0, BODY_LIMIT)) : body,
      cut: body.length > BODY_LIMIT,
    }),
    (error: unknown) => fail(trouble('ours', 'inside', `Handoff could not take the request: ${messageOf(error)}`)),
  );
  try {
    return await Promise.race([called, answered]);
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', off);
  }
}
