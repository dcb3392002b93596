import { type Connection, type Sql, textArray, uuidArray } from '../../platform/database/index.ts';
import type { Identifier } from '../profiles/index.ts';

/** At most this many identifiers a profile. */
const MAX_IDENTIFIERS = 20;

// Each look-up is a subquery with LIMIT: PostgreSQL then goes by key, however small the table was when it made the plan.
const findSql: Sql = {
  name: 'ingest-find',
  text: `SELECT i.workspace_id, i.kind, i.value, i.profile_id FROM unnest($1::uuid[], $2::text[], $3::text[]) u(workspace_id, kind, value) CROSS JOIN LATERAL (
      SELECT x.* FROM identifiers x WHERE x.workspace_id = u.workspace_id AND x.kind = u.kind AND x.value = u.value LIMIT 1) i`,
};
const ofProfilesSql: Sql = {
  name: 'ingest-of-profiles',
  text: `SELECT i.profile_id, i.kind, i.value FROM unnest($1::uuid[], $2::uuid[]) u(workspace_id, id) CROSS JOIN LATERAL (
      SELECT x.* FROM identifiers x WHERE x.workspace_id = u.workspace_id AND x.profile_id = u.id LIMIT ${10 * MAX_IDENTIFIERS}) i`,
};
const attachSql: Sql = {
  name: 'ingest-attach',
  text: `INSERT INTO identifiers (workspace_id, kind, value, profile_id, created_at) SELECT u.*, $5::int8 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) u
    ON CONFLICT DO NOTHING RETURNING 1`,
};

/** One who is looked for. */
export interface Wanted {
  workspaceId: string;
  identifiers: readonly Identifier[];
  /** A browser key can't attach identifiers to a known profile (one with a user id). */
  trusted: boolean;
}

/** Whom a message is about, and the profiles that it proves to be the same person. */
export interface Resolved {
  profileId: string;
  losers: string[];
}

/** Another process attached one of these identifiers at the same moment: look again. */
export class Raced extends Error {}

export const keyOf = (workspaceId: string, id: Identifier) => `${workspaceId} ${id.kind} ${id.value}`;

/** The profiles of identifiers that are known, by keyOf. */
export async function find(
  on: Connection,
  wanted: readonly { workspaceId: string; id: Identifier }[],
): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map();
  type Row = { workspace_id: string; kind: string; value: string; profile_id: string };
  const rows = await on.run<Row>(findSql, [
    uuidArray(wanted.map((w) => w.workspaceId)),
    textArray(wanted.map((w) => w.id.kind)),
    textArray(wanted.map((w) => w.id.value)),
  ]);
  return new Map(rows.map((row) => [keyOf(row.workspace_id, row), row.profile_id]));
}

/**
 * Finds or makes the profiles of messages, in their order, and attaches new identifiers (sorted, so that processes can't
 * lock one another). Two profiles with different user ids stay two, as do two that would have more than 20 identifiers
 * together; the identifier then stays where it is.
 *
 * @throws Raced when another process was faster; the caller rolls back and looks again
 */
export async function resolve(
  on: Connection,
  wanted: readonly Wanted[],
  now: number,
  newId: () => string,
): Promise<Resolved[]> {
  const distinct = new Map<string, { workspaceId: string; id: Identifier }>();
  for (const { workspaceId, identifiers } of wanted)
    for (const id of identifiers) distinct.set(keyOf(workspaceId, id), { workspaceId, id });
  const all = [...distinct.values()];
  const owner = await find(on, all);
  const known = new Map([...owner].map(([key, profileId]) => [profileId, key.slice(0, 36)]));
  const people = await describe(on, known);
  const attach = new Map<string, { workspaceId: string; id: Identifier; profileId: string }>();

  const results = wanted.map(({ workspaceId, identifiers, trusted }): Resolved => {
    const userId = identifiers.find((id) => id.kind === 'user_id');
    const owners = [...new Set(identifiers.flatMap((id) => owner.get(keyOf(workspaceId, id)) ?? []))];
    const fits = (profileId: string) => {
      const theirs = people.get(profileId)?.userId;
      return !userId || theirs === undefined || theirs === userId.value;
    };
    // The one with the message's user id; else the oldest that isn't somebody else.
    const mine = userId && owner.get(keyOf(workspaceId, userId));
    const profileId = mine ?? owners.filter(fits).sort(byUserIdThenAge(people))[0] ?? newId();
    const person = people.get(profileId) ?? { userId: undefined, count: 0 };
    people.set(profileId, person);
    const closed = !trusted && person.userId !== undefined;
    for (const id of identifiers) {
      const key = keyOf(workspaceId, id);
      if (owner.has(key) || closed || person.count >= MAX_IDENTIFIERS) continue;
      owner.set(key, profileId);
      attach.set(key, { workspaceId, id, profileId });
      person.count++;
      if (id.kind === 'user_id') person.userId = id.value;
    }
    const losers = owners.filter((other) => {
      const theirs = people.get(other) ?? { userId: undefined, count: 0 };
      const same = theirs.userId === undefined || person.userId === undefined || theirs.userId === person.userId;
      if (other === profileId || closed || !same || person.count + theirs.count > MAX_IDENTIFIERS) return false;
      // What comes after in this commit goes to the winner at once.
      for (const [key, who] of owner) if (who === other) owner.set(key, profileId);
      person.count += theirs.count;
      person.userId ??= theirs.userId;
      return true;
    });
    return { profileId, losers };
  });

  const rows = [...attach.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  if (rows.length > 0) {
    const made = await on.run(attachSql, [
      uuidArray(rows.map((r) => r.workspaceId)),
      textArray(rows.map((r) => r.id.kind)),
      textArray(rows.map((r) => r.id.value)),
      uuidArray(rows.map((r) => r.profileId)),
      now,
    ]);
    if (made.length !== rows.length) throw new Raced('an identifier was taken by another process');
  }
  return results;
}

type People = Map<string, { userId: string | undefined; count: number }>;

async function describe(on: Connection, known: ReadonlyMap<string, string>): Promise<People> {
  const people: People = new Map();
  if (known.size === 0) return people;
  for (const id of known.keys()) people.set(id, { userId: undefined, count: 0 });
  const rows = await on.run<{ profile_id: string; kind: string; value: string }>(ofProfilesSql, [
    uuidArray([...known.values()]),
    uuidArray([...known.keys()]),
  ]);
  for (const row of rows) {
    const person = people.get(row.profile_id);
    if (!person) continue;
    person.count++;
    if (row.kind === 'user_id') person.userId = row.value;
  }
  return people;
}

function byUserIdThenAge(people: People): (a: string, b: string) => number {
  const rank = (id: string) => (people.get(id)?.userId === undefined ? 1 : 0);
  return (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1);
}
