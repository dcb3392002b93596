import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { Definition } from './draft.ts';

const MODES = [
  { value: 'set', label: 'set' },
  { value: 'set_if_empty', label: 'set if empty' },
  { value: 'add_to_list', label: 'add to list' },
  { value: 'sum', label: 'add up' },
];

/** Which values of a JSON answer are written to which attributes, and how. */
export function Mapping(props: { draft: Definition; change: (part: Partial<Definition>) => void; may: boolean }) {
  const { draft, change, may } = props;
  const set = (at: number, part: object) =>
    change({ mapping: draft.mapping.map((rule, i) => (i === at ? { ...rule, ...part } : rule)) });
  return (
    <Stack gap="xs">
      <Text size="sm" c="var(--quiet)">
        When the answer is JSON, values found by JSONPath are written to the profile. Send a test, and click a value in
        its answer to add it here.
      </Text>
      {draft.mapping.map((rule, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
        <Group key={i} gap="xs" align="flex-end">
          <TextInput
            label="JSONPath"
            placeholder="$.lead.id"
            value={rule.path}
            readOnly={!may}
            onChange={(event) => set(i, { path: event.currentTarget.value })}
            style={{ flex: 1, minWidth: 140 }}
            classNames={{ input: 'mono' }}
          />
          <TextInput
            label="Attribute"
            placeholder="lead_id"
            value={rule.attribute}
            readOnly={!may}
            required
            error={rule.attribute === '' ? 'Name it' : undefined}
            onChange={(event) => set(i, { attribute: event.currentTarget.value })}
            style={{ flex: 1, minWidth: 120 }}
          />
          <Select
            label="How"
            data={MODES}
            value={rule.mode}
            w={130}
            allowDeselect={false}
            disabled={!may}
            onChange={(value) => value && set(i, { mode: value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mb={6}
            aria-label={`Remove the rule for ${rule.attribute || i + 1}`}
            disabled={!may}
            onClick={() => change({ mapping: draft.mapping.filter((_, k) => k !== i) })}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
      ))}
      {may && (
        <Group>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => change({ mapping: [...draft.mapping, { path: '', attribute: '', mode: 'set' }] })}
          >
            Add a rule
          </Button>
        </Group>
      )}
    </Stack>
  );
}
