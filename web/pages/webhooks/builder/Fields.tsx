import { ActionIcon, Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { TemplateLine } from '../../../components/index.ts';
import type { Composing } from '../placed.ts';
import { type Change, changed, type Row, rowsOf } from './builder.ts';
import { Catalogue } from './Catalogue.tsx';
import { enveloped } from './envelope.ts';
import { heldIn, keyOf, valueFor } from './insertion.ts';

const INDENT = 18;

/** A body as rows of key and value, or why it can't be shown so. */
export function Fields(props: Composing) {
  const { draft, change, names, may } = props;
  const [wrong, setWrong] = useState<string | null>(null);
  const found = rowsOf(draft.body, draft);
  if ('why' in found)
    return (
      <Text size="sm" role="status" className="panel" p="md">
        This body can’t be shown as fields: {found.why}. It stays as it is, and can be edited raw.
      </Text>
    );
  const { rows } = found;
  /** Changes the body; what can't be written so is told, and nothing is changed. */
  const make = (what: Change): string | null => {
    const next = changed(draft.body, what, draft);
    if ('body' in next) change({ body: next.body });
    return 'why' in next ? next.why : null;
  };
  const add = (at: number | null, key: string, value: { kind: 'text' | 'json'; value: string } | null) =>
    setWrong(
      value === null
        ? 'This language can’t write that name.'
        : make({ do: 'add', at, key: free(rows, at, key), ...value }),
    );
  const envelope = draft.format === 'json' ? enveloped(draft.body, draft) : null;
  return (
    <Stack gap={6} role="group" aria-label="Fields of the body">
      {rows.length === 0 && (
        <Text size="sm" c="var(--quiet)">
          No fields yet: add one from the catalogue, or an empty one.
        </Text>
      )}
      {rows.map((row, i) => (
        <RowOf
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          key={`${i} ${rows.length}`}
          {...props}
          row={row}
          at={i}
          make={make}
          addIn={() => add(i, 'field', EMPTY)}
        />
      ))}
      {may && (
        <Group gap="xs" mt={4}>
          <Catalogue
            names={names}
            pick={(named) => {
              const held = heldIn(draft, named);
              const text = held === null ? null : { kind: 'text' as const, value: held };
              const value = draft.format === 'form' ? text : valueFor(draft, named);
              add(null, keyOf(named), value);
            }}
          />
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => add(null, 'field', EMPTY)}
          >
            Empty field
          </Button>
          {envelope && (
            <Button
              variant="subtle"
              size="compact-sm"
              disabled={'why' in envelope}
              title={
                'why' in envelope ? `No envelope: ${envelope.why}` : 'Put id, event and timestamp around these fields'
              }
              onClick={() => 'body' in envelope && change({ body: envelope.body })}
            >
              Envelope
            </Button>
          )}
        </Group>
      )}
      {wrong && (
        <Text size="sm" c="var(--bad)" role="alert">
          {wrong}
        </Text>
      )}
    </Stack>
  );
}

const EMPTY = { kind: 'text' as const, value: '' };

/** A name that none of the rows beside it has. */
function free(rows: readonly Row[], at: number | null, key: string): string {
  const depth = at === null ? 0 : rows[at]!.depth + 1;
  const taken = new Set(rows.filter((row) => row.depth === depth).map((row) => row.key));
  if (!taken.has(key)) return key;
  let count = 2;
  while (taken.has(`${key}_${count}`)) count++;
  return `${key}_${count}`;
}

function RowOf(
  props: Composing & { row: Row; at: number; make: (change: Change) => string | null; addIn: () => void },
) {
  const { draft, names, may, row, at, make } = props;
  // What is typed and can't be written yet stays in its field alone.
  const [typed, setTyped] = useState<{ key?: string; value?: string; why: string } | null>(null);
  const write = (what: Change, kept: { key?: string; value?: string }) => {
    const why = make(what);
    setTyped(why === null ? null : { ...kept, why });
  };
  const value = typed?.value ?? row.value;
  const setValue = (next: string) => {
    if (row.kind !== 'object') write({ do: 'value', at, kind: row.kind, value: next }, { value: next });
  };
  const label = `Value of ${row.key}`;
  return (
    <div style={{ paddingLeft: Math.min(row.depth, 6) * INDENT }}>
      <Group gap="xs" align="flex-start" wrap="wrap">
        <TextInput
          aria-label={`Key ${at + 1}`}
          value={typed?.key ?? row.key}
          readOnly={!may}
          classNames={{ input: 'mono' }}
          onChange={(event) => {
            const key = event.currentTarget.value;
            write({ do: 'key', at, key }, { key });
          }}
          style={{ flex: '1 1 110px' }}
        />
        {row.kind === 'object' ? (
          <Group gap="xs" style={{ flex: '3 1 190px' }} h={36}>
            <Text size="sm" c="var(--quiet)">
              object
            </Text>
            {may && (
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<IconPlus size={14} />}
                onClick={props.addIn}
                aria-label={`Add to ${row.key}`}
              >
                Add
              </Button>
            )}
          </Group>
        ) : (
          <>
            {draft.format === 'json' && (
              <Select
                aria-label={`Kind of ${row.key}`}
                w={84}
                allowDeselect={false}
                disabled={!may}
                data={[
                  { value: 'text', label: 'Text' },
                  { value: 'json', label: 'JSON' },
                ]}
                value={row.kind}
                onChange={(kind) =>
                  kind && kind !== row.kind && setTyped(reason(make(turned(row, at, kind as 'text' | 'json'))))
                }
              />
            )}
            {value.includes('\n') ? (
              <Textarea
                aria-label={label}
                autosize
                maxRows={10}
                value={value}
                readOnly={!may}
                classNames={{ input: 'mono' }}
                onChange={(event) => setValue(event.currentTarget.value)}
                style={{ flex: '3 1 190px' }}
              />
            ) : (
              <TemplateLine
                label={label}
                quiet
                value={value}
                change={setValue}
                language={draft.language}
                names={names}
                snippets={Object.keys(draft.snippets)}
                readOnly={!may}
                style={{ flex: '3 1 190px' }}
              />
            )}
          </>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove ${row.key}`}
          disabled={!may}
          mt={4}
          onClick={() => setTyped(reason(make({ do: 'remove', at })))}
        >
          <IconTrash size={15} />
        </ActionIcon>
      </Group>
      {typed && (
        <Text size="xs" c="var(--bad)" role="alert">
          {typed.why} The body keeps what it had.
        </Text>
      )}
    </div>
  );
}

const reason = (why: string | null) => (why === null ? null : { why });

/** A value as the other kind: a text that reads as the JSON did, or JSON of what the text was. */
function turned(row: Row, at: number, kind: 'text' | 'json'): Change {
  if (kind === 'text') return { do: 'value', at, kind, value: row.value };
  const bare = /^(?:-?\d+(?:\.\d+)?|true|false|null|\{\{.*\}\}|\$!?[\w.{}]+)$/.test(row.value);
  return { do: 'value', at, kind, value: bare ? row.value : JSON.stringify(row.value) };
}
