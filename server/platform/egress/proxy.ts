import { Buffer } from 'node:buffer';
import { isIP, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { messageOf, type Trouble, trouble } from '../errors.ts';
import { EgressError } from './failure.ts';
import type { ProxyGate } from './proxy-gate.ts';

/** An HTTP proxy that every connection to the outside goes through, by CONNECT (RFC 9110, 9.3.6). */
export interface EgressProxy {
  protocol: 'http:' | 'https:';
  host: string;
  port: number;
  /** Host and port, for people; credentials are never in it. */
  name: string;
  /** The value of Proxy-Authorization. */
  authorization: string | null;
}

/** What a connection through a proxy shows while it is opened. */
export interface ProxyLine {
  proxy: string | null;
  /** The proxy itself has not taken the connection yet. */
  opening: boolean;
}

/** The proxy itself must take the connection within this; it stands near. */
const OPEN_MS = 2_500;
const MAX_HEAD_BYTES = 16_384;
/** The proxy's word that the address can't be reached: the other side's trouble. Everything else is ours. */
const TARGET_STATUSES = new Set([502, 503, 504]);

/**
 * Reads `http://user:password@host:port`. Throws a RangeError whose message is a sentence for whoever wrote it; it quotes
 * nothing, since the text may hold a password.
 */
export function parseProxy(text: string): EgressProxy {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    throw new RangeError('a proxy is written as http://proxy.example:3128 or https://user:password@proxy.example:443');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new RangeError('a proxy has no path; write it as http://proxy.example:3128');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  let authorization: string | null = null;
  if (url.username !== '' || url.password !== '') {
    const plain = `${decode(url.username)}:${decode(url.password)}`;
    authorization = `Basic ${Buffer.from(plain).toString('base64')}`;
  }
  return { protocol: url.protocol, host, port, name: `${url.hostname}:${port}`, authorization };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError('the user name or password of the proxy holds a % that is no code; write a % as %25');
  }
}

/**
 * A connector that opens the socket to the proxy, has it connect to the address (a number, checked already, never a name),
 * and goes on with `connector` for the TLS inside. What the proxy itself does wrong is our own trouble, which uses up no
 * try; after it the gate keeps from asking at once again.
 */
export function tunnel(
  proxy: EgressProxy,
  connectors: { toProxy: buildConnector.connector; inside: buildConnector.connector },
  gate: ProxyGate,
  line: ProxyLine,
): buildConnector.connector {
  return (target, callback) => {
    const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80));
    const authority = `${isIP(target.hostname) === 6 ? `[${target.hostname}]` : target.hostname}:${port}`;
    line.proxy = proxy.name;
    const closed = gate.closed(authority);
    if (closed) return callback(new EgressError(closed), null);
    let dropped = false;
    let socket: Socket | null = null;
    const work = async () => {
      socket = await open(proxy, connectors.toProxy, line);
      if (dropped) throw new Error('given up');
      await ask(socket, proxy, authority);
      gate.open(authority);
    };
    work().then(
      () => {
        if (target.protocol === 'https:') connectors.inside({ ...target, httpSocket: socket! }, callback);
        else callback(null, socket!);
      },
      (error: Error) => {
        socket?.destroy();
        if (!dropped && error instanceof EgressError && error.trouble.class === 'ours')
          gate.close(error.trouble.code === 'proxy_refused' ? authority : null, error.trouble);
        callback(error, null);
      },
    );
    // Whoever waits no longer destroys what there is.
    return {
      destroy() {
        dropped = true;
        socket?.destroy();
      },
    } as unknown as undefined;
  };
}

const ours = (code: string, message: string): EgressError => new EgressError(trouble('ours', code, message));

/** A socket to the proxy itself, with TLS when it is an https one. */
function open(proxy: EgressProxy, connector: buildConnector.connector, line: ProxyLine): Promise<Socket> {
  line.opening = true;
  return new Promise<Socket>((resolve, reject) => {
    let late = false;
    const fail = (why: string) =>
      reject(ours('proxy_unreachable', `Nothing was sent: the proxy ${proxy.name} could not be reached (${why})`));
    const timer = setTimeout(() => {
      late = true;
      pending?.destroy?.();
      fail(`it took no connection within ${OPEN_MS} ms`);
    }, OPEN_MS);
    const host = isIP(proxy.host) === 6 ? `[${proxy.host}]` : proxy.host;
    const target = { hostname: proxy.host, host, protocol: proxy.protocol, port: String(proxy.port) };
    const pending = connector(target, (error, socket) => {
      clearTimeout(timer);
      if (late) socket?.on('error', () => {}).destroy();
      else if (error) fail((error as { code?: string }).code ?? messageOf(error));
      else resolve(socket as Socket);
    }) as unknown as Socket | undefined;
  }).finally(() => {
    line.opening = false;
  });
}

/** Asks for a connection to `authority`. The socket is as fresh afterwards: nothing of the answer is left in it. */
function ask(socket: Socket, proxy: EgressProxy, authority: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const end = (error: EgressError | null) => {
      socket.off('readable', read).off('error', broken).off('end', broken).off('close', broken);
      if (error) reject(error);
      else resolve();
    };
    const broken = () => end(ours('proxy_closed', `Nothing was sent: the proxy ${proxy.name} closed the connection`));
    const read = () => {
      for (let chunk = socket.read() as Buffer | null; chunk !== null; chunk = socket.read() as Buffer | null)
        head = Buffer.concat([head, chunk]);
      const at = head.indexOf('\r\n\r\n');
      if (at === -1 && head.length <= MAX_HEAD_BYTES) return;
      const status = Number(/^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head.toString('latin1', 0, 20))?.[1] ?? 0);
      const said = verdict(status, proxy, authority);
      if (said) return end(new EgressError(said));
      // The other side speaks after us: more than the head would be bytes that nobody asked for.
      if (head.length > at + 4 || at === -1)
        return end(ours('proxy_protocol', `Nothing was sent: the proxy ${proxy.name} did not answer in HTTP`));
      end(null);
    };
    socket.on('readable', read).on('error', broken).on('end', broken).on('close', broken);
    const authorization = proxy.authorization === null ? '' : `Proxy-Authorization: ${proxy.authorization}\r\n`;
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  });
}

function verdict(status: number, proxy: EgressProxy, authority: string): Trouble | null {
  if (status >= 200 && status < 300) return null;
  if (status === 0)
    return trouble('ours', 'proxy_protocol', `Nothing was sent: the proxy ${proxy.name} did not answer in HTTP`);
  if (status === 407)
    return trouble(
      'ours',
      'proxy_auth',
      `Nothing was sent: the proxy ${proxy.name} wants other credentials (407). Check HANDOFF_EGRESS_PROXY`,
    );
  if (TARGET_STATUSES.has(status))
    return trouble('retryable', 'unreachable', `The proxy ${proxy.name} could not connect to ${authority} (${status})`);
  return trouble(
    'ours',
    'proxy_refused',
    `Nothing was sent: the proxy ${proxy.name} refused to connect to ${authority} (${status}). Allow it there`,
  );
}
