import { createHash } from 'node:crypto';

/**
 * A short name for what a thing holds: of two readings with the same name, nothing in between was changed (or it was
 * changed back). `parts` are the texts that a save replaces.
 */
export function revisionOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}
