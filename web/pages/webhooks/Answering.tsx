import { Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Definition } from './draft.ts';
import { parseStatuses, type StatusList } from './statuses.ts';

interface Given {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  may: boolean;
  wrong: (field: string) => string | undefined;
}
type Own = Exclude<Definition['statuses'], string>;

const RULES = [
  { value: 'standard', label: 'Standard', says: '2xx arrived; 408, 409, 425, 429 and 5xx are tried again.' },
  {
    value: 'bloomreach',
    label: "Bloomreach's",
    says: 'As standard, and 400, 404, 410, 412, 413 and 418 stop the whole campaign.',
  },
  { value: 'own', label: 'Own rules', says: 'A status goes before its class; what stands nowhere has failed.' },
];
const OWN: Own = { delivered: ['2xx'], retry: [408, 409, 425, 429, '5xx'], fail: [], stop: [] };
const LISTS: { name: keyof Own; label: string; description: string }[] = [
  { name: 'delivered', label: 'Delivered', description: 'It arrived' },
  { name: 'retry', label: 'Try again', description: 'By the waits above, while tries are left' },
  { name: 'fail', label: 'Failed', description: 'For good; so is whatever stands nowhere' },
  { name: 'stop', label: 'Stop the campaign', description: 'Failed, and what waits is halted until you release it' },
];

/** What answers mean: statuses, and what a body must say to count as delivered. */
export function Answering(props: Given) {
  const { draft, change, may, wrong } = props;
  const own = typeof draft.statuses === 'object' ? draft.statuses : null;
  const value = own ? 'own' : (draft.statuses as string);
  return (
    <Stack gap="sm">
      <Select
        label="What the answer's status means"
        allowDeselect={false}
        disabled={!may}
        data={RULES.map(({ value, label }) => ({ value, label }))}
        description={RULES.find((one) => one.value === value)?.says}
        value={value}
        error={wrong('statuses')}
        onChange={(value) =>
          value && change({ statuses: value === 'own' ? OWN : (value as 'standard' | 'bloomreach') })
        }
      />
      {own &&
        LISTS.map((list) => (
          <Statuses
            key={list.name}
            {...list}
            may={may}
            value={own[list.name]}
            refused={
              wrong(`statuses.${list.name}`) ??
              own[list.name].map((_, i) => wrong(`statuses.${list.name}.${i}`)).find(Boolean)
            }
            change={(value) => change({ statuses: { ...own, [list.name]: value } })}
          />
        ))}
      <Success {...props} />
    </Stack>
  );
}

/** A list of statuses and classes, typed as text. */
export function Statuses(props: {
  label: string;
  description: string;
  value: StatusList;
  may: boolean;
  refused: string | undefined;
  change: (value: StatusList) => void;
}) {
  const [text, setText] = useState(props.value.join(', '));
  const [wrong, setWrong] = useState<string>();
  return (
    <TextInput
      label={props.label}
      description={`${props.description}. E.g. 2xx, 404`}
      value={text}
      readOnly={!props.may}
      error={wrong ?? props.refused}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        const read = parseStatuses(next);
        setWrong(read.wrong);
        if (read.statuses) props.change(read.statuses);
      }}
    />
  );
}

const OPERATORS = [
  { value: 'equals', label: 'is' },
  { value: 'not_equals', label: 'is not' },
  { value: 'exists', label: 'is there' },
  { value: 'missing', label: 'is missing' },
  { value: 'contains', label: 'contains' },
  { value: 'greater_than', label: 'is greater than' },
  { value: 'less_than', label: 'is less than' },
];
const ALONE = ['exists', 'missing'];

function Success({ draft, change, may, wrong }: Given) {
  const { success } = draft;
  const put = (part: Partial<NonNullable<Definition['success']>>) => change({ success: { ...success!, ...part } });
  return (
    <>
      <Switch
        label="A delivered status counts only if the body says so"
        description="For endpoints that answer 200 whatever happens"
        checked={success !== undefined}
        disabled={!may}
        onChange={(event) =>
          change({
            success: event.currentTarget.checked
              ? { path: 'success', op: 'equals', value: true, otherwise: 'fail' }
              : undefined,
          })
        }
      />
      {success && (
        <Stack gap="xs" pl="md">
          <Group gap="xs" align="flex-start">
            <TextInput
              label="Value in the body"
              description="A dotted path"
              className="mono"
              w={160}
              readOnly={!may}
              value={success.path}
              error={wrong('success.path')}
              onChange={(event) => put({ path: event.currentTarget.value })}
            />
            <Select
              label="must"
              description="be so"
              w={140}
              allowDeselect={false}
              disabled={!may}
              data={OPERATORS}
              value={success.op}
              error={wrong('success.op')}
              onChange={(value) => value && put({ op: value as typeof success.op })}
            />
            {!ALONE.includes(success.op) && (
              <TextInput
                label="Value"
                description="true, 5, or a text"
                w={130}
                readOnly={!may}
                defaultValue={typeof success.value === 'string' ? success.value : JSON.stringify(success.value ?? '')}
                error={wrong('success.value')}
                onChange={(event) => put({ value: typedValue(event.currentTarget.value) as never })}
              />
            )}
          </Group>
          <Select
            label="Else"
            w={300}
            maw="100%"
            allowDeselect={false}
            disabled={!may}
            data={[
              { value: 'fail', label: 'it has failed for good' },
              { value: 'retry', label: 'it is tried again' },
            ]}
            value={success.otherwise}
            onChange={(value) => value && put({ otherwise: value as 'fail' | 'retry' })}
          />
          <Text size="sm" c="var(--quiet)">
            A body that is no JSON, or longer than 64 KB, doesn’t say that all is well.
          </Text>
        </Stack>
      )}
    </>
  );
}

/** JSON where it is some, else the text itself. */
function typedValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : value;
  } catch {
    return text;
  }
}
