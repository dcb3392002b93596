import { isUtf8 } from 'node:buffer';
import { z } from 'zod';

/** A header, in answers. */
export const headerShown = z.object({ name: z.string(), value: z.string() });
/** A body, in answers. */
export const bodyShown = z
  .object({ encoding: z.enum(['text', 'base64']), content: z.string(), bytes: z.number().int() })
  .nullable();

/** Bytes as text where they are UTF-8, else as base64, so that nothing is lost. */
export function showBody(bytes: Uint8Array | null): z.output<typeof bodyShown> {
  if (bytes === null) return null;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = isUtf8(buffer) ? 'text' : 'base64';
  return { encoding, content: buffer.toString(encoding === 'text' ? 'utf8' : 'base64'), bytes: buffer.length };
}

/** Pairs of names and values as answers show them. */
export const showHeaders = (pairs: readonly [string, string][]) => pairs.map(([name, value]) => ({ name, value }));
