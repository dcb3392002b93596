import type { Connection, Database } from '../../platform/database/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { partitionOf } from '../../platform/ids.ts';
import { CLASS, FACT } from '../../schema/index.ts';
import type { ContextRow } from '../delivery/index.ts';
import type { MergeBody, QueuedFact } from '../inbox/index.ts';
import { type Applied, applyAll, type TurnContext } from './apply.ts';
import type { Definitions } from './definitions.ts';
import type { Floors } from './floors.ts';
import type { KnownProfile, KnownProfiles } from './known-profiles.ts';
import { LIMITS } from './limits.ts';
import { loadProfiles } from './load.ts';
import { applyMerge } from './merge.ts';
import { type DueTimer, type HeldPartition, lockMore, lockPartitions, readFacts, readTimers } from './read.ts';
import { failFacts, moveFacts, removeFacts, removeTimers } from './remove.ts';

export interface TurnOptions {
  database: Database;
  definitions: Definitions;
  floors: Floors;
  /** What earlier turns left to know; this one adds to it when it has committed. */
  known: KnownProfiles;
  /** How many partitions to take, and where to begin. */
  share: number;
  rotation: number;
  /** Whether to look for timers too. */
  timers: boolean;
  /** How many bulk facts of a partition and workspace are read; see bulkLimit. */
  bulk?: number;
  /** Apply each fact behind a savepoint of its own: after the database refused the data of a turn. */
  isolate: boolean;
  newId: (now: number) => string;
  /** Told the database's time. */
  observe: (now: number) => void;
  /** Whether contexts of what is queued are wanted: where delivery runs in this process. */
  fresh?: boolean;
}

/** What a turn did. `more`: it read as much as it may, so there is probably more. */
export interface TurnResult {
  facts: number;
  timers: number;
  queued: boolean;
  /** An answer stopped a scenario. */
  halted: boolean;
  /** How many workspaces had bulk facts. */
  bulkWorkspaces: number;
  more: boolean;
  /** Facts that were set aside for good. */
  setAside: QueuedFact[];
  /** Contexts of deliveries that were queued, as far as the turn had all of them at hand. */
  fresh: ContextRow[];
  /** Profiles that were changed. */
  changed: string[];
}

const NOTHING: TurnResult = {
  facts: 0,
  timers: 0,
  queued: false,
  halted: false,
  bulkWorkspaces: 0,
  more: false,
  setAside: [],
  fresh: [],
  changed: [],
};

/**
 * One turn: locks the free partitions, reads their facts and due timers, decides, writes all of it, deletes exactly the
 * facts that it read, commits. Throws when the transaction had to be rolled back; nothing has happened then.
 */
export async function turn(options: TurnOptions): Promise<TurnResult> {
  let committed: KnownProfile[] = [];
  const result = await options.database.transaction(async (tx) => {
    const locked = await lockPartitions(tx, options.rotation, options.share);
    if (!locked) return NOTHING;
    const { held, now, version, snapshot } = locked;
    options.observe(now);
    const { definitions } = options;
    await definitions.refresh(tx, version);
    const workspaces = definitions.workspaces();
    const live = await readFacts(tx, held, 'floor_live', workspaces, CLASS.live, LIMITS.live);
    const bulk = await readFacts(tx, held, 'floor_bulk', workspaces, CLASS.bulk, options.bulk ?? LIMITS.bulk);
    const timers = options.timers ? await readTimers(tx, held, now, LIMITS.timers) : [];
    const facts = [...live, ...bulk];
    await options.floors.keep(tx, held, snapshot, { live, bulk }, options.timers ? { timers, now } : null);
    if (facts.length === 0 && timers.length === 0) return NOTHING;
    const context: TurnContext = {
      tx,
      now,
      newId: () => options.newId(now),
      definitions,
      profiles: new Map(),
      known: options.known,
      found: new Map(),
      fresh: options.fresh ?? false,
      halted: false,
    };
    const result = await work(context, held, facts, timers, options.isolate);
    // A merge writes rows a second time, and a savepoint has a version of its own: such a turn leaves nothing to know.
    const plain = !options.isolate && !facts.some((fact) => fact.kind === FACT.merge);
    committed = plain ? [...context.found.values()].map((one) => asCommitted(one, snapshot.xid)) : [];
    const bulkWorkspaces = new Set(bulk.map((fact) => fact.workspaceId)).size;
    return { ...result, bulkWorkspaces, more: live.length >= LIMITS.live || bulk.length > 0 };
  });
  options.known.keep(committed);
  return result;
}

/** A profile as the transaction `xid` leaves it: rows that it wrote have its number, by the 32 bits that they hold of it. */
function asCommitted(one: KnownProfile, xid: number): KnownProfile {
  if (!one.profile.dirty) return one;
  return { ...one, profile: { ...one.profile, dirty: false }, version: String(xid % 2 ** 32) };
}

async function work(
  context: TurnContext,
  held: readonly HeldPartition[],
  read: readonly QueuedFact[],
  due: readonly DueTimer[],
  isolate: boolean,
): Promise<TurnResult> {
  const { tx, now } = context;
  const merging = new Map<QueuedFact, string>();
  const failed: { fact: QueuedFact; error: string }[] = [];
  for (const fact of read) {
    if (fact.kind !== FACT.merge) continue;
    const loser = loserOf(fact);
    if (loser === null) failed.push({ fact, error: 'the merge names no profile' });
    else merging.set(fact, loser);
  }
  const people = new Map<string, { workspaceId: string; id: string }>();
  for (const fact of read) people.set(fact.profileId, { workspaceId: fact.workspaceId, id: fact.profileId });
  for (const timer of due) people.set(timer.profile_id, { workspaceId: timer.workspace_id, id: timer.profile_id });
  const { profiles, aliases, found } = await loadProfiles(tx, [...people.values()], context.known, context.fresh);
  const owners = [...aliases].flatMap(([id, owner]) =>
    people.has(owner) ? [] : [{ workspaceId: people.get(id)!.workspaceId, id: owner }],
  );
  const other = await loadProfiles(tx, owners, context.known, context.fresh);
  for (const [id, profile] of other.profiles) profiles.set(id, profile);
  for (const [id, one] of other.found) found.set(id, one);
  context.profiles = profiles;
  context.found = found;

  // A turn never waits for a second partition: what needs one that another turn holds stays for the next turn.
  const mine = new Set(held.map((p) => p.id));
  const needed = [...aliases.values(), ...merging.values()].map(partitionOf).filter((id) => !mine.has(id));
  if (needed.length > 0) for (const { id } of await lockMore(tx, [...new Set(needed)])) mine.add(id);

  const blocked = new Set<string>();
  const plain: QueuedFact[] = [];
  const moves: { fact: QueuedFact; to: string }[] = [];
  const merges: { fact: QueuedFact; loser: string }[] = [];
  for (const fact of read) {
    if (failed.some((f) => f.fact === fact) || blocked.has(fact.profileId)) continue;
    const owner = aliases.get(fact.profileId);
    const loser = merging.get(fact);
    if (owner !== undefined) {
      if (mine.has(partitionOf(owner))) moves.push({ fact, to: owner });
      else blocked.add(fact.profileId);
    } else if (loser !== undefined) {
      if (mine.has(partitionOf(loser)) && !blocked.has(loser)) merges.push({ fact, loser });
      blocked.add(fact.profileId).add(loser);
    } else {
      plain.push(fact);
    }
  }
  const timers = due.filter(
    (t) =>
      mine.has(partitionOf(aliases.get(t.profile_id) ?? t.profile_id)) &&
      !blocked.has(aliases.get(t.profile_id) ?? t.profile_id),
  );
  const profileOf = (id: string) => aliases.get(id) ?? id;

  let queued = false;
  const fresh: ContextRow[] = [];
  const changed: string[] = merges.flatMap(({ fact, loser }) => [fact.profileId, loser]);
  const take = (applied: Applied) => {
    queued ||= applied.queued;
    fresh.push(...applied.fresh);
    changed.push(...applied.changed);
  };
  let done: QueuedFact[] = [];
  if (isolate) {
    const bounded = plain.slice(0, LIMITS.isolated);
    for (const fact of bounded) {
      const outcome = await alone(tx, () => applyAll(context, [fact], [], profileOf));
      if ('error' in outcome) {
        failed.push({ fact, error: outcome.error });
        const again = await loadProfiles(tx, [{ workspaceId: fact.workspaceId, id: fact.profileId }], context.known);
        context.profiles.set(fact.profileId, again.profiles.get(fact.profileId) ?? null);
        context.definitions.forget();
      } else {
        failed.push(...outcome.value.failed);
        if (outcome.value.failed.length === 0) done.push(fact);
        take(outcome.value);
      }
    }
    take(await applyAll(context, [], timers, profileOf));
  } else {
    const applied = await applyAll(context, plain, timers, profileOf);
    const bad = new Set(applied.failed.map(({ fact }) => fact));
    failed.push(...applied.failed);
    done = plain.filter((fact) => !bad.has(fact));
    take(applied);
  }
  const seqs = read.map((fact) => fact.seq);
  for (const { fact, loser } of merges) if (await applyMerge(tx, fact, loser, seqs, now)) done.push(fact);
  await moveFacts(tx, moves);
  await removeFacts(tx, done);
  await removeTimers(tx, timers);
  const setAside = await failFacts(tx, failed, now);
  return {
    facts: done.length + moves.length,
    timers: timers.length,
    queued,
    halted: context.halted,
    bulkWorkspaces: 0,
    more: false,
    setAside,
    fresh,
    changed,
  };
}

function loserOf(fact: QueuedFact): string | null {
  try {
    const { loser } = JSON.parse(fact.body ?? '') as MergeBody;
    return /^[0-9a-f-]{36}$/.test(loser) ? loser : null;
  } catch {
    return null;
  }
}

async function alone<T>(tx: Connection, work: () => Promise<T>): Promise<{ value: T } | { error: string }> {
  await tx.run({ name: '', text: 'SAVEPOINT alone' });
  try {
    const value = await work();
    await tx.run({ name: '', text: 'RELEASE SAVEPOINT alone' });
    return { value };
  } catch (error) {
    await tx.run({ name: '', text: 'ROLLBACK TO SAVEPOINT alone' });
    return { error: messageOf(error) };
  }
}
