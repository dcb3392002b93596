import type { Clock } from '../platform/clock.ts';
import type { Database } from '../platform/database/index.ts';
import { firstWorkspace } from './first-run.ts';
import { createLink } from './links.ts';
import { anyMember, memberByEmail } from './people.ts';

/** The token of a link for the first person, or null when there is a person already. An earlier one stops working. */
export async function firstLink(parts: { database: Database; clock: Clock }): Promise<string | null> {
  const { database, clock } = parts;
  if (await anyMember(database)) return null;
  const made = {
    workspaceId: await firstWorkspace(database),
    kind: 'first',
    email: null,
    role: 'administrator',
  } as const;
  return (await createLink(database, { ...made, now: clock.now() })).token;
}

/**
 * The token of a link with which someone who is locked out signs in and sets a new password; null when nobody has the
 * email. Without an email and without any person, it is the first person's.
 */
export async function rescueLink(
  parts: { database: Database; clock: Clock },
  email: string | null,
): Promise<string | null> {
  const { database, clock } = parts;
  if (email === null) return firstLink(parts);
  const member = await memberByEmail(database, email.toLowerCase());
  if (!member) return null;
  const { workspaceId, role } = member;
  return (await createLink(database, { workspaceId, kind: 'sign_in', email: member.email, role, now: clock.now() }))
    .token;
}
