import { ExactNumber, type Json, parseJson } from '../../platform/json.ts';

/** When an attribute changed last (ms), by what origin, and its text if it is a number written with an exponent. */
export type AttributeHistory = [at: number, origin: number, text?: string];

/** A profile as a turn works with it. Never changed in place. */
export interface ProfileState {
  workspaceId: string;
  id: string;
  attributes: Record<string, Json>;
  changes: Record<string, AttributeHistory>;
  createdAt: number;
  updatedAt: number;
  /** Whether it must be written. */
  dirty: boolean;
  /** Its attributes as the database writes them; null when they have changed since it was read. */
  text: string | null;
}

/** A profile that doesn't exist yet. */
export function newProfile(workspaceId: string, id: string, at: number): ProfileState {
  return { workspaceId, id, attributes: {}, changes: {}, createdAt: at, updatedAt: at, dirty: true, text: null };
}

/** A profile's row, its JSON as text. */
export interface ProfileRow {
  id: string;
  attributes: string;
  changes: string;
  created_at: number;
  updated_at: number;
}

/** A profile from its row (jsonb as text). */
export function profileFromRow(workspaceId: string, row: ProfileRow): ProfileState {
  return {
    workspaceId,
    id: row.id,
    ...parsed(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    dirty: false,
    text: row.attributes,
  };
}

/**
 * A profile from its row, whose texts are parsed when somebody looks at them: most events only pass a profile on, and two
 * texts take less to keep than the objects they describe.
 */
export class StoredProfile implements ProfileState {
  readonly workspaceId: string;
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly dirty = false;
  readonly text: string;
  readonly #changes: string;
  #parsed: Pick<ProfileState, 'attributes' | 'changes'> | null = null;

  constructor(workspaceId: string, row: ProfileRow) {
    this.workspaceId = workspaceId;
    this.id = row.id;
    this.createdAt = row.created_at;
    this.updatedAt = row.updated_at;
    this.text = row.attributes;
    this.#changes = row.changes;
  }

  get attributes(): ProfileState['attributes'] {
    this.#parsed ??= parsed({ attributes: this.text, changes: this.#changes });
    return this.#parsed.attributes;
  }

  get changes(): ProfileState['changes'] {
    this.#parsed ??= parsed({ attributes: this.text, changes: this.#changes });
    return this.#parsed.changes;
  }

  /** Gives the parsed values up; they are parsed again when somebody looks. */
  fold(): void {
    this.#parsed = null;
  }
}

function parsed(row: Pick<ProfileRow, 'attributes' | 'changes'>): Pick<ProfileState, 'attributes' | 'changes'> {
  const attributes = parseJson(row.attributes) as Record<string, Json>;
  const changes = JSON.parse(row.changes) as Record<string, AttributeHistory>;
  for (const [name, history] of Object.entries(changes)) {
    if (history[2] !== undefined && Object.hasOwn(attributes, name)) attributes[name] = new ExactNumber(history[2]);
  }
  return { attributes, changes };
}
