import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Received } from './behaviour.ts';
import * as does from './behaviour.ts';
import { selfSigned } from './certificate.ts';

export type { Behaviour, Received } from './behaviour.ts';
export * as does from './behaviour.ts';

export interface ReceiverOptions {
  /** Speaks TLS with a certificate made for these names, which no one trusts unless given `certificate`. */
  tls?: string[];
  /** What is done with paths without a behaviour of their own; answers `{"ok":true}` unless given. */
  fallback?: does.Behaviour;
  host?: string;
}

/** A real HTTP server on loopback that records what it gets and can behave badly. */
export interface Receiver {
  url: string;
  port: number;
  /** PEM, when it speaks TLS. */
  certificate: string | null;
  /** Every request so far, in the order of completion. */
  requests: Received[];
  /** Requests whose answer hasn't ended. */
  readonly open: number;
  /** The most there were at one time. */
  readonly maxOpen: number;
  /** Connections ever accepted. */
  readonly connections: number;
  /** From now on, requests to `path` are treated so. */
  on(path: string, behaviour: does.Behaviour): void;
  /** Waits until so many requests have come, or until the condition holds; fails after `ms`. */
  waitFor(wanted: number | ((requests: Received[]) => boolean), ms?: number): Promise<Received[]>;
  /** Closes connections on which nothing is going on. */
  closeIdle(): void;
  close(): Promise<void>;
}

/** Paths that misbehave without being told to. `/status/500` answers that status, any other path `{"ok":true}`. */
const BUILT_IN: Record<string, () => does.Behaviour> = {
  '/hang': () => does.hang(),
  '/drip': () => does.drip(),
  '/reset': () => does.reset(),
  '/redirect': () => does.redirect(),
  '/large': () => does.large(),
  '/bomb': () => does.bomb(),
  '/invalid-json': () => does.invalidJson(),
  '/429': () => does.tooMany('2'),
  '/recovers': () => does.statuses(500, 500, 200),
};
const MAX_BODY = 16 * 1024 * 1024;

/** Starts a receiver on an ephemeral port. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  const identity = options.tls ? selfSigned(options.tls) : null;
  const behaviours = new Map(Object.entries(BUILT_IN).map(([path, make]) => [path, make()]));
  const fallback = options.fallback ?? does.json({ ok: true });
  const sockets = new Map<Socket, number>();
  const waiting = new Set<() => void>();
  const requests: Received[] = [];
  let connections = 0;
  let open = 0;
  let maxOpen = 0;

  const take = (request: IncomingMessage, response: ServerResponse) => {
    maxOpen = Math.max(maxOpen, ++open);
    response.on('close', () => open--);
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const url = request.url ?? '/';
      const received: Received = {
        method: request.method ?? '',
        url,
        path: url.split('?')[0]!,
        headers: request.headers as Record<string, string>,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks),
        at: Date.now(),
        connection: sockets.get(request.socket) ?? 0,
      };
      requests.push(received);
      for (const check of waiting) check();
      const status = /^\/status\/(\d{3})$/.exec(received.path);
      const behaviour = behaviours.get(received.path) ?? (status ? does.json({}, Number(status[1])) : fallback);
      behaviour(received, response);
    });
  };
  const server: Server = identity ? createSecureServer(identity, take) : createServer(take);
  server.on(identity ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.set(socket, ++connections);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `${identity ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    certificate: identity?.cert ?? null,
    requests,
    get open() {
      return open;
    },
    get maxOpen() {
      return maxOpen;
    },
    get connections() {
      return connections;
    },
    on: (path, behaviour) => void behaviours.set(path, behaviour),
    waitFor(wanted, ms = 30_000) {
      const holds = () => (typeof wanted === 'number' ? requests.length >= wanted : wanted(requests));
      return new Promise((resolve, reject) => {
        if (holds()) return resolve(requests);
        const end = () => {
          clearTimeout(timer);
          waiting.delete(check);
        };
        const check = () => {
          if (!holds()) return;
          end();
          resolve(requests);
        };
        const timer = setTimeout(() => {
          end();
          const what = typeof wanted === 'number' ? `${wanted} requests` : 'what it waited for';
          reject(new Error(`after ${ms} ms the receiver had ${requests.length} requests, not ${what}`));
        }, ms);
        waiting.add(check);
      });
    },
    closeIdle: () => server.closeIdleConnections(),
    async close() {
      for (const socket of sockets.keys()) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
