import { Group, Select, Skeleton, Text } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import type { Definition } from './draft.ts';
import { type Composing, placed } from './placed.ts';
import { Said } from './Said.tsx';

const CodeEditor = lazy(() => import('../../components/CodeEditor.tsx'));

const FORMATS = [
  { value: 'json', label: 'JSON' },
  { value: 'form', label: 'Form fields' },
  { value: 'xml', label: 'XML' },
  { value: 'text', label: 'Text' },
];

/** The body: its format, its template, and what is wrong with it. */
export function Body(props: Composing) {
  const { draft, change, faults, may } = props;
  const said = useMemo(() => faults.filter((fault) => fault.field === 'body'), [faults]);
  const marks = useMemo(() => said.filter((fault) => fault.line > 0), [said]);
  const { language, names, snippets } = placed(props, 'body');
  const saying = said.length === 0 ? props.wrong('body') : undefined;
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
          {...{ language, names, snippets, marks }}
          readOnly={!may}
        />
      </Suspense>
      <Said marks={said} />
      {saying && (
        <Text size="sm" c="var(--bad)" mt={4} role="alert">
          {saying}
        </Text>
      )}
    </div>
  );
}
