import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What a receiver saw under one webhook-id. */
export interface Seen {
  key: string;
  digest: string;
  times: number;
  /** Times that it was answered with 200. */
  accepted: number;
  /** When each request arrived: performance.now(), ms. */
  at: number[];
}

/** How a receiver is: well, refusing connections, failing (503), or hanging (it answers nothing). */
export type Mood = 'well' | 'refusing' | 'failing' | 'hanging';

export interface ReceiverOptions {
  /** Shares of requests that are answered by a reset, and with 500. Default: 3 and 5 in 100. */
  resets?: number;
  errors?: number;
  /** Share that is answered after a second and a half. Default: none. */
  slow?: number;
  /** Called with each webhook-id before anything is answered. */
  arrived?: (id: string) => void;
}

/** What requests are compared by: method, target, content type and body. */
export function digestOf(method: string, target: string, contentType: string, body: Uint8Array): string {
  return createHash('sha256').update(`${method} ${target} ${contentType} `).update(body).digest('hex');
}

/** A receiver that takes its time (10 to 60 ms), mostly answers 200, and sometimes 500 or a reset. */
export async function chaosReceiver(random: () => number, options: ReceiverOptions = {}) {
  const { resets = 0.03, errors = 0.05, slow = 0, arrived } = options;
  const seen = new Map<string, Seen>();
  const differing: string[] = [];
  const sockets = new Set<Socket>();
  let mood: Mood = 'well';
  const crowds: { at: number; working: number }[] = [];
  let open = 0;
  let working = 0;
  const server = createServer((request, response) => {
    open++;
    response.on('close', () => open--);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const key = String(request.headers['idempotency-key']);
      const { method = '', url = '' } = request;
      const digest = digestOf(method, url, String(request.headers['content-type']), Buffer.concat(chunks));
      const known = seen.get(id);
      if (known && (known.digest !== digest || known.key !== key)) differing.push(id);
      const entry = known ?? { key, digest, times: 0, accepted: 0, at: [] };
      entry.times++;
      entry.at.push(performance.now());
      seen.set(id, entry);
      arrived?.(id);
      const fate = random();
      const then = mood;
      if (then === 'hanging') return;
      working++;
      crowds.push({ at: performance.now(), working });
      setTimeout(
        () => {
          working--;
          if (fate < resets) return request.socket.resetAndDestroy();
          const status = then === 'failing' ? 503 : fate < resets + errors ? 500 : 200;
          if (status === 200) entry.accepted++;
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(`{"lead":"${id.slice(-6)}","ok":true}`);
        },
        fate > 1 - slow ? 1_500 : 10 + random() * 50,
      );
    });
  });
  server.on('connection', (socket) => {
    if (mood === 'refusing') return socket.resetAndDestroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    differing,
    open: () => open,
    /** How many it worked on whenever one arrived, those included whose senders are gone. */
    crowds,
    /** Changes how it is; what was left unanswered ends with the outage. */
    be(next: Mood) {
      if (mood === 'hanging' || next === 'refusing') for (const socket of sockets) socket.destroy();
      mood = next;
    },
    /** Resets every connection that is open. Returns how many. */
    reset() {
      const all = [...sockets];
      for (const socket of all) socket.resetAndDestroy();
      return all.length;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Receiver = Awaited<ReturnType<typeof chaosReceiver>>;
