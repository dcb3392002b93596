import type { Clock } from '../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { CLASS, FACT, ORIGIN } from '../../schema/index.ts';
import {
  type Actor,
  type AttributeChange,
  type Fact,
  putFacts,
  type UpdateBody,
  type UpdateMeta,
} from '../inbox/index.ts';
import { type Identifier, identifier, phoneOf } from '../profiles/index.ts';
import { cleanJson } from './clean.ts';
import { Raced, resolve } from './resolve.ts';

/** What a person or a program says of a profile: who it is, and what changes. */
export interface ProfileChange {
  identifiers: Record<string, string | number>;
  changes: AttributeChange[];
  by: Actor;
}

/** The profile whose change stands in the inbox, and the change's fact; or what is wrong with it. */
export type Acknowledged =
  | { ok: true; profileId: string; factId: string }
  | { ok: false; field: string; message: string };

const identifying: Sql = {
  name: 'change-identifying',
  text: 'SELECT name FROM attributes WHERE workspace_id = $1 AND identifier',
};
const ALWAYS = ['user_id', 'anonymous_id', 'email', 'phone'];
const RACES = 5;
const MAX_BYTES = 65_536;

/**
 * Finds or makes the profile with these identifiers (merging what they prove to be one) and puts the change into the
 * inbox. An identifier that is an attribute too (email, phone, declared ones) is written as such. The caller then raises
 * the signal `inbox`.
 */
export async function upsertProfile(
  database: Database,
  clock: Clock,
  workspaceId: string,
  given: ProfileChange,
): Promise<Acknowledged> {
  const attributes = await database.run<{ name: string }>(identifying, [workspaceId]);
  const kinds = new Set([...ALWAYS, ...attributes.map((row) => row.name)]);
  const identifiers = new Map<string, Identifier>();
  const changes: AttributeChange[] = [];
  for (const [kind, value] of Object.entries(given.identifiers)) {
    const field = `identifiers.${kind}`;
    if (!kinds.has(kind)) return { ok: false, field, message: 'is no identifier of this workspace' };
    const found = identifier(kind, value);
    if (!found) return { ok: false, field, message: `${JSON.stringify(value).slice(0, 100)} can't identify anyone` };
    identifiers.set(kind, found);
    if (kind !== 'user_id' && kind !== 'anonymous_id')
      changes.push({ attribute: kind, mode: 'set', value: found.value });
  }
  for (const change of given.changes) {
    if (change.mode !== 'set' || !kinds.has(change.attribute) || identifiers.has(change.attribute)) continue;
    const found = ALWAYS.slice(0, 2).includes(change.attribute) ? null : identifier(change.attribute, change.value);
    if (found) identifiers.set(found.kind, found);
  }
  if (identifiers.size === 0) return { ok: false, field: 'identifiers', message: 'at least one is needed' };
  const body = bodyOf([...changes, ...given.changes]);
  if ('message' in body) return { ok: false, field: 'attributes', ...body };
  for (let race = 1; ; race++) {
    try {
      return await database.transaction(async (tx): Promise<Acknowledged> => {
        const now = clock.now();
        const wanted = [{ workspaceId, identifiers: [...identifiers.values()], trusted: true }];
        const [found] = await resolve(tx, wanted, now, () => newId(now));
        const { profileId, losers } = found!;
        const merges = losers.map((loser) => fact(workspaceId, profileId, FACT.merge, JSON.stringify({ loser }), now));
        const change = updateFact(workspaceId, profileId, body.text, given.by, now);
        await putFacts(tx, [...merges, change]);
        return { ok: true, profileId, factId: change.id };
      });
    } catch (error) {
      if (!(error instanceof Raced) || race >= RACES) throw error;
    }
  }
}

/** Puts a change of a known profile's attributes into the inbox. The caller then raises the signal `inbox`. */
export async function updateProfile(
  on: Connection,
  clock: Clock,
  workspaceId: string,
  profileId: string,
  given: { changes: AttributeChange[]; by: Actor },
): Promise<Acknowledged> {
  const body = bodyOf(given.changes);
  if ('message' in body) return { ok: false, field: 'attributes', ...body };
  const change = updateFact(workspaceId, profileId, body.text, given.by, clock.now());
  await putFacts(on, [change]);
  return { ok: true, profileId, factId: change.id };
}

function bodyOf(changes: AttributeChange[]): { text: string } | { message: string } {
  const spelled = changes.map((change) => {
    if (typeof change.value !== 'string') return change;
    if (change.attribute === 'email') return { ...change, value: change.value.trim().toLowerCase() };
    return change.attribute === 'phone' ? { ...change, value: phoneOf(change.value) ?? change.value } : change;
  });
  const cleaned = cleanJson({ changes: spelled } satisfies UpdateBody);
  if ('reason' in cleaned) return { message: cleaned.reason };
  return Buffer.byteLength(cleaned.text) > MAX_BYTES ? { message: 'are larger than 64 KB' } : cleaned;
}

function updateFact(workspaceId: string, profileId: string, body: string, by: Actor, now: number): Fact {
  return {
    ...fact(workspaceId, profileId, FACT.update, body, now),
    meta: JSON.stringify({ by } satisfies UpdateMeta),
  };
}

function fact(workspaceId: string, profileId: string, kind: number, body: string, now: number): Fact {
  return {
    workspaceId,
    profileId,
    id: newId(now),
    kind,
    class: CLASS.live,
    origin: ORIGIN.person,
    depth: 0,
    occurredAt: now,
    receivedAt: now,
    name: null,
    body,
    meta: null,
  };
}
