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

/** A profile from its row (jsonb as text). */
export function profileFromRow(
  workspaceId: string,
  row: { id: string; attributes: string; changes: string; created_at: number; updated_at: number },
): ProfileState {
  const attributes = parseJson(row.attributes) as Record<string, Json>;
  const changes = JSON.parse(row.changes) as Record<string, AttributeHistory>;
  for (const [name, history] of Object.entries(changes)) {
    if (history[2] !== undefined && Object.hasOwn(attributes, name)) attributes[name] = new ExactNumber(history[2]);
  }
  return {
    workspaceId,
    id: row.id,
    attributes,
    changes,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    dirty: false,
    text: row.attributes,
  };
}
