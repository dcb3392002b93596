import { z } from 'zod';
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

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Record<string, unknown>;
  return rest;
};

function parametersOf(schema: z.ZodObject | undefined, where: 'path' | 'query'): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
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
  for (const r of routes) {
    const path = `/api/v1${r.path}`;
    const answers = Object.entries(r.answers).map(([status, { description, schema }]) => [
      status,
      { description, ...(schema && { content: { 'application/json': { schema: schemaOf(schema, 'output') } } }) },
    ]);
    const idempotency = {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      schema: { type: 'string', maxLength: 200 },
    };
    paths[path] ??= {};
    paths[path][r.method.toLowerCase()] = {
      operationId: `${r.method.toLowerCase()}${r.path.replace(/[^A-Za-z0-9]+(.)?/g, (_, c: string | undefined) => (c ?? '').toUpperCase())}`,
      summary: r.summary,
      tags: [r.tag],
      'x-scope': r.scope,
      parameters: [
        ...parametersOf(r.params, 'path'),
        ...parametersOf(r.query, 'query'),
        ...(r.method === 'POST' ? [idempotency] : []),
      ],
      ...(r.body && {
        requestBody: { required: true, content: { 'application/json': { schema: schemaOf(r.body, 'input') } } },
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
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key' },
        basic: { type: 'http', scheme: 'basic', description: 'An API key as the user name' },
      },
    },
    paths,
  };
}
