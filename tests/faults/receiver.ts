import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver saw under one webhook-id. */
export interface Seen {
  key: string;
  digest: string;
  times: number;
  /** Times that it was answered with 200. */
  accepted: number;
}

/** A receiver that takes its time (10 to 60 ms), mostly answers 200, and sometimes 500 or a reset. */
export async function chaosReceiver(random: () => number) {
  const seen = new Map<string, Seen>();
  const differing: string[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    open++;
    response.on('close', () => open--);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const key = String(request.headers['idempotency-key']);
      const digest = createHash('sha256')
        .update(`${request.method} ${request.url} ${request.headers['content-type']} `)
        .update(Buffer.concat(chunks))
        .digest('hex');
      const known = seen.get(id);
      if (known && (known.digest !== digest || known.key !== key)) differing.push(id);
      const entry = known ?? { key, digest, times: 0, accepted: 0 };
      entry.times++;
      seen.set(id, entry);
      const fate = random();
      setTimeout(
        () => {
          if (fate < 0.03) return request.socket.destroy();
          if (fate >= 0.08) entry.accepted++;
          response.writeHead(fate < 0.08 ? 500 : 200, { 'content-type': 'application/json' });
          response.end(`{"lead":"${id.slice(-6)}","ok":true}`);
        },
        10 + random() * 50,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    differing,
    open: () => open,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
