import { type ProfileState, StoredProfile } from '../profiles/index.ts';

/** A profile as it was committed. */
export interface KnownProfile {
  profile: ProfileState;
  /** Which version of its row that is: PostgreSQL's xmin, as text. */
  version: string;
  /** Characters of its row's JSON texts. */
  characters: number;
}

// What is kept at most, in bytes, about: a character of JSON text takes one, and parsed four.
const MOST_BYTES = 4_000_000;
const bytesOf = ({ profile, characters }: KnownProfile) =>
  profile instanceof StoredProfile ? characters : 4 * characters;

/**
 * Profiles as turns of this process left them, so that the next fact of one (most often its outcome) needn't be read and
 * parsed again. What is known here is only used under the version that the database names in the same turn: another
 * process, a merge or an erasure in the meantime gives the row another version.
 */
export class KnownProfiles {
  readonly #known = new Map<string, KnownProfile>();
  #bytes = 0;

  /** With `text`, only one that has its attributes' text: where contexts are handed on, a row that was written is read once. */
  get(id: string, text = false): KnownProfile | undefined {
    const known = this.#known.get(id);
    return text && known?.profile.text === null ? undefined : known;
  }

  /** Keeps what a committed turn read or wrote; what was kept first makes room. */
  keep(profiles: Iterable<KnownProfile>): void {
    for (const known of profiles) {
      this.#drop(known.profile.id);
      if (known.profile instanceof StoredProfile) known.profile.fold();
      this.#known.set(known.profile.id, known);
      this.#bytes += bytesOf(known);
    }
    for (const id of this.#known.keys()) {
      if (this.#bytes <= MOST_BYTES) break;
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    const before = this.#known.get(id);
    if (!before) return;
    this.#bytes -= bytesOf(before);
    this.#known.delete(id);
  }
}
