import { Buffer } from 'node:buffer';
import { buildConnector, type Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import { type Trouble, trouble } from '../errors.ts';
import { parseCidr } from './address.ts';
import { type Exchange, ExchangeHandler, type ExchangeRequest } from './exchange.ts';
import { type Lookup, resolve } from './guard.ts';
import { exchangeInside, type Inside } from './inside.ts';
import { Origins } from './origins.ts';
import type { EgressProxy } from './proxy.ts';
import { ProxyGate } from './proxy-gate.ts';
import { headersOf, isMethod, targetOf, withQuery } from './target.ts';

/** The one door to the outside: every request of ours to an address that others chose goes through it. */
export interface Egress {
  /** Sends one request and gives what became of it; never throws. Redirects are not followed. */
  exchange(request: ExchangeRequest): Promise<Exchange>;
  /** Takes no more, waits for what is open (bounded by its deadlines), then closes every connection. */
  close(): Promise<void>;
}

export interface EgressOptions {
  clock: Clock;
  /** Ranges allowed besides public addresses. Throws a RangeError when one can't be read. */
  allow: string[];
  /** Refused even when allowed: our own database. */
  forbidden?: { host: string; port: number }[];
  /** Connections to one origin at most; 64 unless given. */
  connectionsPerOrigin?: number;
  lookup?: Lookup;
  /** What is reached without a socket; asked first. */
  inside?: Inside;
  /** Opens a socket to an address that was checked; undici's own unless given. */
  connector?: buildConnector.connector;
  /** What every connection goes through. */
  proxy?: EgressProxy | null;
  /** Opens a socket to the proxy; undici's own unless given. */
  proxyConnector?: buildConnector.connector;
}

const CONNECTIONS = 64;
const MAX_TIMEOUT_MS = 300_000;

/** Makes the door. Failures are values (Trouble): see failure.ts for their codes. */
export function createEgress(options: EgressOptions): Egress {
  const connections = options.connectionsPerOrigin ?? CONNECTIONS;
  // The guard bounds the time of the whole connecting, so undici's own timer is off.
  const connector = () => buildConnector({ allowH2: false, timeout: 0 });
  const origins = new Origins(
    {
      allow: options.allow.map(parseCidr),
      forbidden: options.forbidden ?? [],
      lookup: options.lookup ?? resolve,
      connector: options.connector ?? connector(),
      proxy: options.proxy
        ? { to: options.proxy, connector: options.proxyConnector ?? connector(), gate: new ProxyGate() }
        : null,
    },
    connections,
  );
  let open = 0;
  let closing = false;
  let emptied: (() => void) | null = null;

  return {
    exchange(request) {
      const startedAt = options.clock.now();
      const refuse = (reason: Trouble): Promise<Exchange> =>
        Promise.resolve({ startedAt, durationMs: 0, address: null, proxy: null, ok: false, trouble: reason });
      if (closing) return refuse(trouble('deferred', 'stopping', 'Nothing was sent, because this process is stopping'));
      if (request.signal?.aborted) return refuse(trouble('deferred', 'aborted', 'The request was called off'));
      const target = targetOf(request.url);
      if ('class' in target) return refuse(target);
      const headers = headersOf([...request.headers, ...(request.secretHeaders ?? [])]);
      if ('class' in headers) return refuse(headers);
      if (!isMethod(request.method))
        return refuse(trouble('permanent', 'bad_request', `The method ${request.method} can't be sent`));
      if (!(request.timeoutMs > 0 && request.timeoutMs <= MAX_TIMEOUT_MS))
        return refuse(trouble('permanent', 'bad_request', `A time-out of ${request.timeoutMs} ms can't be kept`));
      const inside = options.inside?.(target.origin, target.path);
      if (inside) {
        open++;
        return exchangeInside(request, startedAt, inside).finally(() => {
          if (--open === 0) emptied?.();
        });
      }
      const origin = origins.get(target.origin);
      if (!origin)
        return refuse(trouble('deferred', 'origin_busy', 'Nothing was sent: too many servers are called at once'));

      return new Promise((done) => {
        const handler = new ExchangeHandler(request, target.host, startedAt, origin.open >= connections, (exchange) => {
          origin.open--;
          origin.idleSince = performance.now();
          if (--open === 0) emptied?.();
          done(exchange);
        });
        open++;
        origin.open++;
        origin.pool.dispatch(
          {
            path: withQuery(target.path, request.secretQuery ?? []),
            method: request.method as Dispatcher.HttpMethod,
            headers,
            body: request.body && asBuffer(request.body),
          },
          handler,
        );
      });
    },
    async close() {
      closing = true;
      if (open > 0) await new Promise<void>((resolve) => (emptied = resolve));
      await origins.destroy();
    },
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
