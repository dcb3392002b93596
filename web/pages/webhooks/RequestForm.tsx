import { ActionIcon, Button, Checkbox, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { ApiFailure } from '../../data/failure.ts';
import type { Definition } from './draft.ts';

const CodeEditor = lazy(() => import('../../components/CodeEditor.tsx'));

const METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];
const FORMATS = [
  { value: 'json', label: 'JSON' },
  { value: 'form', label: 'Form fields' },
  { value: 'xml', label: 'XML' },
  { value: 'text', label: 'Text' },
];
const NOT_YOURS = 'Your role may not change where a webhook goes: ask a developer';

/** Method, URL, query, headers and body; what is wrong stands at its place. */
export function RequestForm(props: {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  names: readonly string[];
  marks: readonly { field: string; line: number; column: number; message: string }[];
  failure: unknown;
  may: boolean;
  mayUrls: boolean;
}) {
  const { draft, change, marks, may, mayUrls } = props;
  const wrong = (field: string) =>
    (props.failure instanceof ApiFailure ? props.failure.of(field) : undefined) ??
    marks.find((mark) => mark.field === field)?.message;
  const inBody = marks.filter((mark) => mark.field === 'body');
  const setHeader = (at: number, part: object) =>
    change({ headers: draft.headers.map((header, i) => (i === at ? { ...header, ...part } : header)) });
  const setQuery = (at: number, part: object) =>
    change({ query: draft.query.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  return (
    <Stack gap="md">
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <Select
          label="Method"
          data={METHODS}
          value={draft.method}
          w={104}
          allowDeselect={false}
          disabled={!mayUrls}
          onChange={(value) => value && change({ method: value as Definition['method'] })}
        />
        <TextInput
          label="URL"
          value={draft.url}
          readOnly={!mayUrls}
          title={mayUrls ? undefined : NOT_YOURS}
          error={wrong('url')}
          onChange={(event) => change({ url: event.currentTarget.value })}
          style={{ flex: 1 }}
          classNames={{ input: 'mono' }}
        />
      </Group>
      <Rows label="Query" add={may ? () => change({ query: [...draft.query, { name: '', value: '' }] }) : null}>
        {draft.query.map((one, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <Group key={i} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={`Query name ${i + 1}`}
              placeholder="name"
              value={one.name}
              readOnly={!may}
              onChange={(event) => setQuery(i, { name: event.currentTarget.value })}
              w={160}
              error={wrong(`query.${i}.name`)}
            />
            <TextInput
              aria-label={`Query value ${i + 1}`}
              placeholder="value or {{ customer.… }}"
              value={one.value}
              readOnly={!may}
              onChange={(event) => setQuery(i, { value: event.currentTarget.value })}
              style={{ flex: 1 }}
              error={wrong(`query.${i}.value`)}
            />
            <Remove
              label={`Remove query ${one.name || i + 1}`}
              may={may}
              go={() => change({ query: draft.query.filter((_, k) => k !== i) })}
            />
          </Group>
        ))}
      </Rows>
      <Rows
        label="Headers"
        add={may ? () => change({ headers: [...draft.headers, { name: '', value: '', secret: false }] }) : null}
      >
        {draft.headers.map((header, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <Group key={i} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={`Header name ${i + 1}`}
              placeholder="Name"
              value={header.name}
              readOnly={!may || (header.secret && !mayUrls)}
              onChange={(event) => setHeader(i, { name: event.currentTarget.value })}
              w={160}
              error={wrong(`headers.${i}.name`)}
            />
            <TextInput
              aria-label={`Header value ${i + 1}`}
              type={header.secret ? 'password' : 'text'}
              autoComplete="off"
              placeholder={header.secret ? 'kept as it is' : 'value or {{ customer.… }}'}
              value={header.value ?? ''}
              readOnly={!may || (header.secret && !mayUrls)}
              onChange={(event) => setHeader(i, { value: event.currentTarget.value || (header.secret ? null : '') })}
              style={{ flex: 1 }}
              error={wrong(`headers.${i}.value`)}
            />
            <Checkbox
              label="secret"
              checked={header.secret}
              disabled={!mayUrls}
              mt={8}
              onChange={(event) => setHeader(i, { secret: event.currentTarget.checked, value: '' })}
            />
            <Remove
              label={`Remove header ${header.name || i + 1}`}
              may={may && (mayUrls || !header.secret)}
              go={() => change({ headers: draft.headers.filter((_, k) => k !== i) })}
            />
          </Group>
        ))}
      </Rows>
      {draft.method !== 'GET' && (
        <div>
          <Group justify="space-between" mb={4}>
            <Text size="sm" fw={500}>
              Body
            </Text>
            <Select
              aria-label="Format of the body"
              size="xs"
              data={FORMATS}
              value={draft.format}
              w={130}
              allowDeselect={false}
              disabled={!may}
              onChange={(value) => value && change({ format: value as Definition['format'] })}
            />
          </Group>
          <Suspense fallback={<Skeleton height={200} />}>
            <CodeEditor
              label="Body"
              value={draft.body}
              change={(body) => change({ body })}
              names={props.names}
              marks={inBody}
              readOnly={!may}
            />
          </Suspense>
          {inBody.map((mark) => (
            <Text key={`${mark.line} ${mark.column} ${mark.message}`} size="sm" c="var(--bad)" mt={4} role="alert">
              {mark.line > 0 ? `Line ${mark.line}, column ${mark.column}: ` : ''}
              {mark.message}
            </Text>
          ))}
          <Text size="xs" c="var(--quiet)" mt={4}>
            Liquid. Values are escaped for where they stand; <span className="mono">{'{{ customer.name }}'}</span>,{' '}
            <span className="mono">{'{{ event.order_id }}'}</span>, <span className="mono">{'{{ response.id }}'}</span>.
          </Text>
        </div>
      )}
    </Stack>
  );
}

function Rows({ label, add, children }: { label: string; add: (() => void) | null; children: React.ReactNode }) {
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Text size="sm" fw={500}>
          {label}
        </Text>
        {add && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={add}
            aria-label={`Add to ${label}`}
          >
            Add
          </Button>
        )}
      </Group>
      {children}
    </Stack>
  );
}

function Remove({ label, may, go }: { label: string; may: boolean; go: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={go} disabled={!may} mt={4}>
      <IconTrash size={15} />
    </ActionIcon>
  );
}
