import { Group, SegmentedControl, Select, Skeleton, Text } from '@mantine/core';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import type { Hand } from '../../components/CodeEditor.tsx';
import { Catalogue } from './builder/Catalogue.tsx';
import { Fields } from './builder/Fields.tsx';
import { insertionAt } from './builder/insertion.ts';
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

/** The body: its format, its template as text or as fields, and what is wrong with it. */
export function Body(props: Composing & { title?: string }) {
  const { draft, change, faults, may } = props;
  const [view, setView] = useState<'raw' | 'fields'>('raw');
  const hand = useRef<Hand>(null);
  const [unwritten, setUnwritten] = useState(false);
  const said = useMemo(() => faults.filter((fault) => fault.field === 'body'), [faults]);
  const marks = useMemo(() => said.filter((fault) => fault.line > 0), [said]);
  const { language, names, snippets } = placed(props, 'body');
  const saying = said.length === 0 ? props.wrong('body') : undefined;
  const fielded = draft.format === 'json' || draft.format === 'form';
  const asFields = fielded && view === 'fields';
  return (
    <div>
      <Group justify="space-between" mb={4} gap="xs">
        <Text size="sm" fw={600}>
          {props.title ?? 'Body'}
        </Text>
        <Group gap="xs">
          {may && !asFields && (
            <Catalogue
              names={names}
              pick={(named) =>
                hand.current?.put((text, at) => {
                  const found = insertionAt(text, at, draft, named);
                  setUnwritten(found === null);
                  return found ?? { from: at, to: at, insert: '' };
                })
              }
            />
          )}
          {fielded && (
            <SegmentedControl
              size="xs"
              aria-label="How the body is edited"
              value={view}
              onChange={(value) => setView(value as 'raw' | 'fields')}
              data={[
                { value: 'raw', label: 'Raw' },
                { value: 'fields', label: 'Fields' },
              ]}
            />
          )}
          <Select
            aria-label="Format of the body"
            size="xs"
            data={FORMATS}
            value={draft.format}
            w={118}
            allowDeselect={false}
            disabled={!may}
            onChange={(value) => value && change({ format: value as Definition['format'] })}
          />
        </Group>
      </Group>
      {asFields ? (
        <Fields {...props} />
      ) : (
        <Suspense fallback={<Skeleton height={200} />}>
          <CodeEditor
            label="Body"
            value={draft.body}
            change={(body) => change({ body })}
            format={draft.format}
            {...{ language, names, snippets, marks, hand }}
            readOnly={!may}
          />
        </Suspense>
      )}
      {unwritten && (
        <Text size="sm" c="var(--bad)" mt={4} role="alert">
          This language can’t write that name.
        </Text>
      )}
      <Said marks={said} />
      {saying && (
        <Text size="sm" c="var(--bad)" mt={4} role="alert">
          {saying}
        </Text>
      )}
    </div>
  );
}
