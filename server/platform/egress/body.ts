import { Buffer } from 'node:buffer';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** How much of an answer is kept, before and after decompressing, unless the request says otherwise: 64 KB. */
export const BODY_LIMIT = 65_536;

/**
 * Decompresses what came of a body, up to `limit` bytes out; the rest is never inflated, so a bomb costs no more than
 * an honest body. Damaged or unknown encodings give what could be read and `cut`: compressed bytes are never handed on,
 * since nobody could see what they hold.
 */
export function decode(raw: Buffer, encoding: string, limit = BODY_LIMIT): Promise<{ body: Buffer; cut: boolean }> {
  const stream = decoder(raw, encoding);
  if (!stream) return Promise.resolve({ body: Buffer.alloc(0), cut: raw.length > 0 });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (cut: boolean) => {
      stream.destroy();
      const body = Buffer.concat(chunks, Math.min(size, limit));
      resolve({ body, cut });
    };
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) finish(true);
    });
    stream.on('end', () => finish(false));
    stream.on('error', () => finish(true));
    stream.end(raw);
  });
}

function decoder(raw: Buffer, encoding: string): Transform | null {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      // Some servers send raw deflate; a zlib header begins with compression method 8 (RFC 1950).
      return ((raw[0] ?? 0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    default:
      return null;
  }
}
