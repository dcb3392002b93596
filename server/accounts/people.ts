import type { Clock } from '../platform/clock.ts';
import type { Connection, Database, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import type { Authentication } from './authentication.ts';
import type { Role } from './roles.ts';
import type { SignIn } from './sign-in.ts';

/** A person in a workspace. `id` is the membership's. Times in ms. */
export interface Member {
  workspaceId: string;
  id: string;
  personId: string;
  name: string;
  email: string;
  role: Role;
  createdAt: number;
  lastSeenAt: number | null;
}

const COLUMNS = `m.workspace_id AS "workspaceId", m.id, m.person_id AS "personId", p.name, p.email, m.role, m.created_at AS "createdAt",
  m.last_seen_at AS "lastSeenAt"`;
const FROM = 'members m JOIN people p ON p.id = m.person_id';
const q = (name: string, text: string): Sql => ({ name: `member-${name}`, text });
const any = q('any', 'SELECT 1 FROM members LIMIT 1');
const ofPerson = q('of-person', `SELECT ${COLUMNS} FROM ${FROM} WHERE m.person_id = $1`);
const ofEmail = q('of-email', `SELECT ${COLUMNS} FROM ${FROM} WHERE p.email = $1`);
const list = q(
  'list',
  `SELECT ${COLUMNS} FROM ${FROM} WHERE m.workspace_id = $1 AND ($2::uuid IS NULL OR m.id > $2) ORDER BY m.id LIMIT $3`,
);
const insert = q(
  'create',
  'INSERT INTO members (workspace_id, person_id, id, role, created_at, last_seen_at) VALUES ($1, $2, $3, $4, $5, $5)',
);
const seen = q('seen', 'UPDATE members SET last_seen_at = $3 WHERE workspace_id = $1 AND id = $2');
const administrators = q(
  'administrators',
  "SELECT id FROM members WHERE workspace_id = $1 AND role = 'administrator' ORDER BY id FOR UPDATE",
);
const setRole = q('role', 'UPDATE members SET role = $3 WHERE workspace_id = $1 AND id = $2 RETURNING 1');
// Sessions, password and membership go with the person.
const remove = q(
  'remove',
  'DELETE FROM people WHERE id = (SELECT person_id FROM members WHERE workspace_id = $1 AND id = $2) RETURNING 1',
);
const endSessionsSql = q('end-sessions', 'DELETE FROM sessions WHERE "userId" = $1');

/** Whether anybody has an account. */
export async function anyMember(on: Connection): Promise<boolean> {
  return (await on.run(any)).length > 0;
}

/** One page of the people of a workspace, in the order in which they came. */
export function listMembers(
  on: Connection,
  workspaceId: string,
  after: string | null,
  limit: number,
): Promise<Member[]> {
  return on.run<Member>(list, [workspaceId, after, limit]);
}

/** The member with this email (lower case), or null. */
export async function memberByEmail(on: Connection, email: string): Promise<Member | null> {
  const [row] = await on.run<Member>(ofEmail, [email]);
  return row ?? null;
}

/**
 * Makes a person with a password who is a member of a workspace, signed in; returns the cookies to set. All of it in the
 * caller's transaction: there is a whole account or none. Throws when the email is taken.
 */
export async function createMember(
  tx: Connection,
  parts: { clock: Clock; authentication: Authentication },
  made: { workspaceId: string; name: string; email: string; password: string; role: Role },
): Promise<string[]> {
  const { name, email, password } = made;
  const { headers, response } = await parts.authentication
    .within(tx)
    .api.signUpEmail({ body: { name, email, password }, returnHeaders: true });
  const now = parts.clock.now();
  await tx.run(insert, [made.workspaceId, response.user.id, newId(now), made.role, now]);
  return headers.getSetCookie();
}

const ROLE_CHANGE = 'The last administrator stays one: make someone else an administrator first.';

/**
 * Changes a role, which holds from the next call on, or with null removes the person, who is signed out everywhere.
 * Returns whether there was one; throws LastAdministrator when nobody would be left to manage people. Raise the signal
 * `people` afterwards: what is held of sessions is then forgotten.
 */
export function changeMember(database: Database, workspaceId: string, id: string, role: Role | null): Promise<boolean> {
  return database.transaction(async (tx) => {
    const admins = (await tx.run<{ id: string }>(administrators, [workspaceId])).map((row) => row.id);
    if (role !== 'administrator' && admins.length === 1 && admins[0] === id) throw new LastAdministrator(ROLE_CHANGE);
    const rows =
      role === null ? await tx.run(remove, [workspaceId, id]) : await tx.run(setRole, [workspaceId, id, role]);
    return rows.length > 0;
  });
}

/** Signs a person out everywhere. */
export async function endSessions(on: Connection, personId: string): Promise<void> {
  await on.run(endSessionsSql, [personId]);
}

/** Nobody would be left who may manage people. */
export class LastAdministrator extends Error {}

const HELD_MS = 2_000;
const SEEN_MS = 60_000;
const MAX_HELD = 10_000;

/**
 * Finds who a session cookie stands for, null for none. Held in memory for two seconds: what changes is seen at once
 * where it was changed, elsewhere with the signal `people` or that much later. Fails closed: an error is the caller's,
 * and is not remembered.
 */
export function createSessionCheck(parts: { database: Database; clock: Clock; signIn: SignIn }) {
  const held = new Map<string, { until: number; member: Promise<Member | null> }>();
  const lastSeen = new Map<string, number>();
  const find = async (cookie: string): Promise<Member | null> => {
    const session = await (await parts.signIn.load()).api.getSession({ headers: new Headers({ cookie }) });
    if (!session) return null;
    const [member] = await parts.database.run<Member>(ofPerson, [session.user.id]);
    if (!member) return null;
    const now = parts.clock.now();
    if (now - (lastSeen.get(member.id) ?? 0) >= SEEN_MS) {
      if (lastSeen.size >= MAX_HELD) lastSeen.clear();
      lastSeen.set(member.id, now);
      await parts.database.run(seen, [member.workspaceId, member.id, now]);
    }
    return member;
  };
  return {
    check(cookie: string): Promise<Member | null> {
      const known = held.get(cookie);
      if (known && known.until > performance.now()) return known.member;
      if (held.size >= MAX_HELD) held.clear();
      const member = find(cookie);
      held.set(cookie, { until: performance.now() + HELD_MS, member });
      member.catch(() => held.delete(cookie));
      return member;
    },
    /** Forgets a cookie at once, here; other processes within two seconds. */
    forget: (cookie: string) => void held.delete(cookie),
    /** Forgets what is held of everyone: somebody was removed, or may now do more or less. */
    forgetAll: () => held.clear(),
  };
}
export type SessionCheck = ReturnType<typeof createSessionCheck>;
