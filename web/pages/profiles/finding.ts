import { type GetProfilesResponse, getProfiles } from '../../data/api/index.ts';
import { askExact } from '../../data/queries.ts';

interface Wanted {
  q: string | undefined;
  filter: string | undefined;
  cursor: string | undefined;
  limit: number;
}

const ask = (query: { q?: string; filter?: string; identifier?: string; cursor?: string; limit?: number }) =>
  askExact(getProfiles({ query, parseAs: 'text' }));

const WHOLE = /^(user_id|anonymous_id|email|phone):(.+)$/s;
const PHONE = /^(\+|00)[\d\s()./-]{5,}$/;

/**
 * One page of profiles by a text and a condition. A text such as `email:ann@example.com` is a whole identifier; one that
 * looks like a phone number is also looked up as one, however it is spelled.
 */
export async function findProfiles({ q, filter, cursor, limit }: Wanted): Promise<GetProfilesResponse> {
  if (q && WHOLE.test(q) && filter === undefined) return ask({ identifier: q });
  const phone =
    q && PHONE.test(q) && filter === undefined && cursor === undefined ? await ask({ identifier: `phone:${q}` }) : null;
  const found = await ask({ limit, ...(q && { q }), ...(filter && { filter }), ...(cursor && { cursor }) });
  if (!phone) return found;
  const known = new Set(phone.items.map((one) => one.id));
  return { ...found, items: [...phone.items, ...found.items.filter((one) => !known.has(one.id))] };
}
