import { z } from 'zod';
import { lastWriter } from '../../accounts/index.ts';
import { present } from '../../platform/ids.ts';
import { Problem } from '../problem.ts';
import { type ApiParts, iso } from '../route.ts';

/** What a save says about what it was made of. */
export const revisionQuery = z.object({
  revision: z.string().max(100).optional().meta({
    description:
      'The revision that was read: what somebody saved since then is not overwritten (409). Without it, it is',
  }),
});

const FIELDS = { scenario: ['name', 'description', 'draft'], webhook: ['name', 'description', 'url'] };

/** The 409 of a save that was made of an older reading, with who saved since, and when, if that is known. */
export async function changedMeanwhile(
  { database }: Pick<ApiParts, 'database'>,
  workspaceId: string,
  thing: { kind: 'scenario' | 'webhook'; id: string; name: string },
): Promise<Problem> {
  const thingId = present(thing.kind, thing.id);
  const of = { thing: `${thing.kind}s`, thingId, fields: FIELDS[thing.kind] };
  const writer = await lastWriter(database, workspaceId, of);
  const who = writer?.actorName ?? 'Somebody';
  const name = thing.name.slice(0, 100);
  return new Problem(
    409,
    `${who} saved the ${thing.kind} "${name}" after you read it, so nothing was changed. Read it again, then save yours over it or give yours up.`,
    [],
    { changed_by: writer?.actorName ?? null, changed_at: writer ? iso(writer.at) : null },
  );
}
