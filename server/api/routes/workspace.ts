import { z } from 'zod';
import { present } from '../../platform/ids.ts';
import { bumpDefinitions } from '../../schema/index.ts';
import { iso, type Route, route } from '../route.ts';

const workspace = z.object({
  id: z.string(),
  name: z.string(),
  allow_http: z.boolean(),
  time_zone: z.string(),
  created_at: z.string(),
});
type Row = { id: string; name: string; allow_http: boolean; time_zone: string; created_at: number };
const shown = (row: Row) => ({
  id: present('workspace', row.id),
  name: row.name,
  allow_http: row.allow_http,
  time_zone: row.time_zone,
  created_at: iso(row.created_at),
});
const RETURNING = 'id, name, allow_http, time_zone, created_at';
const timeZone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}, 'must be a time zone such as Europe/Amsterdam');

export const workspaceRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/workspace',
    scope: 'read',
    tag: 'Workspace',
    summary: 'Show the workspace of the key',
    answers: { 200: { description: 'The workspace', schema: workspace } },
    async handler({ caller, parts }) {
      const [row] = await parts.database.run<Row>(
        { name: 'api-workspace', text: `SELECT ${RETURNING} FROM workspaces WHERE id = $1` },
        [caller.workspaceId],
      );
      return { body: shown(row!) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/workspace',
    scope: 'admin',
    tag: 'Workspace',
    summary: 'Rename the workspace, allow plain HTTP, set its time zone',
    body: z.strictObject({
      name: z.string().trim().min(1).max(200).optional(),
      allow_http: z.boolean().optional(),
      time_zone: timeZone.optional(),
    }),
    answers: { 200: { description: 'Changed', schema: workspace } },
    async handler({ caller, body, parts }) {
      const row = await parts.database.transaction(async (tx) => {
        const rows = await tx.run<Row>(
          {
            name: 'api-workspace-patch',
            text: `UPDATE workspaces SET name = coalesce($2, name), allow_http = coalesce($3, allow_http), time_zone = coalesce($4, time_zone) WHERE id = $1 RETURNING ${RETURNING}`,
          },
          [caller.workspaceId, body.name ?? null, body.allow_http ?? null, body.time_zone ?? null],
        );
        await bumpDefinitions(tx);
        return rows[0]!;
      });
      return { body: shown(row) };
    },
  }),
];
