import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

/** A request as it arrived. */
export interface Received {
  method: string;
  /** Path and query, as written on the wire. */
  url: string;
  path: string;
  /** By lower-case name, as node:http joins them. */
  headers: Record<string, string>;
  /** Names and values in turn, as they came. */
  rawHeaders: string[];
  body: Buffer;
  /** Milliseconds since the epoch, when the body was complete. */
  at: number;
  /** Which of the receiver's connections carried it, counted from 1. */
  connection: number;
}

/** How the receiver answers a request. */
export type Behaviour = (request: Received, response: ServerResponse) => void;

/** Answers JSON. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Behaviour {
  return (_, response) => {
    const body = JSON.stringify(value);
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...headers,
    });
    response.end(body);
  };
}

/** Answers bytes. */
export function bytes(body: Buffer | string, headers: Record<string, string> = {}, status = 200): Behaviour {
  return (_, response) => response.writeHead(status, headers).end(body);
}

/** Takes the given behaviours in turn; the last one stays. */
export function sequence(...steps: Behaviour[]): Behaviour {
  let next = 0;
  return (request, response) => steps[Math.min(next++, steps.length - 1)]!(request, response);
}

/** Answers these statuses in turn; the last one stays. */
export function statuses(...list: number[]): Behaviour {
  return sequence(...list.map((status) => json({ status }, status)));
}

/** Never answers. */
export function hang(): Behaviour {
  return () => {};
}

/** Answers headers at once, and then a byte of the body every `ms`. */
export function drip(ms = 1000): Behaviour {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000_000 });
    response.write('{');
    const timer = setInterval(() => response.write(' '), ms);
    response.on('close', () => clearInterval(timer));
  };
}

/** Resets the connection (RST), after `sent` bytes of an answer if given. */
export function reset(sent = ''): Behaviour {
  return (_, response) => {
    const socket = response.socket!;
    if (sent) socket.write(sent, () => socket.resetAndDestroy());
    else socket.resetAndDestroy();
  };
}

/** Redirects, by default to where clouds serve their credentials. */
export function redirect(location = 'http://169.254.169.254/latest/meta-data/', status = 302): Behaviour {
  return bytes('', { location }, status);
}

/** Answers a body of `size` bytes, as fast as it is read. */
export function large(size = 10 * 1024 * 1024): Behaviour {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': size });
    const piece = Buffer.alloc(65_536, 'x');
    let left = size;
    const more = () => {
      while (left > 0 && !response.destroyed) {
        const part = piece.subarray(0, Math.min(left, piece.length));
        left -= part.length;
        if (!response.write(part)) return void response.once('drain', more);
      }
      if (!response.destroyed) response.end();
    };
    more();
  };
}

const ENCODERS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

/** Answers a compressed body. */
export function compressed(body: Buffer | string, encoding: keyof typeof ENCODERS = 'gzip'): Behaviour {
  const packed = ENCODERS[encoding](body);
  return bytes(packed, { 'content-encoding': encoding, 'content-type': 'application/json' });
}

let packedBomb: Buffer | undefined;

/** Answers 50 KB of gzip that would become 50 MB. */
export function bomb(): Behaviour {
  packedBomb ??= gzipSync(Buffer.alloc(50 * 1024 * 1024), { level: 9 });
  return bytes(packedBomb, { 'content-encoding': 'gzip', 'content-type': 'application/json' });
}

/** Says that it is JSON, which it isn't. */
export function invalidJson(): Behaviour {
  return bytes('{"name": "Ann", ', { 'content-type': 'application/json' });
}

/** Answers 429 with Retry-After (seconds, or an HTTP date). */
export function tooMany(retryAfter: string): Behaviour {
  return json({ error: 'slow down' }, 429, { 'retry-after': retryAfter });
}
