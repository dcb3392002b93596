import type { Connection, Sql } from '../../../platform/database/index.ts';
import { type DeliveryFilter, FROM, queryOf, type Way, WHERE } from '../list.ts';

// A window of one day takes about 10 ms, whatever is asked for.
const WINDOW = 20_000;

const edge: Sql = {
  name: 'resend-window',
  text: `SELECT id FROM deliveries WHERE workspace_id = $1 AND id >= $2::uuid AND id < $3::uuid ORDER BY id OFFSET ${WINDOW} LIMIT 1`,
};
const select = (way: Way): Sql => ({
  name: `resend-select-${way}`,
  text: `SELECT d.id FROM ${FROM[way]} ${WHERE} ORDER BY d.id LIMIT $11`,
});
const SELECT = { window: select('window'), profiles: select('profiles') };

/**
 * Deliveries that meet a filter, oldest first, at most `most` and from one window of what there is: with ids from `from`
 * on and below `before`. `next` is where to go on, null at the end; a page may be empty and not the last.
 */
export async function selectOldest(
  on: Connection,
  workspaceId: string,
  filter: DeliveryFilter,
  { from, before, most }: { from: string; before: string; most: number },
): Promise<{ ids: string[]; next: string | null }> {
  const query = await queryOf(on, workspaceId, filter);
  if (!query) return { ids: [], next: null };
  const { wanted, profiles, live } = query;
  const low = from > query.floor ? from : query.floor;
  const high = before < query.before ? before : query.before;
  const [row] = profiles ? [] : await on.run<{ id: string }>(edge, [workspaceId, low, high]);
  const end = row?.id ?? null;
  const values = [workspaceId, end ?? high, low, ...wanted, most + 1, live !== false];
  const rows = profiles
    ? await on.run<{ id: string }>(SELECT.profiles, [...values, profiles])
    : await on.run<{ id: string }>(SELECT.window, values);
  return { ids: rows.slice(0, most).map(({ id }) => id), next: rows[most]?.id ?? end };
}
