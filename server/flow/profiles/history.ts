import type { Connection, Sql } from '../../platform/database/index.ts';
import { type Json, parseJson } from '../../platform/json.ts';
import { FACT } from '../../schema/index.ts';
import type { ProfileView } from './read.ts';

/** Something that changed a profile's attributes. Times in ms; ids bare; kind and origin are numbers of FACT and ORIGIN. */
export interface HistoryEntry {
  id: string;
  kind: number;
  origin: number;
  at: number;
  changes: { attribute: string; mode: string; value: Json | null }[];
  /** Who asked for it, where a person or a program did. */
  by: { kind: 'person' | 'key'; id: string; name: string } | null;
  /** What it came from, where a response was mapped. */
  delivery: string | null;
  webhook: string | null;
  scenario: string | null;
  step: string | null;
  /** The profile that was merged into this one. */
  merged: string | null;
}

// Along the key of the profile's own entries: it reads what one profile has, and keeps what can have changed it.
const entries: Sql = {
  name: 'profile-history',
  text: `SELECT e.* FROM unnest($2::uuid[]) p(id) CROSS JOIN LATERAL (
      SELECT id, kind, origin, body, meta, received_at AS at FROM events WHERE workspace_id = $1 AND profile_id = p.id AND ($3::uuid IS NULL OR id < $3)
        AND (kind = ${FACT.merge} OR kind = ANY($4::int2[]) AND ($5::text IS NULL OR position($5 in body) > 0))
      ORDER BY id DESC LIMIT $6) e ORDER BY id DESC LIMIT $6`,
};
const CHANGING = [FACT.identify, FACT.update, FACT.outcome, FACT.attempted];

type Row = { id: string; kind: number; origin: number; body: string | null; meta: string | null; at: number };

/**
 * One page of what changed a profile's attributes, or one of them, newest first, beginning behind `before`. Read from
 * the timeline; what a step of a scenario wrote isn't there. `next`: where to go on, null at the end.
 */
export async function listHistory(
  on: Connection,
  workspaceId: string,
  profile: Pick<ProfileView, 'id' | 'merged'>,
  options: { attribute: string | null; before: string | null; limit: number },
): Promise<{ items: HistoryEntry[]; next: string | null }> {
  const { attribute, before, limit } = options;
  const ids = [profile.id, ...profile.merged.map((one) => one.id)];
  // Names with other characters may be escaped in the text.
  const within = attribute !== null && /^[\w .-]+$/.test(attribute) ? `"${attribute}"` : null;
  const rows = await on.run<Row>(entries, [workspaceId, ids, before, `{${CHANGING.join()}}`, within, limit + 1]);
  const shown = rows.slice(0, limit);
  const items = shown
    .map((row) => entryOf(row, attribute))
    .filter((one) => one.changes.length > 0 || one.merged !== null);
  return { items, next: rows.length > limit ? shown.at(-1)!.id : null };
}

function entryOf({ body, meta, ...row }: Row, attribute: string | null): HistoryEntry {
  const said = (body === null ? {} : parseJson(body)) as Record<string, Json>;
  const about = (meta === null ? {} : parseJson(meta)) as Record<string, Json>;
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : null);
  const wanted = (name: string) => attribute === null || name === attribute;
  return {
    ...row,
    changes: changesOf(row.kind, said, about).filter((one) => wanted(one.attribute)),
    by: row.kind === FACT.update ? ((about.by ?? null) as HistoryEntry['by']) : null,
    delivery: text(said.delivery),
    webhook: text(said.webhook),
    scenario: text(said.scenario),
    step: text(said.step),
    merged: row.kind === FACT.merge ? text(about.merged) : null,
  };
}

function changesOf(kind: number, said: Record<string, Json>, about: Record<string, Json>): HistoryEntry['changes'] {
  if (kind === FACT.merge) return [];
  if (kind === FACT.identify) {
    const refused = new Set(((about.refused ?? []) as { attribute: string }[]).map((one) => one.attribute));
    return Object.entries(said)
      .filter(([attribute]) => !refused.has(attribute))
      .map(([attribute, value]) => ({ attribute, mode: 'set', value }));
  }
  const changed = new Set((said.changed ?? []) as string[]);
  return ((said.changes ?? []) as { attribute: string; mode: string; value?: Json }[])
    .filter((one) => changed.has(one.attribute))
    .map(({ attribute, mode, value }) => ({ attribute, mode, value: value ?? null }));
}
