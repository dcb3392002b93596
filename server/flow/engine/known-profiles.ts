import type { ProfileState } from '../profiles/index.ts';

/** A profile as it was committed. */
export interface KnownProfile {
  profile: ProfileState;
  /** Which version of its row that is: PostgreSQL's xmin, as text. */
  version: string;
  /** Characters of its row's JSON texts. */
  characters: number;
}

// What is kept at most, by characters of JSON text; parsed it takes several times that.
const MOST_CHARACTERS = 1_000_000;

/**
 * Profiles as turns of this process left them, so that the next fact of one (most often its outcome) needn't be read and
 * parsed again. What is known here is only used under the version that the database names in the same turn: another
 * process, a merge or an erasure in the meantime gives the row another version.
 */
export class KnownProfiles {
  readonly #known = new Map<string, KnownProfile>();
  #characters = 0;

  /** With `text`, only one that has its attributes' text: where contexts are handed on, a row that was written is read once. */
  get(id: string, text = false): KnownProfile | undefined {
    const known = this.#known.get(id);
    return text && known?.profile.text === null ? undefined : known;
  }

  /** Keeps what a committed turn read or wrote; what was kept first makes room. */
  keep(profiles: Iterable<KnownProfile>): void {
    for (const known of profiles) {
      this.#drop(known.profile.id);
      this.#known.set(known.profile.id, known);
      this.#characters += known.characters;
    }
    for (const id of this.#known.keys()) {
      if (this.#characters <= MOST_CHARACTERS) break;
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    const before = this.#known.get(id);
    if (!before) return;
    this.#characters -= before.characters;
    this.#known.delete(id);
  }
}
