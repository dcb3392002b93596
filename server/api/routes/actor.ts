import { z } from 'zod';
import type { Caller } from '../../accounts/index.ts';
import type { Actor } from '../../flow/inbox/index.ts';
import { present } from '../../platform/ids.ts';

export const actorSchema = z.object({
  kind: z.enum(['person', 'key']),
  id: z.string(),
  name: z.string().meta({ description: 'As it was then' }),
});

/** The caller as who changes something. */
export function actorOf(caller: Caller): Actor {
  return { kind: caller.person ? 'person' : 'key', id: caller.keyId, name: caller.name };
}

/** Who changed something, with the id as it is outside. */
export function presentActor({ kind, id, name }: Actor) {
  return { kind, id: present(kind === 'person' ? 'member' : 'apiKey', id), name };
}
