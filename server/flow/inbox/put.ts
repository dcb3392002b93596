import {
  type Connection,
  int2Array,
  int8Array,
  type Sql,
  textArray,
  uuidArray,
} from '../../platform/database/index.ts';
import { partitionOf } from '../../platform/ids.ts';
import type { Fact } from './fact.ts';

/** The columns of a fact, in the order of `factArrays` and `factColumns`. */
export const FACT_COLUMNS =
  'partition, class, workspace_id, profile_id, id, kind, origin, depth, occurred_at, received_at, name, body, meta';
const TYPES = 'int2 int2 uuid uuid uuid int2 int2 int2 int8 int8 text text text'.split(' ');

/** SQL of the arrays of a fact's columns, for unnest, as parameters from number `first` on: as many as `factColumns` gives. */
export const factArrays = (first: number): string => TYPES.map((type, i) => `$${first + i}::${type}[]`).join(', ');

// The transaction has its own number before a fact gets one: so whoever sees that every older transaction has ended knows
// that no lower fact will appear any more (see engine/floors.ts).
const NUMBERED = '(SELECT pg_current_xact_id()) IS NOT NULL';
// unnest keeps the order of the arrays, so numbers rise in the order in which the caller gave the facts.
const insert: Sql = {
  name: 'inbox-put',
  text: `INSERT INTO inbox (${FACT_COLUMNS}) SELECT * FROM unnest(${factArrays(1)}) WHERE ${NUMBERED}`,
};
// What was seen already isn't put: the database decides in the statement that puts the rest. Ids come sorted, so that
// processes can't lock one another; the order of the facts is made sure of, for a join may change it.
const insertOnce: Sql = {
  name: 'inbox-put-once',
  text: `WITH fresh AS (
      INSERT INTO message_ids (workspace_id, message_id, seen_at) SELECT u.*, $14::int8 FROM unnest($15::uuid[], $16::text[]) u
      ON CONFLICT DO NOTHING RETURNING workspace_id, message_id)
    INSERT INTO inbox (${FACT_COLUMNS}) SELECT ${FACT_COLUMNS} FROM unnest(${factArrays(1)}, $17::text[]) WITH ORDINALITY AS u(${FACT_COLUMNS}, message_id, n)
    WHERE ${NUMBERED} AND (u.message_id IS NULL OR EXISTS (SELECT 1 FROM fresh f WHERE f.workspace_id = u.workspace_id AND f.message_id = u.message_id))
    ORDER BY u.n`,
};

/**
 * Writes facts to the inbox, numbered in the order given. Commits with the caller's transaction, or at once when `on`
 * is the pool; the caller then raises the signal `inbox`. Texts must hold neither NUL nor lone surrogates.
 */
export async function putFacts(on: Connection, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  await on.run(insert, factColumns(facts));
}

/**
 * As putFacts, in one statement with the check of message ids: a fact whose id the workspace has seen in the last 7 days
 * isn't put. `messageIds` has one for each fact, null for none; no id twice in one workspace.
 *
 * @param now when the ids were seen, ms
 */
export async function putFactsOnce(
  on: Connection,
  facts: readonly Fact[],
  messageIds: readonly (string | null)[],
  now: number,
): Promise<void> {
  if (facts.length === 0) return;
  const seen = facts
    .flatMap(({ workspaceId }, i): [string, string][] =>
      messageIds[i] === null ? [] : [[workspaceId, messageIds[i]!]],
    )
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
  await on.run(insertOnce, [
    ...factColumns(facts),
    now,
    uuidArray(seen.map(([workspaceId]) => workspaceId)),
    textArray(seen.map(([, messageId]) => messageId)),
    textArray(messageIds),
  ]);
}

/** The columns of facts, as parameters. */
export function factColumns(facts: readonly Fact[]): unknown[] {
  return [
    int2Array(facts.map((f) => partitionOf(f.profileId))),
    int2Array(facts.map((f) => f.class)),
    uuidArray(facts.map((f) => f.workspaceId)),
    uuidArray(facts.map((f) => f.profileId)),
    uuidArray(facts.map((f) => f.id)),
    int2Array(facts.map((f) => f.kind)),
    int2Array(facts.map((f) => f.origin)),
    int2Array(facts.map((f) => f.depth)),
    int8Array(facts.map((f) => f.occurredAt)),
    int8Array(facts.map((f) => f.receivedAt)),
    textArray(facts.map((f) => f.name)),
    textArray(facts.map((f) => f.body)),
    textArray(facts.map((f) => f.meta)),
  ];
}
