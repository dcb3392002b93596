import { getProfilesIdTimeline, patchProfilesId } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

/** A change of one attribute. */
export interface Change {
  attribute: string;
  mode: 'set' | 'remove';
  value?: unknown;
}

/** What became of a change; `waiting`: it is stored, and was not applied within our patience. */
export type Outcome = { is: 'changed' | 'same' | 'waiting' } | { is: 'refused'; reason: string };

const PATIENCE_MS = 15_000;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Changes an attribute and waits until that is applied: a change is acknowledged when it is stored, and what became of it
 * stands on the timeline. Throws an ApiFailure when it isn't stored.
 */
export async function changeAttribute(profile: string, change: Change): Promise<Outcome> {
  const { change: id } = await ask(patchProfilesId({ path: { id: profile }, body: { changes: [change] } }));
  const end = performance.now() + PATIENCE_MS;
  for (let pause = 60; performance.now() < end; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    // One look that fails says nothing of the change.
    const { items } = await ask(getProfilesIdTimeline({ path: { id: profile }, query: { limit: 50 } })).catch(() => ({
      items: [],
    }));
    const entry = items.find((one) => one.id === id);
    if (!entry) continue;
    const refused = (entry.meta as { refused?: { reason: string }[] } | null)?.refused?.[0];
    if (refused) return { is: 'refused', reason: refused.reason };
    return { is: (entry.body as { changed?: unknown[] }).changed?.length ? 'changed' : 'same' };
  }
  return { is: 'waiting' };
}
