import type { FastifyRequest } from 'fastify';
import { type Caller, writeAudit } from '../accounts/index.ts';
import { messageOf } from '../platform/errors.ts';
import type { Answer, ApiParts, Route } from './route.ts';

const MAX_FIELDS = 50;

/**
 * Writes down who changed what, after it worked. Fails open: the change is made already, and a caller that were told of
 * a failure would make it again; the log says so.
 */
export async function record(
  parts: ApiParts,
  caller: Caller,
  route: Route,
  request: FastifyRequest,
  answer: Answer,
): Promise<void> {
  if (route.reads) return;
  const params = Object.values(request.params as Record<string, string>);
  const made = (answer.body as { id?: unknown } | undefined)?.id;
  const body = typeof request.body === 'object' && request.body !== null ? Object.keys(request.body) : [];
  const entry = {
    actorKind: caller.person ? ('person' as const) : ('key' as const),
    actorId: caller.keyId,
    actorName: caller.name,
    action: route.summary.slice(0, 200),
    thing: route.path.split('/')[1] ?? null,
    thingId: (params[0] ?? (typeof made === 'string' ? made : null))?.slice(0, 300) ?? null,
    fields: body.slice(0, MAX_FIELDS).map((name) => name.slice(0, 100)),
  };
  await writeAudit(parts.database, caller.workspaceId, entry, parts.clock.now()).catch((error: unknown) =>
    parts.log.warn({ error: messageOf(error), route: route.path }, 'a change could not be written into the audit log'),
  );
}
