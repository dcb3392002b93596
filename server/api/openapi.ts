import { z } from 'zod';
import { type IdKind, PREFIX } from '../platform/ids.ts';
import type { Route } from './route.ts';

const PROBLEM = {
  description: 'What went wrong, with the fields that are wrong',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'detail'],
        properties: {
          type: { type: 'string' },
          title: { type: 'string' },
          status: { type: 'integer' },
          detail: { type: 'string' },
          errors: {
            type: 'array',
            items: {
              type: 'object',
              required: ['field', 'message'],
              properties: { field: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
  },
};

/**
 * Turns schemas into JSON Schema. What refers to itself has its definition moved to the document's components, named
 * after the operation and numbered: a reference counts from the document's root, not from the schema's.
 */
function createTranslator() {
  const components: Record<string, unknown> = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output', operation: string) => {
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = z.toJSONSchema(schema, {
      io,
      unrepresentable: 'any',
      target: 'draft-2020-12',
      // Our own mark on path parameters says what the text looks like.
      override({ jsonSchema }) {
        if (typeof jsonSchema.idKind !== 'string') return;
        jsonSchema.pattern = `^${PREFIX[jsonSchema.idKind as IdKind]}_[0-9a-f]{32}$`;
        delete jsonSchema.idKind;
      },
    }) as Record<string, unknown>;
    const names = new Map<string, string>();
    for (const name of Object.keys($defs as object))
      names.set(`#/$defs/${name}`, `${operation}${Object.keys(components).length + names.size + 1}`);
    const moved = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (key, item) =>
        key === '$ref' && names.has(item) ? `#/components/schemas/${names.get(item)}` : item,
      );
    for (const [name, definition] of Object.entries($defs as object))
      components[names.get(`#/$defs/${name}`)!] = moved(definition);
    return moved(rest) as Record<string, unknown>;
  };
  return { components, schemaOf };
}
type Translator = ReturnType<typeof createTranslator>['schemaOf'];

function parametersOf(
  schemaOf: Translator,
  operation: string,
  schema: z.ZodObject | undefined,
  where: 'path' | 'query',
): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input', operation) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: value,
  }));
}

/** OpenAPI 3.1 of routes. */
export function openapi(routes: readonly Route[], serverUrl: string | null): object {
  const paths: Record<string, Record<string, object>> = {};
  const { components, schemaOf } = createTranslator();
  for (const r of routes) {
    const path = `/api/v1${r.path}`;
    const operation = `${r.method.toLowerCase()}${r.path.replace(/[^A-Za-z0-9]+(.)?/g, (_, c: string | undefined) => (c ?? '').toUpperCase())}`;
    const answers = Object.entries(r.answers).map(([status, { description, schema, type = 'application/json' }]) => [
      status,
      {
        description,
        ...(schema && { content: { [type]: { schema: schemaOf(schema, 'output', operation) } } }),
      },
    ]);
    const idempotency = {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      schema: { type: 'string', maxLength: 200 },
    };
    paths[path] ??= {};
    paths[path][r.method.toLowerCase()] = {
      operationId: operation,
      summary: r.summary,
      tags: [r.tag],
      'x-scope': r.scope,
      parameters: [
        ...parametersOf(schemaOf, operation, r.params, 'path'),
        ...parametersOf(schemaOf, operation, r.query, 'query'),
        ...(r.method === 'POST' ? [idempotency] : []),
      ],
      ...(r.body && {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(r.body, 'input', operation) } },
        },
      }),
      responses: { ...Object.fromEntries(answers), default: PROBLEM },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Handoff',
      version: '1',
      description: 'Hands customer data to any HTTP API at the right moment, and brings the answer back.',
    },
    ...(serverUrl && { servers: [{ url: serverUrl }] }),
    security: [{ bearer: [] }, { basic: [] }],
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key' },
        basic: { type: 'http', scheme: 'basic', description: 'An API key as the user name' },
      },
    },
    paths,
  };
}
