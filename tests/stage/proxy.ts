import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { selfSigned } from './certificate.ts';

export interface ConnectProxyOptions {
  /** `user:password` that it asks for. */
  credentials?: string;
  /** Speaks TLS itself, with a certificate for these names. */
  tls?: string[];
  /** Where a CONNECT leads instead of the address that it names; a stand-in for the public internet. */
  leadTo?: number;
}

/** A real HTTP proxy that knows CONNECT alone and records every one. */
export interface ConnectProxy {
  port: number;
  /** PEM, when it speaks TLS. */
  certificate: string | null;
  /** What was asked for, as `host:port`, in order; also what was refused. */
  asked: string[];
  /** Requests that were no CONNECT. */
  readonly others: number;
  /** From now on it answers every CONNECT with this status; 200 again lets it connect, 0 lets it hang. */
  answer(status: number): void;
  close(): Promise<void>;
}

/** Starts one on loopback, on an ephemeral port or the one given. */
export async function startConnectProxy(options: ConnectProxyOptions = {}, port = 0): Promise<ConnectProxy> {
  const identity = options.tls ? selfSigned(options.tls) : null;
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  let others = 0;
  let status = 200;
  const server = identity ? createSecureServer(identity) : createServer();
  server.on('request', (_, response) => {
    others++;
    response.writeHead(405).end();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    client.on('error', () => {});
    asked.push(request.url ?? '');
    const refuse = (code: number) => client.end(`HTTP/1.1 ${code} No\r\nContent-Length: 0\r\n\r\n`);
    if (status === 0) return;
    if (status !== 200) return refuse(status);
    const wanted = options.credentials && `Basic ${Buffer.from(options.credentials).toString('base64')}`;
    if (wanted && request.headers['proxy-authorization'] !== wanted) return refuse(407);
    const at = /^\[?(.+?)\]?:(\d+)$/.exec(request.url ?? '');
    if (!at) return refuse(400);
    const to = options.leadTo ? { host: '127.0.0.1', port: options.leadTo } : { host: at[1]!, port: Number(at[2]) };
    const upstream = connect(to);
    sockets.add(upstream);
    upstream.on('close', () => {
      sockets.delete(upstream);
      client.destroy();
    });
    upstream.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\nVia: stage\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => refuse(502));
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    certificate: identity?.cert ?? null,
    asked,
    get others() {
      return others;
    },
    answer: (code) => {
      status = code;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
