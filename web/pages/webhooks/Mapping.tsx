import { ActionIcon, Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { PostMappingsTryResponse } from '../../data/api/index.ts';
import type { Definition } from './draft.ts';
import { useTried } from './tried.ts';

const MODES = [
  { value: 'set', label: 'set' },
  { value: 'set_if_empty', label: 'set if empty' },
  { value: 'add_to_list', label: 'add to list' },
  { value: 'sum', label: 'add up' },
];
type Rule = Definition['mapping'][number];

/**
 * Which values of a JSON answer are written to which attributes, and how; tried live on an answer. `wrong`: what the API
 * says of a field, `mapping.0.path`.
 */
export function Mapping(props: {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  may: boolean;
  wrong: (field: string) => string | undefined;
  attributes: readonly string[];
  answer: string;
  setAnswer: (text: string) => void;
}) {
  const { draft, change, may, wrong } = props;
  const tried = useTried(draft, props.answer);
  const set = (at: number, part: object) =>
    change({ mapping: draft.mapping.map((rule, i) => (i === at ? { ...rule, ...part } : rule)) });
  const rows = useRef<HTMLDivElement>(null);
  const count = useRef(0);
  useEffect(() => {
    // A rule that a click on an answer began lacks its attribute alone: that is typed next.
    const last = draft.mapping.at(-1);
    if (draft.mapping.length > count.current && last?.path !== '' && last?.attribute === '')
      [...(rows.current?.querySelectorAll<HTMLInputElement>('[data-attribute]') ?? [])].at(-1)?.focus();
    count.current = draft.mapping.length;
  }, [draft.mapping]);
  return (
    <Stack gap="sm">
      <Text size="sm" c="var(--quiet)">
        When the answer is JSON, values found by JSONPath are written to the profile. Send a test, and click a value in
        its answer to add it here.
      </Text>
      <datalist id="attributes">
        {props.attributes.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Stack gap="sm" ref={rows}>
        {draft.mapping.map((rule, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity but their place
          <div key={i}>
            <Group gap="xs" align="flex-start">
              <TextInput
                label="JSONPath"
                placeholder="$.lead.id"
                value={rule.path}
                readOnly={!may}
                error={wrong(`mapping.${i}.path`)}
                onChange={(event) => set(i, { path: event.currentTarget.value })}
                style={{ flex: 2, minWidth: 140 }}
                classNames={{ input: 'mono' }}
              />
              <TextInput
                label="Attribute"
                placeholder="lead_id"
                list="attributes"
                data-attribute
                value={rule.attribute}
                readOnly={!may}
                required
                error={wrong(`mapping.${i}.attribute`) ?? (rule.path && !rule.attribute ? 'Name it' : undefined)}
                onChange={(event) => set(i, { attribute: event.currentTarget.value })}
                style={{ flex: 2, minWidth: 120 }}
              />
              <Select
                label="How"
                data={MODES}
                value={rule.mode}
                w={126}
                allowDeselect={false}
                disabled={!may}
                onChange={(value) => value && set(i, { mode: value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                mt={28}
                aria-label={`Remove the rule for ${rule.attribute || i + 1}`}
                disabled={!may}
                onClick={() => change({ mapping: draft.mapping.filter((_, k) => k !== i) })}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </Group>
            {props.answer.trim() !== '' && tried.data && <Found rule={rule} tried={tried.data} />}
          </div>
        ))}
      </Stack>
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
      <Textarea
        label="Answer to try the rules on"
        description="The last test's, or one typed here. Nothing is written."
        placeholder='{ "lead": { "id": "L-7" } }'
        autosize
        minRows={3}
        maxRows={12}
        maxLength={131_072}
        value={props.answer}
        onChange={(event) => props.setAnswer(event.currentTarget.value)}
        error={props.answer.trim() !== '' && tried.error ? tried.error.message : undefined}
        classNames={{ input: 'mono' }}
        spellCheck={false}
      />
    </Stack>
  );
}

/** What a rule finds in the answer that it is tried on. */
function Found({ rule, tried }: { rule: Rule; tried: PostMappingsTryResponse }) {
  if (rule.path === '' || rule.attribute === '') return null;
  const values = tried.changes.filter((one) => one.attribute === rule.attribute && one.mode === rule.mode);
  const reasons = tried.refused.filter((one) => one.attribute === rule.attribute);
  return (
    <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }} aria-live="polite">
      {values.length === 0 && reasons.length === 0 && (
        <span className="quiet">finds nothing in this answer, and writes nothing</span>
      )}
      {values.map((one) => (
        <span key={JSON.stringify(one.value)}>
          <span className="quiet">would write </span>
          <span className="mono">{JSON.stringify(one.value)?.slice(0, 500)}</span>{' '}
        </span>
      ))}
      {reasons.map(({ reason }) => (
        <span key={reason} style={{ color: 'var(--wait)' }}>
          would not write: {reason}{' '}
        </span>
      ))}
    </Text>
  );
}
