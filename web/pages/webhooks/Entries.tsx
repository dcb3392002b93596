import { Group, SegmentedControl, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { TemplateLine } from '../../components/index.ts';
import type { BatchOf } from './batch.ts';
import { EntriesTried } from './EntriesTried.tsx';
import { type Composing, placed } from './placed.ts';
import { Success } from './Success.tsx';

type Results = NonNullable<BatchOf['results']>;

/**
 * How a batch's answer tells what became of each profile; without it, all share the request's outcome. `answer`: what it
 * is tried on.
 */
export function Entries({ answer, ...props }: Composing & { answer: string }) {
  const { draft, change, may, wrong } = props;
  const { batch } = draft;
  if (!batch) return null;
  const { results } = batch;
  const put = (next: Results | undefined) => change({ batch: { ...batch, results: next } });
  const set = (part: Partial<Results>) => put({ ...results!, ...part });
  return (
    <Stack gap="sm" mb="lg">
      <Switch
        label="The answer tells of each profile"
        description="It holds a list with an entry for each. Otherwise all share what became of the request."
        checked={results !== undefined}
        disabled={!may}
        onChange={(event) =>
          put(event.currentTarget.checked ? { list: '$.results', match: 'position', missing: 'delivered' } : undefined)
        }
      />
      {results && (
        <>
          <TextInput
            label="List"
            description="JSONPath of the list, or of its entries. What is mapped below is read from a profile’s entry."
            value={results.list}
            readOnly={!may}
            error={wrong('batch.results.list')}
            onChange={(event) => set({ list: event.currentTarget.value })}
            classNames={{ input: 'mono' }}
          />
          <Group gap="sm" align="flex-end">
            <SegmentedControl
              aria-label="Whose an entry is"
              value={results.match === 'position' ? 'position' : 'key'}
              disabled={!may}
              data={[
                { value: 'position', label: 'In the order sent' },
                { value: 'key', label: 'By a value in it' },
              ]}
              onChange={(value) =>
                set({ match: value === 'position' ? 'position' : { path: '$.id', key: ownKey(draft.language) } })
              }
            />
          </Group>
          {results.match !== 'position' && <Key {...props} match={results.match} set={set} />}
          <TextInput
            label="Status in an entry (optional)"
            description="JSONPath of a number that is judged as the answer’s status is"
            value={results.status ?? ''}
            readOnly={!may}
            error={wrong('batch.results.status')}
            onChange={(event) => set({ status: event.currentTarget.value || undefined })}
            classNames={{ input: 'mono' }}
          />
          <Success
            label="An entry counts as delivered only if it says so"
            description="For lists that name those who were refused among the others"
            where="Value in the entry"
            field="batch.results.success"
            success={results.success}
            change={(success) => set({ success })}
            may={may}
            wrong={wrong}
          />
          <Select
            label="A profile without an entry"
            value={results.missing}
            allowDeselect={false}
            disabled={!may}
            data={[
              { value: 'delivered', label: 'was delivered' },
              { value: 'retry', label: 'is tried again' },
              { value: 'fail', label: 'has failed' },
            ]}
            onChange={(value) => value && set({ missing: value as Results['missing'] })}
          />
          <EntriesTried draft={draft} answer={answer} />
        </>
      )}
    </Stack>
  );
}

function Key({
  match,
  set,
  ...props
}: Composing & { match: Exclude<Results['match'], 'position'>; set: (part: Partial<Results>) => void }) {
  const { may, wrong } = props;
  const field = 'batch.results.match.key';
  return (
    <>
      <TextInput
        label="Value in an entry"
        description="JSONPath"
        value={match.path}
        readOnly={!may}
        error={wrong('batch.results.match.path')}
        onChange={(event) => set({ match: { ...match, path: event.currentTarget.value } })}
        classNames={{ input: 'mono' }}
      />
      <TemplateLine
        label="Is the same as"
        value={match.key}
        change={(key) => set({ match: { ...match, key } })}
        {...placed(props, field)}
        readOnly={!may}
      />
      <Text size="xs" c="var(--quiet)">
        A template, made for each profile when the batch is.
      </Text>
    </>
  );
}

const ownKey = (language: Composing['draft']['language']) =>
  language === 'velocity' ? '$customer.id' : '{{ customer.id }}';
