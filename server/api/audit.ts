import type { FastifyRequest } from 'fastify';
import { type Caller, writeAudit } from '../accounts/index.ts';
import { messageOf } from '../platform/errors.ts';
import { changesBetween } from './changes.ts';
import type { Answer, ApiParts, Call, Route } from './route.ts';

const MAX_FIELDS = 50;
// What is about people outside, who can be erased, isn't kept here a second time: names of fields alone.
const PERSONAL = new Set(['profiles', 'enrollments', 'deliveries', 'failed-facts']);
const PAGE = 200;
const MAX_PAGES = 5;

type Thing = Record<string, unknown>;
/** Reads a thing as the API shows it; null when there is none. */
type Look = (call: Call<never, never, never>, id: string | null) => Promise<Thing | null>;

const thingOf = (route: Route) => route.path.split('/')[1] ?? '';

/**
 * How the thing that a route changes can be looked at: by the route that shows one, else by the list that it is in
 * (the first 1,000). Null when its values aren't written down.
 */
export function lookAt(routes: readonly Route[], changed: Route): Look | null {
  const thing = thingOf(changed);
  if (changed.method === 'GET' || changed.reads || PERSONAL.has(thing)) return null;
  const gets = routes.filter((one) => one.method === 'GET');
  const one = gets.find(({ path }) => new RegExp(`^/${thing}/\\{\\w+\\}$`).test(path));
  const all = gets.find(({ path }) => path === `/${thing}`);
  const ask = async (of: Route, call: Call<never, never, never>, params: object, query: object): Promise<unknown> =>
    (await of.handler({ ...call, params: params as never, query: query as never, body: undefined as never })).body;
  return async (call, id) => {
    if (one) {
      const name = Object.keys(one.params?.shape ?? {})[0]!;
      const parsed = id === null ? undefined : one.params?.safeParse({ [name]: id });
      return parsed?.success ? ((await ask(one, call, parsed.data, {})) as Thing) : null;
    }
    if (!all) return null;
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const body = (await ask(all, call, {}, { limit: PAGE, cursor })) as Thing & {
        items?: Thing[];
        next_cursor?: string | null;
      };
      if (!body.items) return body;
      const found = body.items.find((item) => id !== null && (item.id ?? item.name) === id);
      if (found || !body.next_cursor) return found ?? null;
      cursor = body.next_cursor;
    }
    return null;
  };
}

/** As `look`, but null when it fails. Fails open: the change is what was asked for, not its record. */
export async function seen(
  look: Look | null,
  call: Call<never, never, never>,
  id: string | null,
): Promise<Thing | null> {
  return (await look?.(call, id).catch(() => null)) ?? null;
}

/** The id in the path of a call, as the caller gave it; null when the path has none. */
export function namedIn(request: FastifyRequest): string | null {
  return Object.values(request.params as Record<string, string>)[0] ?? null;
}

/**
 * Writes down who changed what, after it worked, with the values before and after. Fails open: the change is made
 * already, and a caller that were told of a failure would make it again; the log says so.
 */
export async function record(
  parts: ApiParts,
  caller: Caller,
  route: Route,
  request: FastifyRequest,
  answer: Answer,
  states: { before: Thing | null; after: Thing | null },
): Promise<void> {
  if (route.reads) return;
  const { before, after } = states;
  const made = (answer.body as { id?: unknown } | undefined)?.id;
  const known = after ?? before;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value.slice(0, 300) : null);
  const body = typeof request.body === 'object' && request.body !== null ? Object.keys(request.body) : [];
  const entry = {
    actorKind: caller.person ? ('person' as const) : ('key' as const),
    actorId: caller.keyId,
    actorName: caller.name,
    action: route.summary.slice(0, 200),
    thing: thingOf(route) || null,
    thingId: text(known?.id) ?? text(namedIn(request)) ?? text(made),
    thingName: text(known?.name) ?? text(known?.email),
    fields: body.slice(0, MAX_FIELDS).map((name) => name.slice(0, 100)),
    changes: known ? changesBetween(before, after) : [],
  };
  await writeAudit(parts.database, caller.workspaceId, entry, parts.clock.now()).catch((error: unknown) =>
    parts.log.warn({ error: messageOf(error), route: route.path }, 'a change could not be written into the audit log'),
  );
}
