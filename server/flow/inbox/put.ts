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

// unnest keeps the order of the arrays, so numbers rise in the order in which the caller gave the facts.
const insert: Sql = {
  name: 'inbox-put',
  text: `INSERT INTO inbox (partition, class, workspace_id, profile_id, id, kind, origin, depth, occurred_at, received_at, name, body, meta)
    SELECT * FROM unnest($1::int2[], $2::int2[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int2[], $7::int2[], $8::int2[],
      $9::int8[], $10::int8[], $11::text[], $12::text[], $13::text[])`,
};

/**
 * Writes facts to the inbox, numbered in the order given. Commits with the caller's transaction, or at once when `on`
 * is the pool; the caller then raises the signal `inbox`. Texts must hold neither NUL nor lone surrogates.
 */
export async function putFacts(on: Connection, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  await on.run(insert, [
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
  ]);
}
