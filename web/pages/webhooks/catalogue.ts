import { getAttributes } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

const MOST = 1_000;

/** The workspace's attributes by name, with their types; the first 1,000. */
export async function allAttributes(): Promise<{ name: string; type: string }[]> {
  const found: { name: string; type: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(getAttributes({ query: { limit: 200, ...(cursor && { cursor }) } }));
    found.push(...page.items.map(({ name, type }) => ({ name, type })));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && found.length < MOST);
  return found;
}
