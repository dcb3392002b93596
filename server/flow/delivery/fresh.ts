import type { ContextRow } from './context.ts';

// Older than this, or beyond this many characters of JSON text, a context is read from the database as any other. What came
// first stays: it is the first to be wanted.
const MOST_MS = 2_000;
const MOST_CHARACTERS = 3_000_000;

interface Kept {
  row: ContextRow;
  until: number;
  characters: number;
}

/**
 * What templates see of deliveries that the engine of this process has just committed, so that delivery needn't read it
 * again. Only a shortcut: what isn't here, or is no more, is read. A profile that changes in this process takes what is
 * kept of it away; a change by another process is seen after two seconds at most, as if the request had been made that
 * much earlier. Who was erased has no row in the queue any more, and nothing is sent without one.
 */
export class Fresh {
  readonly #kept = new Map<string, Kept>();
  readonly #ofProfile = new Map<string, Set<string>>();
  #characters = 0;

  /** Keeps contexts of committed deliveries; `now` is monotonic, ms. */
  put(rows: readonly ContextRow[], now: number): void {
    for (const [id, { until }] of this.#kept) {
      if (until > now) break;
      this.#drop(id);
    }
    for (const row of rows) {
      const characters = (row.attributes?.length ?? 0) + (row.event_body?.length ?? 0);
      if (this.#characters + characters > MOST_CHARACTERS) continue;
      this.#kept.set(row.id, { row, until: now + MOST_MS, characters });
      this.#characters += characters;
      const others = this.#ofProfile.get(row.owner);
      if (others) others.add(row.id);
      else this.#ofProfile.set(row.owner, new Set([row.id]));
    }
  }

  /** Profiles changed: what is kept of them isn't so any more. */
  changed(profiles: readonly string[]): void {
    for (const profile of profiles) for (const id of this.#ofProfile.get(profile) ?? []) this.#drop(id);
  }

  /** Takes the context of a delivery out; null when it isn't here. */
  take(deliveryId: string, now: number): ContextRow | null {
    const kept = this.#kept.get(deliveryId);
    if (!kept) return null;
    this.#drop(deliveryId);
    return kept.until > now ? kept.row : null;
  }

  #drop(id: string): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    this.#kept.delete(id);
    this.#characters -= kept.characters;
    const others = this.#ofProfile.get(kept.row.owner);
    others?.delete(id);
    if (others?.size === 0) this.#ofProfile.delete(kept.row.owner);
  }
}
