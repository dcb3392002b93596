import { z } from 'zod';
import { attributeName, attributeType } from '../../../shared/attribute.ts';
import { bumpDefinitions } from '../../schema/index.ts';
import { notFound, Problem } from '../problem.ts';
import { cursorText, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';

const attribute = z.object({ name: z.string(), type: attributeType, identifier: z.boolean(), declared_at: z.string() });
type Row = { name: string; type: string; identifier: boolean; declared_at: number };
const present = (row: Row) => ({
  name: row.name,
  type: row.type,
  identifier: row.identifier,
  declared_at: iso(row.declared_at),
});

export const attributeRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/attributes',
    scope: 'read',
    tag: 'Attributes',
    summary: 'List the attributes that are declared in the workspace',
    query: pageQuery,
    answers: { 200: { description: 'Attributes by name', schema: listOf(attribute) } },
    async handler({ caller, query, parts }) {
      const rows = await parts.database.run<Row>(
        {
          name: 'api-attributes',
          text: 'SELECT name, type, identifier, declared_at FROM attributes WHERE workspace_id = $1 AND name > $2 ORDER BY name LIMIT $3',
        },
        [caller.workspaceId, cursorText(query.cursor) ?? '', query.limit + 1],
      );
      return { body: page(rows, query.limit, (row) => row.name, present) };
    },
  }),
  route({
    method: 'POST',
    path: '/attributes',
    scope: 'profiles',
    tag: 'Attributes',
    summary: 'Declare an attribute before its first value is seen',
    body: z.strictObject({ name: attributeName, type: attributeType, identifier: z.boolean().default(false) }),
    answers: { 201: { description: 'Declared', schema: attribute } },
    async handler({ caller, body, parts }) {
      const now = parts.clock.now();
      const made = await parts.database.transaction(async (tx) => {
        const rows = await tx.run<Row>(
          {
            name: 'api-attribute-declare',
            text: 'INSERT INTO attributes (workspace_id, name, type, identifier, declared_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING name, type, identifier, declared_at',
          },
          [caller.workspaceId, body.name, body.type, body.identifier, now],
        );
        await bumpDefinitions(tx);
        return rows[0];
      });
      if (!made)
        throw new Problem(409, `The attribute ${body.name} is declared already; its type stands.`, [
          { field: 'name', message: 'is declared already' },
        ]);
      return { status: 201, body: present(made) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/attributes/{name}',
    scope: 'profiles',
    tag: 'Attributes',
    summary: 'Say whether an attribute identifies a profile',
    params: z.object({ name: z.string() }),
    body: z.strictObject({ identifier: z.boolean() }),
    answers: { 200: { description: 'Changed', schema: attribute } },
    async handler({ caller, params, body, parts }) {
      const changed = await parts.database.transaction(async (tx) => {
        const rows = await tx.run<Row>(
          {
            name: 'api-attribute-patch',
            text: 'UPDATE attributes SET identifier = $3 WHERE workspace_id = $1 AND name = $2 RETURNING name, type, identifier, declared_at',
          },
          [caller.workspaceId, params.name, body.identifier],
        );
        await bumpDefinitions(tx);
        return rows[0];
      });
      if (!changed) throw notFound('attribute');
      return { body: present(changed) };
    },
  }),
];
