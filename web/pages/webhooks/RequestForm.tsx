import { Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import type { Definition } from './draft.ts';
import { Language } from './Language.tsx';
import { Headers, Query } from './Rows.tsx';
import { Snippets } from './Snippets.tsx';
import type { Fault } from './trial.ts';

const CodeEditor = lazy(() => import('../../components/CodeEditor.tsx'));

const METHODS = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];
const FORMATS = [
  { value: 'json', label: 'JSON' },
  { value: 'form', label: 'Form fields' },
  { value: 'xml', label: 'XML' },
  { value: 'text', label: 'Text' },
];

/** Method, URL, query, headers and body; what is wrong stands at its place. */
export function RequestForm(props: {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  names: readonly string[];
  faults: readonly Fault[];
  wrong: (field: string) => string | undefined;
  may: boolean;
  mayUrls: boolean;
}) {
  const { draft, change, wrong, may, mayUrls } = props;
  return (
    <Stack gap="md">
      {may && !mayUrls && (
        <Text size="sm" c="var(--quiet)">
          Your role may change what is sent, not where it goes and as whom: method, URL, signing and secret headers are
          a developer's.
        </Text>
      )}
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
          error={wrong('url')}
          onChange={(event) => change({ url: event.currentTarget.value })}
          style={{ flex: 1 }}
          classNames={{ input: 'mono' }}
        />
      </Group>
      <Language {...props} />
      <Query {...props} />
      <Headers {...props} />
      {(draft.method !== 'GET' || draft.body.trim() !== '') && <Body {...props} />}
      <Snippets {...props} />
    </Stack>
  );
}

function Body(props: {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  names: readonly string[];
  faults: readonly Fault[];
  wrong: (field: string) => string | undefined;
  may: boolean;
}) {
  const { draft, change, faults, may } = props;
  const inBody = useMemo(() => faults.filter((fault) => fault.field === 'body'), [faults]);
  // Without a place in the text, nothing is underlined: the sentence below is all there is to say.
  const marks = useMemo(() => inBody.filter((fault) => fault.line > 0), [inBody]);
  const saying = inBody.length === 0 ? props.wrong('body') : undefined;
  return (
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
          format={draft.format}
          language={draft.language}
          names={props.names}
          marks={marks}
          readOnly={!may}
        />
      </Suspense>
      {inBody.map((mark) => (
        <Text key={`${mark.line} ${mark.column} ${mark.message}`} size="sm" c="var(--bad)" mt={4} role="alert">
          {mark.line > 0 ? `Line ${mark.line}, column ${mark.column}: ` : ''}
          {mark.message}
        </Text>
      ))}
      {saying && (
        <Text size="sm" c="var(--bad)" mt={4} role="alert">
          {saying}
        </Text>
      )}
    </div>
  );
}
