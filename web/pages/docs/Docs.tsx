import { Group, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CopyBlock, Failure, Page, Section, useFilters } from '../../components/index.ts';

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  $ref?: string;
  description?: string;
  default?: unknown;
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  'x-scope': string;
  parameters: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** The reference of /api/v1, made from /api/openapi.json. */
export default function Docs() {
  const [{ q = '' }, set] = useFilters();
  const { data, error } = useQuery({
    queryKey: ['openapi'],
    queryFn: async () => (await (await fetch('/api/openapi.json')).json()) as Document,
    staleTime: Infinity,
  });
  const all = Object.entries(data?.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const words = q.toLowerCase();
  const shown = all.filter((one) => `${one.method} ${one.path} ${one.operation.summary}`.toLowerCase().includes(words));
  const tags = Map.groupBy(shown, (one) => one.operation.tags[0] ?? 'Other');
  return (
    <Page title="API reference">
      <Text c="var(--quiet)">
        Send an API key as <span className="mono">Authorization: Bearer KEY</span>. Lists have cursors, errors are
        problem+json and name the field, a POST with an <span className="mono">Idempotency-Key</span> happens once. The
        document:{' '}
        <a className="link" href="/api/openapi.json">
          /api/openapi.json
        </a>
      </Text>
      <TextInput
        aria-label="Search the reference"
        placeholder="Search by path or words"
        w={320}
        maw="100%"
        defaultValue={q}
        onChange={(event) => set({ q: event.currentTarget.value || undefined })}
      />
      {error && <Failure error={error} />}
      {!data && !error && <Skeleton height={400} />}
      {[...tags].map(([tag, operations]) => (
        <Section key={tag} title={tag}>
          {operations.map(({ path, method, operation }) => (
            <details key={operation.operationId}>
              <summary style={{ cursor: 'pointer', padding: '4px 0', overflowWrap: 'anywhere' }}>
                <span className="mono">
                  <b>{method}</b> {path}
                </span>{' '}
                <span className="quiet">{operation.summary}</span>
              </summary>
              <Stack gap="sm" py="sm" pl="md">
                <Text size="sm">
                  A key needs the scope <span className="mono">{operation['x-scope']}</span>.
                </Text>
                <Fields
                  title="Parameters"
                  rows={operation.parameters.map((one) => [
                    one.name,
                    `${one.in}, ${typeOf(one.schema, data!)}${one.required ? ', needed' : ''}`,
                    one.schema.description,
                  ])}
                />
                {operation.requestBody && (
                  <SchemaFields
                    title="Body"
                    schema={operation.requestBody.content['application/json'].schema}
                    document={data!}
                  />
                )}
                {Object.entries(operation.responses)
                  .filter(([status]) => status !== 'default')
                  .map(([status, answer]) => (
                    <SchemaFields
                      key={status}
                      title={`${status}: ${answer.description}`}
                      schema={answer.content?.['application/json']?.schema}
                      document={data!}
                    />
                  ))}
                <CopyBlock
                  label="Copy the command"
                  text={`curl -X ${method} -H "Authorization: Bearer $KEY"${operation.requestBody ? " -H 'content-type: application/json' -d '{…}'" : ''} \\\n  '${location.origin}${path}'`}
                />
              </Stack>
            </details>
          ))}
        </Section>
      ))}
      {data && shown.length === 0 && <Text c="var(--quiet)">No operation has this in its path or summary.</Text>}
    </Page>
  );
}

function resolved(schema: Schema | undefined, document: Document): Schema | undefined {
  const name = schema?.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : document.components.schemas[name];
}

function typeOf(given: Schema, document: Document, depth = 0): string {
  const schema = resolved(given, document) ?? {};
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return depth > 2 ? '…' : choices.map((one) => typeOf(one, document, depth + 1)).join(' | ');
  if (schema.type === 'array')
    return `list of ${schema.items ? typeOf(schema.items, document, depth + 1) : 'anything'}`;
  return Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'anything');
}

function SchemaFields({ title, schema, document }: { title: string; schema: Schema | undefined; document: Document }) {
  const whole = resolved(schema, document);
  const of = whole?.properties ? whole : undefined;
  const rows = Object.entries(of?.properties ?? {}).map(([name, one]): [string, string, string | undefined] => [
    name,
    `${typeOf(one, document)}${of?.required?.includes(name) ? '' : ', optional'}`,
    resolved(one, document)?.description,
  ]);
  return <Fields title={title} rows={rows} />;
}

function Fields({ title, rows }: { title: string; rows: readonly (readonly [string, string, string | undefined])[] }) {
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={500}>
          {title}
        </Text>
        {rows.length === 0 && (
          <Text size="sm" c="var(--quiet)">
            none
          </Text>
        )}
      </Group>
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={300} type="native" tabIndex={0}>
          <Table verticalSpacing={2} withRowBorders={false}>
            <Table.Tbody>
              {rows.map(([name, type, note]) => (
                <Table.Tr key={name}>
                  <Table.Td className="mono" style={{ width: 1, whiteSpace: 'nowrap', verticalAlign: 'top' }}>
                    {name}
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>
                    <span className="quiet">{type}</span> {note}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </div>
  );
}
