import type { Clock } from '../../platform/clock.ts';
import { type Connection, type Database, isDataError, type Sql } from '../../platform/database/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import type { Log } from '../../platform/log.ts';
import type { Signals } from '../../platform/signals.ts';
import { CLASS, FACT, ORIGIN } from '../../schema/index.ts';
import { type Fact, putFacts, putFactsOnce } from '../inbox/index.ts';
import { Flushes } from './flushes.ts';
import { type Prepared, prepare } from './message.ts';
import { type Refused, type Rejection, recordRejections } from './rejections.ts';
import { withoutRepeats, withoutTwins } from './repeats.ts';
import { find, keyOf, Raced, resolve } from './resolve.ts';

/** Who sends. */
export interface Sender {
  workspaceId: string;
  keyKind: 'server' | 'browser';
}

/** The door: what it has answered for is committed. */
export interface Door {
  /**
   * Takes messages. Resolves when everything acceptable stands in the inbox, with what was refused and why. Rejects with
   * NotCommitted when nothing is certain: the client repeats, and repeated message ids count once.
   *
   * @param type the call's kind; null for a batch, whose messages say theirs
   * @param sentAt when the client says it sent the call, ms
   */
  accept(sender: Sender, messages: readonly unknown[], type: string | null, sentAt: number | null): Promise<Refused[]>;
}

/** Nothing was acknowledged: the database is away, or too much waits. Ours; the client should try again. */
export class NotCommitted extends Error {}

interface Entry {
  sender: Sender;
  prepared: Prepared;
  receivedAt: number;
  index: number;
  call: Call;
}
interface Call {
  left: number;
  refused: Refused[];
  done: (refused: Refused[]) => void;
  fail: (error: Error) => void;
}

/** Most messages of one call: as many as may wait. */
export const MAX_CALL = 20_000;
const MAX_FLUSH = 1_000;
// While one commits, the next is on its way: senders that wait for each answer wait for one commit instead of two.
const FLUSHES = 2;
// More waiting than this and the answer is 503: what waits costs memory, and the client can wait as well as we.
const MAX_WAITING = MAX_CALL;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const MAX_KNOWN = 200_000;
const RACES = 5;

const identifyingSql: Sql = {
  name: 'ingest-identifying',
  text: 'SELECT workspace_id, name FROM attributes WHERE identifier',
};
const IDENTIFYING_MS = 2_000;

/** Makes the door. What arrives while a flush is under way shares the next commit. */
export function createDoor(parts: { database: Database; clock: Clock; log: Log; signals: Signals }): Door {
  const { database, clock, log, signals } = parts;
  let waitingBytes = 0;
  // Identifier → profile. May be stale after a merge; the engine moves what it finds on an alias.
  const known = new Map<string, string>();
  const identifying = new Map<string, Set<string>>();
  let identifyingAt = -Infinity;

  const identifyingOf = (workspaceId: string): ReadonlySet<string> => identifying.get(workspaceId) ?? ALWAYS;
  let refreshing: Promise<void> | null = null;
  const readIdentifying = async () => {
    const rows = await database.run<{ workspace_id: string; name: string }>(identifyingSql);
    identifying.clear();
    for (const row of rows)
      identifying.set(row.workspace_id, new Set([...(identifying.get(row.workspace_id) ?? ALWAYS), row.name]));
    identifyingAt = performance.now();
  };
  const refreshIdentifying = (): Promise<void> | null => {
    if (performance.now() - identifyingAt < IDENTIFYING_MS) return null;
    refreshing ??= readIdentifying().finally(() => {
      refreshing = null;
    });
    return refreshing;
  };

  const factOf = (entry: Entry, profileId: string): Fact => ({
    workspaceId: entry.sender.workspaceId,
    profileId,
    id: newId(entry.receivedAt),
    kind: entry.prepared.kind,
    class: CLASS.live,
    origin: ORIGIN.event,
    depth: 0,
    occurredAt: entry.prepared.occurredAt,
    receivedAt: entry.receivedAt,
    name: entry.prepared.name,
    body: entry.prepared.body,
    meta: entry.prepared.meta,
  });

  const remember = (key: string, profileId: string) => {
    if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!);
    known.set(key, profileId);
  };

  /** Commits entries; in the common case (one identifier, whose profile is known) that is a single statement. */
  const commit = async (entries: readonly Entry[]): Promise<void> => {
    if (entries.every((entry) => entry.prepared.identifiers.length === 1)) {
      const keys = entries.map((entry) => keyOf(entry.sender.workspaceId, entry.prepared.identifiers[0]!));
      const unknown = entries.filter((_, i) => !known.has(keys[i]!));
      const found = await find(
        database,
        unknown.map((entry) => ({ workspaceId: entry.sender.workspaceId, id: entry.prepared.identifiers[0]! })),
      );
      for (const [key, profileId] of found) remember(key, profileId);
      if (keys.every((key) => known.has(key))) {
        const once = withoutTwins(entries, idOfEntry);
        const facts = once.map((entry) =>
          factOf(entry, known.get(keyOf(entry.sender.workspaceId, entry.prepared.identifiers[0]!))!),
        );
        if (once.every((entry) => entry.prepared.messageId === null)) return putFacts(database, facts);
        return putFactsOnce(
          database,
          facts,
          once.map((entry) => entry.prepared.messageId),
          clock.now(),
        );
      }
    }
    for (let race = 1; ; race++) {
      try {
        const learned = await database.transaction((tx) => commitAll(tx, entries));
        for (const [key, profileId] of learned) remember(key, profileId);
        return;
      } catch (error) {
        if (!(error instanceof Raced) || race >= RACES) throw error;
      }
    }
  };

  const commitAll = async (tx: Connection, entries: readonly Entry[]): Promise<Map<string, string>> => {
    const fresh = await withoutRepeats(tx, entries, idOfEntry, clock.now());
    const learned = new Map<string, string>();
    const keys = fresh.map((e) => keyOf(e.sender.workspaceId, e.prepared.identifiers[0]!));
    const slow = fresh.filter((e, i) => e.prepared.identifiers.length > 1 || !known.has(keys[i]!));
    const resolved = await resolve(
      tx,
      slow.map((e) => ({
        workspaceId: e.sender.workspaceId,
        identifiers: e.prepared.identifiers,
        trusted: e.sender.keyKind === 'server',
      })),
      clock.now(),
      () => newId(clock.now()),
    );
    const found = new Map(slow.map((entry, i) => [entry, resolved[i]!]));
    const facts: Fact[] = [];
    // What is remembered may be a profile that this commit merges away.
    const merged = new Map<string, string>();
    for (const [i, entry] of fresh.entries()) {
      const who = found.get(entry);
      const remembered = known.get(keys[i]!)!;
      const profileId = who?.profileId ?? merged.get(remembered) ?? remembered;
      for (const loser of who?.losers ?? []) {
        merged.set(loser, profileId);
        facts.push({
          ...factOf(entry, profileId),
          kind: FACT.merge,
          name: null,
          body: JSON.stringify({ loser }),
          meta: null,
        });
      }
      facts.push(factOf(entry, profileId));
      if (entry.prepared.identifiers.length === 1) {
        if (profileId !== remembered) learned.set(keys[i]!, profileId);
      } else if (who && who.losers.length > 0) {
        for (const id of entry.prepared.identifiers) {
          const key = keyOf(entry.sender.workspaceId, id);
          if (who.losers.includes(known.get(key) ?? '')) learned.set(key, profileId);
        }
      }
    }
    await putFacts(tx, facts);
    return learned;
  };

  /** Commits, by halves when the database refuses the data, until the culprit stands alone. */
  const commitApart = async (entries: readonly Entry[]): Promise<void> => {
    try {
      await commit(entries);
      for (const entry of entries) settle(entry, null);
    } catch (error) {
      if (!isDataError(error)) throw error;
      if (entries.length === 1) return settle(entries[0]!, `The database refused the message: ${messageOf(error)}`);
      const half = entries.length >> 1;
      await commitApart(entries.slice(0, half));
      await commitApart(entries.slice(half));
    }
  };

  const settle = (entry: Entry, reason: string | null) => {
    const { call } = entry;
    if (reason !== null) call.refused.push({ index: entry.index, messageId: entry.prepared.messageId, reason });
    if (--call.left === 0) call.done(call.refused);
  };

  const flushes = new Flushes<Entry>({
    most: MAX_FLUSH,
    atOnce: FLUSHES,
    // The profile of one that says no more than who is known already; anything else may make or merge profiles.
    ownerOf: ({ sender, prepared: { identifiers } }) =>
      identifiers.length === 1 ? (known.get(keyOf(sender.workspaceId, identifiers[0]!)) ?? null) : null,
    async commit(batch) {
      waitingBytes -= bytesOf(batch);
      try {
        await commitApart(batch);
      } catch (error) {
        log.warn(
          { error: messageOf(error), messages: batch.length },
          'messages could not be committed; their senders are told to repeat',
        );
        const failure = new NotCommitted(
          'The message could not be stored just now. Nothing of it is certain: send it again, with the same messageId.',
        );
        for (const entry of batch) entry.call.fail(failure);
      }
      signals.raise('inbox');
    },
  });

  return {
    async accept(sender, messages, type, sentAt) {
      if (flushes.size + messages.length > MAX_WAITING || waitingBytes > MAX_WAITING_BYTES)
        throw new NotCommitted('Too many messages wait to be stored. Send them again in a second.');
      try {
        const refreshed = refreshIdentifying();
        if (refreshed) await refreshed;
      } catch (error) {
        throw new NotCommitted(`The message could not be stored: ${messageOf(error)}`);
      }
      const receivedAt = clock.now();
      const refused: (Refused & { raw: unknown })[] = [];
      const entries: Omit<Entry, 'call'>[] = [];
      for (const [index, raw] of messages.entries()) {
        const prepared = prepare(raw, type, { receivedAt, sentAt }, identifyingOf(sender.workspaceId));
        if ('reason' in prepared) refused.push({ index, messageId: prepared.messageId, reason: prepared.reason, raw });
        else entries.push({ sender, prepared, receivedAt, index });
      }
      const late = await new Promise<Refused[]>((resolve, reject) => {
        if (entries.length === 0) return resolve([]);
        const call: Call = { left: entries.length, refused: [], done: resolve, fail: reject };
        waitingBytes += bytesOf(entries);
        flushes.add(entries.map((entry) => ({ ...entry, call })));
      });
      if (refused.length + late.length === 0) return [];
      const rejections: Rejection[] = [...refused, ...late.map((r) => ({ ...r, raw: messages[r.index] }))];
      // Fails open: the sender hears of every refusal in the answer; the list of them is for looking it up later.
      await recordRejections(database, sender.workspaceId, rejections, receivedAt).catch((error: unknown) =>
        log.warn({ error: messageOf(error) }, 'refused messages could not be listed'),
      );
      return rejections
        .map(({ index, messageId, reason }) => ({ index, messageId, reason }))
        .sort((a, b) => a.index - b.index);
    },
  };
}

const idOfEntry = ({ sender, prepared }: Entry) =>
  prepared.messageId === null ? null : { workspaceId: sender.workspaceId, messageId: prepared.messageId };

function bytesOf(entries: readonly { prepared: Prepared }[]): number {
  return entries.reduce((n, { prepared }) => n + (prepared.body?.length ?? 0) + (prepared.meta?.length ?? 0), 0);
}

const ALWAYS: ReadonlySet<string> = new Set(['email', 'phone']);
