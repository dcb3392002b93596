import { type Connection, type Sql, textArray, uuidArray } from '../../platform/database/index.ts';

const insert: Sql = {
  name: 'ingest-message-ids',
  text: `INSERT INTO message_ids (workspace_id, message_id, seen_at) SELECT u.*, $3::int8 FROM unnest($1::uuid[], $2::text[]) u ON CONFLICT DO NOTHING RETURNING workspace_id, message_id`,
};

interface Id {
  workspaceId: string;
  messageId: string;
}

/**
 * The items whose message id was not seen in the last 7 days, and those without one; of several with the same id the
 * first. Their ids count as seen when the transaction commits. Inserted in sorted order, so that processes can't lock
 * one another.
 *
 * @param idOf an item's message id and workspace; null without one. Holds neither NUL nor lone surrogates: what comes
 *   back from the database must be the same text
 */
export async function withoutRepeats<Item>(
  tx: Connection,
  items: readonly Item[],
  idOf: (item: Item) => Id | null,
  now: number,
): Promise<Item[]> {
  const { first, anonymous } = firsts(items, idOf);
  if (first.size === 0) return [...items];
  const sorted = [...first.keys()].sort();
  const rows = await tx.run<{ workspace_id: string; message_id: string }>(insert, [
    uuidArray(sorted.map((key) => key.slice(0, 36))),
    textArray(sorted.map((key) => key.slice(37))),
    now,
  ]);
  const made = new Set(rows.map((row) => first.get(`${row.workspace_id} ${row.message_id}`)));
  return items.filter((item) => anonymous.has(item) || made.has(item));
}

/** Of several items with the same message id, the first; and those without one. In the order given. */
export function withoutTwins<Item>(items: readonly Item[], idOf: (item: Item) => Id | null): Item[] {
  const { first, anonymous } = firsts(items, idOf);
  if (first.size + anonymous.size === items.length) return [...items];
  const kept = new Set(first.values());
  return items.filter((item) => anonymous.has(item) || kept.has(item));
}

function firsts<Item>(items: readonly Item[], idOf: (item: Item) => Id | null) {
  const first = new Map<string, Item>();
  const anonymous = new Set<Item>();
  for (const item of items) {
    const id = idOf(item);
    const key = id && `${id.workspaceId} ${id.messageId}`;
    if (key === null) anonymous.add(item);
    else if (!first.has(key)) first.set(key, item);
  }
  return { first, anonymous };
}
