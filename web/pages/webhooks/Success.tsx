import { Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Definition } from './draft.ts';
import { useTyped } from './typed.ts';

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

type Condition = NonNullable<Definition['success']>;

/** What a body, or an entry in it, must say to count as delivered. `field`: its place in the definition. */
export function Success(props: {
  label: string;
  description: string;
  /** What the looked at value is called. */
  where: string;
  field: string;
  success: Condition | undefined;
  change: (success: Condition | undefined) => void;
  may: boolean;
  wrong: (field: string) => string | undefined;
  /** What else is to be known of it. */
  children?: ReactNode;
}) {
  const { success, change, may } = props;
  const value = success?.value ?? '';
  const [text, setText] = useTyped(value, typeof value === 'string' ? value : JSON.stringify(value));
  const put = (part: Partial<Condition>) => change({ ...success!, ...part });
  const wrong = (name: string) => props.wrong(`${props.field}.${name}`);
  return (
    <>
      <Switch
        label={props.label}
        description={props.description}
        checked={success !== undefined}
        disabled={!may}
        onChange={(event) =>
          change(
            event.currentTarget.checked ? { path: 'success', op: 'equals', value: true, otherwise: 'fail' } : undefined,
          )
        }
      />
      {success && (
        <Stack gap="xs" pl="md">
          <Group gap="xs" align="flex-start">
            <TextInput
              label={props.where}
              description="A dotted path"
              classNames={{ input: 'mono' }}
              w={160}
              readOnly={!may}
              value={success.path}
              error={wrong('path')}
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
              error={wrong('op')}
              onChange={(value) => value && put({ op: value as typeof success.op })}
            />
            {!ALONE.includes(success.op) && (
              <TextInput
                label="Value"
                description="true, 5, or a text"
                w={130}
                readOnly={!may}
                value={text}
                error={wrong('value')}
                onChange={(event) => {
                  const value = typedValue(event.currentTarget.value);
                  setText(event.currentTarget.value, value);
                  put({ value: value as never });
                }}
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
          {props.children && (
            <Text size="sm" c="var(--quiet)">
              {props.children}
            </Text>
          )}
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
