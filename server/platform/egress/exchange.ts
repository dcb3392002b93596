import { Buffer } from 'node:buffer';
import type { Dispatcher } from 'undici';
import { type Trouble, trouble } from '../errors.ts';
import { BODY_LIMIT, decode } from './body.ts';
import { failureOf } from './failure.ts';
import type { Line } from './guard.ts';

/** One HTTP request to be sent. */
export interface ExchangeRequest {
  method: string;
  url: string;
  headers: [string, string][];
  /** Headers whose values a place inside must not keep; they go out with the others. */
  secretHeaders?: [string, string][];
  /** Names and values that go behind the URL's query; a place inside must not keep the values. */
  secretQuery?: [string, string][];
  body: Uint8Array | null;
  /** For the whole exchange: waiting for a connection, connecting, TLS, sending, headers and the body's last byte. */
  timeoutMs: number;
  /** How much of the answer's body is wanted, in bytes; 64 KB unless given. */
  bodyLimit?: number;
  signal?: AbortSignal;
  /** Asked directly before the first byte. False: the exchange ends as deferred 'lost_lease', and nothing is sent. */
  beforeFirstByte?: () => boolean;
}

/**
 * What became of a request. `startedAt` is in ms of the Clock, `address` the one called, if it came to that, and `proxy`
 * (host and port) what it was called through.
 */
export type Exchange = { startedAt: number; durationMs: number; address: string | null; proxy: string | null } & (
  | {
      ok: true;
      status: number;
      headers: [string, string][];
      /** Decompressed; at most 64 KB. */
      body: Buffer;
      /** Whether the body was longer than what was kept, or couldn't be decompressed to its end. */
      cut: boolean;
    }
  | { ok: false; trouble: Trouble }
);

// A timer that is late by more than this says that the process was stopped or starved, and nothing about the other side.
const STOOD_STILL_MS = 500;
const ABANDONED = new Error('the exchange has ended');

/**
 * One exchange, as undici's handler. It ends once, by whichever comes first: the answer, an error, the deadline, the
 * abort signal. One timer.
 *
 * Reused connections: before undici writes on a connection that was idle, it reads what has arrived on it; when that is
 * the server's close, nothing of the request has been written, and it opens a new one. From the first written byte on
 * nothing is ever sent twice: a connection that breaks then is a 'reset', and the retry policy decides. A second start
 * of the same request would be such a repetition and is refused here.
 */
export class ExchangeHandler implements Dispatcher.DispatchHandler {
  /** Set by the client that takes the request. */
  line: Line | null = null;
  readonly #request: ExchangeRequest;
  readonly #host: string;
  readonly #startedAt: number;
  readonly #mark = performance.now();
  readonly #crowded: boolean;
  readonly #done: (exchange: Exchange) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #ended = false;
  /** The body is here as far as it is wanted; what the connection does now doesn't matter. */
  #complete = false;
  #address: string | null = null;
  #status = 0;
  #headers: [string, string][] = [];
  #encoding = '';
  #chunks: Buffer[] = [];
  #size = 0;

  /** `crowded`: every connection of the origin was taken when the request came. `done` is called exactly once. */
  constructor(
    request: ExchangeRequest,
    host: string,
    startedAt: number,
    crowded: boolean,
    done: (exchange: Exchange) => void,
  ) {
    this.#request = request;
    this.#host = host;
    this.#startedAt = startedAt;
    this.#crowded = crowded;
    this.#done = done;
    this.#timer = setTimeout(expire, request.timeoutMs, this);
    if (request.signal) openUnder(request.signal).add(this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended || this.#controller) {
      this.#fail(trouble('retryable', 'reset', `${this.#host} closed the connection before it had answered`));
      controller.abort(ABANDONED);
      return;
    }
    this.#controller = controller;
    this.#address = this.line?.address ?? null;
    if (this.#request.beforeFirstByte && !this.#mayStart())
      this.#fail(trouble('deferred', 'lost_lease', 'Nothing was sent: another process has taken over'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200 || this.#ended) return;
    this.#status = status;
    const raw = controller.rawHeaders as (Buffer | string)[];
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = text(raw[i]!);
      const value = text(raw[i + 1]!);
      this.#headers.push([name, value]);
      if (name.length === 16 && name.toLowerCase() === 'content-encoding')
        this.#encoding = this.#encoding === '' ? value : `${this.#encoding},${value}`;
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#ended || this.#complete) return;
    const room = (this.#request.bodyLimit ?? BODY_LIMIT) - this.#size;
    this.#chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    this.#size += Math.min(chunk.length, room);
    if (chunk.length > room) this.#answer(true);
  }

  onResponseEnd(): void {
    if (!this.#ended && !this.#complete) this.#answer(false);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (!this.#complete) this.#fail(failureOf(error, this.#host));
  }

  /** The deadline has passed. */
  expire(): void {
    if (this.#ended) return;
    const within = `within ${this.#request.timeoutMs} ms`;
    const late = this.#late();
    if (late > STOOD_STILL_MS)
      this.#fail(
        trouble(
          'ours',
          'stood_still',
          `This process stood still for ${Math.round(late)} ms or longer, so that it is not known what ${this.#host} answered`,
        ),
      );
    else if (this.#status > 0)
      this.#fail(
        trouble('retryable', 'timeout', `${this.#host} answered ${this.#status}, but not to the end ${within}`),
      );
    else if (this.#controller) this.#fail(trouble('retryable', 'timeout', `${this.#host} did not answer ${within}`));
    else if (this.#crowded)
      this.#fail(
        trouble('deferred', 'origin_busy', `Nothing was sent: no connection to ${this.#host} became free ${within}`),
      );
    else if (this.line?.opening)
      this.#fail(
        trouble(
          'ours',
          'proxy_unreachable',
          `Nothing was sent: the proxy ${this.line.proxy} took no connection ${within}`,
        ),
      );
    else this.#fail(trouble('retryable', 'timeout', `${this.#host} did not accept a connection ${within}`));
  }

  /** The abort signal was given. */
  callOff(): void {
    this.#fail(trouble('deferred', 'aborted', `The request to ${this.#host} was called off`));
  }

  /** How long ago the deadline was, ms; below 0 before it. */
  #late(): number {
    return performance.now() - this.#mark - this.#request.timeoutMs;
  }

  #mayStart(): boolean {
    try {
      return this.#request.beforeFirstByte!();
    } catch {
      // Fails closed: without a yes nothing is sent, and no try is used up.
      return false;
    }
  }

  #answer(cut: boolean): void {
    // A process that was stopped finds an answer of long ago, before its own timer has run. When that is only a little
    // late, it was our reading that was, not the answer.
    if (this.#late() > STOOD_STILL_MS) {
      this.expire();
      return;
    }
    this.#complete = true;
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#size);
    if (this.#encoding === '' || this.#encoding.toLowerCase() === 'identity') {
      this.#succeed(body, cut);
      return;
    }
    // The rest is not read.
    if (cut) this.#controller?.abort(ABANDONED);
    decode(body, this.#encoding, this.#request.bodyLimit).then((decoded) => {
      if (!this.#ended) this.#succeed(decoded.body, cut || decoded.cut);
    });
  }

  #succeed(body: Buffer, cut: boolean): void {
    this.#end({ ...this.#facts(), ok: true, status: this.#status, headers: this.#headers, body, cut });
    if (cut) this.#controller?.abort(ABANDONED);
  }

  #fail(reason: Trouble): void {
    if (this.#ended) return;
    this.#end({ ...this.#facts(), ok: false, trouble: reason });
    this.#controller?.abort(ABANDONED);
  }

  #facts() {
    return {
      startedAt: this.#startedAt,
      durationMs: Math.min(Math.round(performance.now() - this.#mark), this.#request.timeoutMs),
      address: this.#address ?? this.line?.address ?? null,
      proxy: this.line?.proxy ?? null,
    };
  }

  #end(exchange: Exchange): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    if (this.#request.signal) openUnder(this.#request.signal).delete(this);
    this.#chunks = [];
    this.#done(exchange);
  }
}

const underSignals = new WeakMap<AbortSignal, Set<ExchangeHandler>>();

/** What is open under a signal: one listener for all of them, where a listener each costs more the more there are. */
function openUnder(signal: AbortSignal): Set<ExchangeHandler> {
  const known = underSignals.get(signal);
  if (known) return known;
  const open = new Set<ExchangeHandler>();
  underSignals.set(signal, open);
  signal.addEventListener('abort', () => {
    for (const handler of [...open]) handler.callOff();
  });
  return open;
}

/** What has arrived is read first: a process that had too much to do, or was stopped for a while, looks at timers before. */
function expire(handler: ExchangeHandler): void {
  setImmediate(() => handler.expire());
}

function text(bytes: Buffer | string): string {
  return typeof bytes === 'string' ? bytes : bytes.toString('latin1');
}
