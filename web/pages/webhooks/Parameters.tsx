import { ActionIcon, Button, Checkbox, Group, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { Empty, type Parameter, ParameterFields, Section } from '../../components/index.ts';
import type { Definition } from './draft.ts';

const TYPES = [
  { value: 'text', label: 'Text' },
  { value: 'long_text', label: 'Text of several lines' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'choice', label: 'A choice' },
  { value: 'json', label: 'JSON' },
];
/** How a template of each language asks for a parameter. */
const ASKING: Record<Definition['language'], (name: string) => string> = {
  liquid: (name) => `{{ parameters.${name} }}`,
  jinja: (name) => `[[${name}]]`,
  mustache: (name) => `{{parameters.${name}}}`,
  velocity: (name) => `$!parameters.${name}`,
};

interface Given {
  draft: Definition;
  change: (part: Partial<Definition>) => void;
  wrong: (field: string) => string | undefined;
  may: boolean;
}

/** The fields that scenario steps fill in, and what a step shows of them. */
export function Parameters({ draft, change, wrong, may }: Given) {
  const { parameters } = draft;
  const set = (at: number, part: Partial<Parameter>) =>
    change({ parameters: parameters.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  const add = () =>
    change({
      parameters: [
        ...parameters,
        { name: freeName(parameters), type: 'text', label: '', help: '', required: false, choices: [] },
      ],
    });
  const button = (
    <Button
      variant="subtle"
      size="compact-sm"
      leftSection={<IconPlus size={14} />}
      disabled={!may || parameters.length >= 50}
      onClick={add}
    >
      Add a parameter
    </Button>
  );
  if (parameters.length === 0)
    return (
      <Empty action={button}>
        A parameter is a named field that each scenario step fills in, as a text of an SMS; the template asks for it
        with <span className="mono">{ASKING[draft.language]('name')}</span>.
      </Empty>
    );
  return (
    <Stack gap="md">
      {parameters.map((one, i) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          key={i}
          parameter={one}
          at={i}
          asking={ASKING[draft.language](one.name)}
          set={(part) => set(i, part)}
          remove={() => change({ parameters: parameters.filter((_, k) => k !== i) })}
          {...{ wrong, may }}
        />
      ))}
      <Group>{button}</Group>
    </Stack>
  );
}

function Row(props: {
  parameter: Parameter;
  at: number;
  asking: string;
  set: (part: Partial<Parameter>) => void;
  remove: () => void;
  wrong: (field: string) => string | undefined;
  may: boolean;
}) {
  const { parameter: one, at, set, may } = props;
  const wrong = (field: string) => props.wrong(`parameters.${at}.${field}`);
  const text = (field: 'name' | 'label' | 'help', label: string, placeholder = '') => (
    <TextInput
      label={label}
      aria-label={`${label} of parameter ${at + 1}`}
      placeholder={placeholder}
      value={one[field]}
      readOnly={!may}
      error={wrong(field)}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      style={{ flex: '1 1 150px' }}
    />
  );
  return (
    <Section
      title={one.label || one.name || 'Parameter'}
      action={
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove parameter ${one.name || at + 1}`}
          disabled={!may}
          onClick={props.remove}
        >
          <IconTrash size={15} />
        </ActionIcon>
      }
    >
      <Text size="xs" c="var(--quiet)">
        In the template: <span className="mono">{props.asking}</span>
      </Text>
      <Group gap="sm" align="flex-start">
        {text('name', 'Name')}
        {text('label', 'Label', 'the name')}
        <Select
          label="Type"
          aria-label={`Type of parameter ${at + 1}`}
          data={TYPES}
          allowDeselect={false}
          disabled={!may}
          value={one.type}
          error={wrong('type')}
          onChange={(value) => {
            if (!value) return;
            const { default: _gone, ...rest } = one;
            // What stood there fits another type by chance alone.
            set({ ...rest, default: undefined, type: value as Parameter['type'] });
          }}
          style={{ flex: '1 1 150px' }}
        />
      </Group>
      <Group>{text('help', 'Help', 'What to write there, for whoever fills it in')}</Group>
      {one.type === 'choice' && (
        <TagsInput
          label="Choices"
          description="Enter after each"
          aria-label={`Choices of parameter ${at + 1}`}
          value={one.choices}
          maxTags={100}
          disabled={!may}
          error={wrong('choices')}
          onChange={(choices) => set({ choices })}
        />
      )}
      <ParameterFields
        parameters={[{ ...one, name: 'default', label: 'Default', help: '', required: false, default: undefined }]}
        values={one.default === undefined ? {} : { default: one.default }}
        change={({ default: value }) => set({ default: value })}
        disabled={!may}
      />
      {wrong('default') && (
        <Text size="sm" c="var(--bad)" role="alert">
          {wrong('default')}
        </Text>
      )}
      <Checkbox
        label="Required: a step without a value can't be published"
        checked={one.required}
        disabled={!may}
        onChange={(event) => set({ required: event.currentTarget.checked })}
      />
    </Section>
  );
}

function freeName(parameters: readonly Parameter[]): string {
  for (let n = 1; ; n++) if (!parameters.some((one) => one.name === `field_${n}`)) return `field_${n}`;
}
