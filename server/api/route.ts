import { z } from 'zod';
import type { Action, Caller, Scope, SignIn } from '../accounts/index.ts';
import type { Keyring } from '../connections/index.ts';
import type { Door } from '../flow/ingest/index.ts';
import type { RenderPool } from '../flow/rendering/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import type { Egress } from '../platform/egress/index.ts';
import { type IdKind, PREFIX, parse } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import type { Signals } from '../platform/signals.ts';
import { cleanText } from '../platform/text.ts';
import { Problem } from './problem.ts';

/** What routes may use. */
export interface ApiParts {
  database: Database;
  clock: Clock;
  log: Log;
  signals: Signals;
  secrets: { seal(plain: string): Buffer; open(sealed: Buffer): string };
  renderPool: RenderPool;
  door: Door;
  signIn: SignIn;
  keyring: Keyring;
  /** The way to the outside, for trying webhooks. */
  egress: Egress;
  /** What links begin with. */
  publicUrl: string;
  /** How requests leave, as it is set for the installation; `proxy` is its host and port. */
  leaving: { addresses: readonly string[]; allow: readonly string[]; proxy: string | null };
}

type Schema = z.ZodType;
type Out<S> = S extends Schema ? z.output<S> : undefined;

/** A call as its handler gets it: checked already. */
export interface Call<P, Q, B> {
  caller: Caller;
  params: P;
  query: Q;
  body: B;
  parts: ApiParts;
}

/** What a handler answers; 200 unless it says otherwise. */
export interface Answer {
  status?: number;
  body?: unknown;
  /** Sent as it is, in place of a body: a file. */
  file?: { type: string; name: string; text: string };
}

/** A route: what it takes, what it answers, and who may call it. OpenAPI is made from this. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` for parameters; below /api/v1. */
  path: string;
  /** What a key needs. */
  scope: Scope;
  /** What a person's role must allow; by scope and method unless named (see actionOf). */
  action?: Action;
  /** It changes nothing, whatever its method: a preview, a trial. */
  reads?: boolean;
  tag: string;
  summary: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: Schema;
  /** What comes back when it works, by status. */
  answers: Record<number, { description: string; schema?: Schema; type?: string }>;
  handler: (call: Call<never, never, never>) => Promise<Answer>;
}

/** Declares a route; the handler's types follow from the schemas. */
export function route<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends Schema | undefined = undefined,
>(
  made: Omit<Route, 'handler' | 'params' | 'query' | 'body'> & {
    params?: P;
    query?: Q;
    body?: B;
    handler: (call: Call<Out<P>, Out<Q>, Out<B>>) => Promise<Answer>;
  },
): Route {
  return made as unknown as Route;
}

/** A path parameter that holds an id of a kind: bare inside, prefixed outside. An id of another kind or form is a 404. */
export function idParam(kind: IdKind) {
  return z
    .string()
    .transform((text) => {
      const id = parse(kind, text);
      if (id === null)
        throw new Problem(404, `${text.slice(0, 60)} is no id of this kind: those begin with ${PREFIX[kind]}_.`);
      return id;
    })
    .meta({ idKind: kind });
}

/** Query of every list: how many, and where to go on. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});

/** Answer of every list. */
export function listOf(item: Schema) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** Cuts a list that was read with one row more than asked for, and makes the cursor of the next page. */
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  present: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    next_cursor: rows.length > limit && last !== undefined ? Buffer.from(cursorOf(last)).toString('base64url') : null,
  };
}

/** The text in a cursor, null without one. */
export function cursorText(cursor: string | undefined): string | null {
  return cursor === undefined ? null : cleanText(Buffer.from(cursor, 'base64url').toString('utf8'));
}

/** 400 for a cursor that we never gave. */
export function foreignCursor(): Problem {
  return new Problem(400, 'The cursor is none of this list.', [
    { field: 'query.cursor', message: 'must be the next_cursor of an earlier answer of the same list' },
  ]);
}

/** A cursor that is a bare id; anything else is a 400 that names it. */
export function cursorId(cursor: string | undefined): string | null {
  const text = cursorText(cursor);
  if (text !== null && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) {
    throw foreignCursor();
  }
  return text;
}

/** ISO 8601 of ms, null for null. */
export function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
