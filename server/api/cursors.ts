import { createHash } from 'node:crypto';
import { foreignCursor } from './route.ts';

const MARK = 6;

/** The beginning of every cursor of the list at this address. */
const markOf = (path: string) => createHash('sha256').update(path).digest('base64url').slice(0, MARK);

/**
 * Marks the cursor of an answer with the list that it is of. Else one of another list would show a page from somewhere in
 * the middle. `path`: the list's address, without its query.
 */
export function marked(body: unknown, path: string): unknown {
  const { next_cursor: cursor } = (body ?? {}) as { next_cursor?: unknown };
  return typeof cursor === 'string' ? { ...(body as object), next_cursor: markOf(path) + cursor } : body;
}

/** The query with its cursor as the list made it. Throws a 400 for a cursor of another list, or none of ours. */
export function unmarked(query: unknown, path: string): unknown {
  const { cursor } = query as { cursor?: unknown };
  if (cursor === undefined) return query;
  if (typeof cursor !== 'string' || !cursor.startsWith(markOf(path))) throw foreignCursor();
  return { ...(query as object), cursor: cursor.slice(MARK) };
}
