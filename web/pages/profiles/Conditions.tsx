import {
  ActionIcon,
  Autocomplete,
  Button,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { Operator } from '../../../shared/condition.ts';
import { OPERATORS, WITHOUT_VALUE } from '../../canvas/words.ts';
import { type Declared, type Draft, draftsOf, filterOf, readFilter } from './conditions.ts';

const MOST = 20;

/** Puts a condition on attributes together: comparisons of which all hold, or any. */
export function Conditions(props: {
  filter: string | undefined;
  declared: readonly Declared[];
  show: (filter: string | undefined) => void;
  cancel: () => void;
}) {
  const [drafts, setDrafts] = useState(() => {
    const known = draftsOf(readFilter(props.filter));
    return known.list.length > 0 ? known : { ...known, list: [blank(0)] };
  });
  const { join, list } = drafts;
  const change = (key: number, part: Partial<Draft>) =>
    setDrafts({ join, list: list.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.show(filterOf(drafts, props.declared));
  };
  return (
    <form onSubmit={submit} className="panel" style={{ padding: 12 }} aria-label="Filter by attributes">
      <Stack gap="xs">
        {list.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="How the comparisons are joined"
            style={{ alignSelf: 'flex-start' }}
            value={join}
            onChange={(value) => setDrafts({ join: value as 'all' | 'any', list })}
            data={[
              { value: 'all', label: 'all hold' },
              { value: 'any', label: 'any holds' },
            ]}
          />
        )}
        {list.map((one, i) => (
          <Group key={one.key} gap={6} wrap="wrap">
            <Autocomplete
              aria-label={`Attribute ${i + 1}`}
              placeholder="attribute"
              data={props.declared.map((known) => known.name)}
              openOnFocus={false}
              limit={50}
              maxDropdownHeight={260}
              value={one.attribute}
              onChange={(attribute) => change(one.key, { attribute })}
              autoFocus={i === list.length - 1}
              style={{ flex: '1 1 140px', maxWidth: 240 }}
            />
            <Select
              aria-label={`Comparison ${i + 1}`}
              data={Object.entries(OPERATORS).map(([op, label]) => ({ value: op, label }))}
              value={one.op}
              allowDeselect={false}
              onChange={(op) => op && change(one.key, { op: op as Operator })}
              w={150}
            />
            {!WITHOUT_VALUE.includes(one.op) && (
              <TextInput
                aria-label={`Value ${i + 1}`}
                placeholder={one.op === 'one_of' ? 'value, value' : 'value'}
                value={one.text}
                onChange={(event) => change(one.key, { text: event.currentTarget.value })}
                style={{ flex: '1 1 120px', maxWidth: 260 }}
              />
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove comparison ${i + 1}`}
              onClick={() => setDrafts({ join, list: list.filter((other) => other.key !== one.key) })}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
        ))}
        <Group gap="xs">
          <Button type="submit">Show</Button>
          <Button variant="default" onClick={props.cancel}>
            Cancel
          </Button>
          {list.length < MOST && (
            <Button
              variant="subtle"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() =>
                setDrafts({ join, list: [...list, blank(Math.max(-1, ...list.map((one) => one.key)) + 1)] })
              }
            >
              Add a comparison
            </Button>
          )}
        </Group>
        {props.filter !== undefined && draftsOf(readFilter(props.filter)).list.length === 0 && (
          <Text size="xs" c="var(--quiet)">
            What the address holds is nested deeper than can be edited here; a new filter replaces it.
          </Text>
        )}
      </Stack>
    </form>
  );
}

const blank = (key: number): Draft => ({ key, attribute: '', op: 'equals', text: '' });
