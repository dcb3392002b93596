import { z } from 'zod';
import { present } from '../../platform/ids.ts';
import { bumpDefinitions } from '../../schema/index.ts';
import { urlFaults } from '../../webhooks/index.ts';
import { Problem } from '../problem.ts';
import { iso, type Route, route } from '../route.ts';

const days = z.number().int().min(1).max(3650);
const retention = z.strictObject({
  requests_days: days.meta({ description: 'Requests and responses, with their bodies' }),
  deliveries_days: days.meta({ description: 'Deliveries, and who went through scenarios' }),
  events_days: days.meta({ description: "Events on profiles' timelines" }),
});
const workspace = z.object({
  id: z.string(),
  name: z.string(),
  allow_http: z.boolean(),
  time_zone: z.string(),
  retention: retention.meta({ description: 'How many whole days are kept' }),
  notice_url: z.string().nullable().meta({
    description: 'Where notices are sent, signed with the default signing key (Standard Webhooks); null: nowhere',
  }),
  created_at: z.string(),
});
interface Row {
  id: string;
  name: string;
  allow_http: boolean;
  time_zone: string;
  created_at: number;
  keep_requests_days: number;
  keep_deliveries_days: number;
  keep_events_days: number;
  notice_url: string | null;
}
const shown = (row: Row) => ({
  id: present('workspace', row.id),
  name: row.name,
  allow_http: row.allow_http,
  time_zone: row.time_zone,
  retention: {
    requests_days: row.keep_requests_days,
    deliveries_days: row.keep_deliveries_days,
    events_days: row.keep_events_days,
  },
  notice_url: row.notice_url,
  created_at: iso(row.created_at),
});
const RETURNING =
  'id, name, allow_http, time_zone, created_at, keep_requests_days, keep_deliveries_days, keep_events_days, notice_url';
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
    summary:
      'Rename the workspace, allow plain HTTP, set its time zone, how long the record is kept and where notices go',
    body: z.strictObject({
      name: z.string().trim().min(1).max(200).optional(),
      allow_http: z.boolean().optional(),
      time_zone: timeZone.optional(),
      retention: retention.partial().optional(),
      notice_url: z.string().trim().max(2_000).nullable().optional(),
    }),
    answers: { 200: { description: 'Changed', schema: workspace } },
    async handler({ caller, body, parts }) {
      const row = await parts.database.transaction(async (tx) => {
        const rows = await tx.run<Row>(
          {
            name: 'api-workspace-patch',
            text: `UPDATE workspaces SET name = coalesce($2, name), allow_http = coalesce($3, allow_http), time_zone = coalesce($4, time_zone),
              keep_requests_days = coalesce($5, keep_requests_days), keep_deliveries_days = coalesce($6, keep_deliveries_days),
              keep_events_days = coalesce($7, keep_events_days), notice_url = CASE WHEN $8::bool THEN $9 ELSE notice_url END WHERE id = $1 RETURNING ${RETURNING}`,
          },
          [
            caller.workspaceId,
            body.name ?? null,
            body.allow_http ?? null,
            body.time_zone ?? null,
            body.retention?.requests_days ?? null,
            body.retention?.deliveries_days ?? null,
            body.retention?.events_days ?? null,
            body.notice_url !== undefined,
            body.notice_url ?? null,
          ],
        );
        // Erasing a person finds their requests through the deliveries, so no request is kept beyond its delivery.
        if (rows[0]!.keep_requests_days > rows[0]!.keep_deliveries_days)
          throw new Problem(422, 'Requests can not be kept longer than the deliveries they belong to.', [
            { field: 'retention.requests_days', message: `must be ${rows[0]!.keep_deliveries_days} or less` },
          ]);
        const fault = body.notice_url
          ? urlFaults(body.notice_url, { allowHttp: rows[0]!.allow_http }, null)[0]
          : undefined;
        if (fault !== undefined)
          throw new Problem(422, 'Notices can not be sent there.', [{ field: 'notice_url', message: fault }]);
        await bumpDefinitions(tx);
        return rows[0]!;
      });
      return { body: shown(row) };
    },
  }),
];
