import { z } from 'zod';
import type { Sql } from '../../platform/database/index.ts';
import { type IdKind, parse, present } from '../../platform/ids.ts';
import { type Route, route } from '../route.ts';

const KINDS = ['profile', 'webhook', 'scenario', 'delivery', 'inspector'] as const;
type Kind = (typeof KINDS)[number];
interface Found {
  kind: Kind;
  id: string;
  title: string;
  subtitle: string | null;
}

const EACH = 5;
// By prefix along the identifiers' key, one range a kind: it reads a few rows, however many people there are.
const people: Sql = {
  name: 'search-people',
  text: `SELECT i.profile_id AS id, i.kind, i.value FROM unnest($2::text[]) k(kind) CROSS JOIN LATERAL (
      SELECT x.profile_id, x.kind, x.value FROM identifiers x
      WHERE x.workspace_id = $1 AND x.kind = k.kind AND x.value >= $3 AND x.value < $4 ORDER BY x.value LIMIT ${EACH}) i LIMIT ${EACH}`,
};
const named = (table: 'webhooks' | 'scenarios' | 'inspectors', state: string): Sql => ({
  name: `search-${table}`,
  text: `SELECT id, name, ${state} AS state FROM ${table} WHERE workspace_id = $1 AND position(lower($2) in lower(name)) > 0 ORDER BY id DESC LIMIT ${EACH}`,
});
const webhooks = named('webhooks', "CASE WHEN deleted_at IS NULL THEN 'webhook' ELSE 'deleted webhook' END");
const scenarios = named('scenarios', "'scenario, ' || state");
const inspectors = named('inspectors', "'inspector'");
const byId: Record<Kind, Sql> = {
  profile: {
    name: 'search-profile',
    text: 'SELECT id FROM profiles WHERE workspace_id = $1 AND id = $2 UNION ALL SELECT id FROM aliases WHERE workspace_id = $1 AND id = $2',
  },
  webhook: { name: 'search-webhook', text: 'SELECT id FROM webhooks WHERE workspace_id = $1 AND id = $2' },
  scenario: { name: 'search-scenario', text: 'SELECT id FROM scenarios WHERE workspace_id = $1 AND id = $2' },
  delivery: { name: 'search-delivery', text: 'SELECT id FROM deliveries WHERE workspace_id = $1 AND id = $2' },
  inspector: { name: 'search-inspector', text: 'SELECT id FROM inspectors WHERE workspace_id = $1 AND id = $2' },
};

/** Finds things by id, by the beginning of an identifier, or by a part of their name. */
export const searchRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/search',
    scope: 'read',
    tag: 'Search',
    summary: 'Find profiles, webhooks, scenarios, deliveries and inspectors',
    query: z.object({ q: z.string().trim().min(1).max(200) }),
    answers: {
      200: {
        description: 'What was found, at most twenty',
        schema: z.object({
          items: z.array(
            z.object({ kind: z.enum(KINDS), id: z.string(), title: z.string(), subtitle: z.string().nullable() }),
          ),
        }),
      },
    },
    handler: async ({ caller: { workspaceId }, query: { q }, parts: { database } }) => {
      const items: Found[] = [];
      for (const kind of KINDS) {
        const id = parse(kind as IdKind, q);
        if (id === null) continue;
        const [row] = await database.run<{ id: string }>(byId[kind], [workspaceId, id]);
        if (row) items.push({ kind, id: q, title: q, subtitle: kind });
      }
      if (items.length > 0) return { body: { items } };
      const low = q.toLowerCase();
      const kinds = ['email', 'user_id', 'anonymous_id', 'phone'];
      type Person = { id: string; kind: string; value: string };
      const seen = new Set<string>();
      for (const begin of new Set([q, low]))
        for (const row of await database.run<Person>(people, [workspaceId, kinds, begin, `${begin}\u{10FFFF}`])) {
          if (seen.has(row.id)) continue;
          seen.add(row.id);
          items.push({ kind: 'profile', id: present('profile', row.id), title: row.value, subtitle: row.kind });
        }
      for (const [kind, sql] of [
        ['scenario', scenarios],
        ['webhook', webhooks],
        ['inspector', inspectors],
      ] as const) {
        const rows = await database.run<{ id: string; name: string; state: string }>(sql, [workspaceId, q]);
        for (const row of rows) items.push({ kind, id: present(kind, row.id), title: row.name, subtitle: row.state });
      }
      return { body: { items: items.slice(0, 20) } };
    },
  }),
];
