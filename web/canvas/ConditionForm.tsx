import { ActionIcon, Button, Group, SegmentedControl, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Comparison, Condition, Operator } from '../../shared/condition.ts';
import { ValueInput } from './ValueInput.tsx';
import { OPERATORS, WITHOUT_VALUE } from './words.ts';

/** A condition as comparisons joined by one word; null when the condition is deeper than that. */
export function flat(condition: Condition): { join: 'all' | 'any'; list: Comparison[] } | null {
  const join = 'any' in condition ? 'any' : 'all';
  const parts = 'any' in condition ? condition.any : 'all' in condition ? condition.all : [condition];
  const list = parts.filter((part): part is Comparison => 'op' in part);
  return list.length === parts.length ? { join, list } : null;
}

/** The condition that comparisons joined by a word are. */
export const whole = (join: 'all' | 'any', list: Comparison[]): Condition =>
  list.length === 1 ? list[0]! : join === 'any' ? { any: list } : { all: list };

/** Edits a condition: comparisons joined by and / or; deeper ones as JSON. `of`: what may be compared. */
export function ConditionForm(props: {
  value: Condition;
  change: (value: Condition) => void;
  of: readonly ('attribute' | 'property' | 'response')[];
}) {
  const simple = flat(props.value);
  if (!simple) return <Deep value={props.value} change={props.change} />;
  const { join, list } = simple;
  const set = (at: number, one: Comparison) =>
    props.change(
      whole(
        join,
        list.map((old, i) => (i === at ? one : old)),
      ),
    );
  return (
    <Stack gap="xs">
      {list.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label="How the comparisons are joined"
          value={join}
          onChange={(value) => props.change(whole(value as 'all' | 'any', list))}
          data={[
            { value: 'all', label: 'all hold' },
            { value: 'any', label: 'any holds' },
          ]}
        />
      )}
      {list.map((one, i) => (
        <One
          // biome-ignore lint/suspicious/noArrayIndexKey: comparisons have no identity but their place
          key={i}
          n={i + 1}
          value={one}
          of={props.of}
          change={(value) => set(i, value)}
          remove={
            list.length > 1
              ? () =>
                  props.change(
                    whole(
                      join,
                      list.filter((_, k) => k !== i),
                    ),
                  )
              : null
          }
        />
      ))}
      <Group>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() =>
            props.change(
              whole(join, [
                ...list,
                props.of[0] === 'property' ? { property: 'name', op: 'exists' } : { attribute: 'email', op: 'exists' },
              ]),
            )
          }
        >
          Add a comparison
        </Button>
      </Group>
    </Stack>
  );
}

function One(props: {
  n: number;
  value: Comparison;
  of: readonly ('attribute' | 'property' | 'response')[];
  change: (value: Comparison) => void;
  remove: (() => void) | null;
}) {
  const { value, n, change } = props;
  const kind = 'attribute' in value ? 'attribute' : 'property' in value ? 'property' : 'response';
  const name = 'attribute' in value ? value.attribute : 'property' in value ? value.property : value.response;
  const rest = { op: value.op, ...(value.value !== undefined && { value: value.value }) };
  const make = (of: string, text: string): Comparison =>
    of === 'attribute'
      ? { attribute: text, ...rest }
      : of === 'property'
        ? { property: text, ...rest }
        : { response: text, ...('path' in value && value.path ? { path: value.path } : {}), ...rest };
  return (
    <Group gap={6} align="flex-end" wrap="wrap">
      {props.of.length > 1 && (
        <Select
          aria-label={`What is compared, ${n}`}
          data={[...props.of]}
          value={kind}
          w={110}
          allowDeselect={false}
          onChange={(of) => of && change(make(of, name))}
        />
      )}
      <TextInput
        aria-label={`Name of the ${kind}, ${n}`}
        placeholder={kind === 'response' ? 'step' : 'name'}
        value={name}
        onChange={(event) => change(make(kind, event.currentTarget.value))}
        style={{ flex: 1, minWidth: 90 }}
      />
      {kind === 'response' && (
        <TextInput
          aria-label={`Path in the answer, ${n}`}
          placeholder="path (none: status)"
          value={'path' in value ? (value.path ?? '') : ''}
          onChange={(event) => {
            const path = event.currentTarget.value;
            change({ response: name, ...(path && { path }), ...rest });
          }}
          style={{ flex: 1, minWidth: 90 }}
        />
      )}
      <Select
        aria-label={`Comparison ${n}`}
        data={Object.entries(OPERATORS).map(([op, label]) => ({ value: op, label }))}
        value={value.op}
        w={150}
        allowDeselect={false}
        onChange={(op) => op && change({ ...value, op: op as Operator })}
      />
      {!WITHOUT_VALUE.includes(value.op) && (
        <ValueInput
          label={`Value ${n}`}
          placeholder="value"
          value={value.value}
          change={(to) => change({ ...value, value: to as Comparison['value'] })}
          style={{ flex: 1, minWidth: 90 }}
        />
      )}
      {props.remove && (
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove comparison ${n}`} onClick={props.remove} mb={4}>
          <IconTrash size={15} />
        </ActionIcon>
      )}
    </Group>
  );
}

function Deep({ value, change }: { value: Condition; change: (value: Condition) => void }) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const [wrong, setWrong] = useState<string | null>(null);
  return (
    <Textarea
      label="Condition (JSON)"
      description={<Text size="xs">all, any and not may stand within one another</Text>}
      autosize
      minRows={4}
      value={wrong !== null || JSON.stringify(value) === given(text) ? text : JSON.stringify(value, null, 2)}
      error={wrong}
      classNames={{ input: 'mono' }}
      onChange={(event) => {
        setText(event.currentTarget.value);
        try {
          change(JSON.parse(event.currentTarget.value) as Condition);
          setWrong(null);
        } catch (error) {
          setWrong((error as Error).message);
        }
      }}
    />
  );
}

/** A JSON text in its shortest form; as it is when it is none. */
function given(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
