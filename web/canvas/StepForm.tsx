import { ActionIcon, Button, Checkbox, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Condition } from '../../shared/condition.ts';
import { ConditionForm } from './ConditionForm.tsx';
import type { ScenarioDefinition, Step } from './definition.ts';
import { ValueInput } from './ValueInput.tsx';
import { type Sendable, WebhookForm } from './WebhookForm.tsx';

type Of<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;
const UNITS = [
  { value: '1', label: 'seconds' },
  { value: '60', label: 'minutes' },
  { value: '3600', label: 'hours' },
  { value: '86400', label: 'days' },
];
const MODES = [
  { value: 'set', label: 'set' },
  { value: 'set_if_empty', label: 'set if empty' },
  { value: 'add_to_list', label: 'add to list' },
  { value: 'sum', label: 'add up' },
];

/** Edits the chosen step. */
export function StepForm(props: {
  step: Step;
  change: (step: Step) => void;
  webhooks: readonly Sendable[];
  mayOpenPresets: boolean;
}) {
  const { step, change, webhooks, mayOpenPresets } = props;
  return (
    <Stack gap="sm">
      <TextInput
        label="Name (optional)"
        value={step.name}
        maxLength={200}
        onChange={(event) => change({ ...step, name: event.currentTarget.value })}
      />
      {step.kind === 'webhook' && <WebhookForm {...{ step, change, webhooks, mayOpenPresets }} />}
      {step.kind === 'condition' && (
        <ConditionForm
          value={step.if}
          change={(value) => change({ ...step, if: value })}
          of={['attribute', 'property', 'response']}
        />
      )}
      {step.kind === 'wait' && <WaitForm step={step} change={change} />}
      {step.kind === 'update' && <UpdateForm step={step} change={change} />}
      {step.kind === 'exit' && (
        <TextInput
          label="Reason (optional)"
          value={step.reason}
          maxLength={200}
          onChange={(event) => change({ ...step, reason: event.currentTarget.value })}
        />
      )}
      <Text size="xs" c="var(--quiet)">
        Step id: <span className="mono">{step.id}</span>
      </Text>
    </Stack>
  );
}

function WaitForm({ step, change }: { step: Of<'wait'>; change: (step: Step) => void }) {
  const unit = [86_400, 3_600, 60].find((size) => step.seconds % size === 0) ?? 1;
  return (
    <Group gap="xs" align="flex-end" grow>
      <NumberInput
        label="Wait for"
        min={1}
        max={Math.floor(7_776_000 / unit)}
        value={step.seconds / unit}
        onChange={(value) => typeof value === 'number' && value > 0 && change({ ...step, seconds: value * unit })}
      />
      <Select
        aria-label="Unit"
        data={UNITS}
        allowDeselect={false}
        value={String(unit)}
        onChange={(value) =>
          value && change({ ...step, seconds: Math.min(7_776_000, (step.seconds / unit) * Number(value)) })
        }
      />
    </Group>
  );
}

function UpdateForm({ step, change }: { step: Of<'update'>; change: (step: Step) => void }) {
  type One = (typeof step.set)[number];
  const set = (at: number, part: Partial<One>) =>
    change({ ...step, set: step.set.map((one, i) => (i === at ? { ...one, ...part } : one)) });
  return (
    <Stack gap="xs">
      {step.set.map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
        <Group key={i} gap={6} align="flex-end">
          <TextInput
            aria-label={`Attribute ${i + 1}`}
            value={one.attribute}
            onChange={(event) => set(i, { attribute: event.currentTarget.value })}
            style={{ flex: 1, minWidth: 90 }}
          />
          <Select
            aria-label={`How, ${i + 1}`}
            data={MODES}
            w={120}
            allowDeselect={false}
            value={one.mode}
            onChange={(value) => value && set(i, { mode: value as One['mode'] })}
          />
          <ValueInput
            label={`Value ${i + 1} (text or JSON)`}
            value={one.value}
            change={(value) => set(i, { value: value as One['value'] })}
            style={{ flex: 1, minWidth: 90 }}
          />
          {step.set.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              mb={4}
              aria-label={`Remove ${one.attribute}`}
              onClick={() => change({ ...step, set: step.set.filter((_, k) => k !== i) })}
            >
              <IconTrash size={15} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <Group>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => change({ ...step, set: [...step.set, { attribute: 'attribute', mode: 'set', value: '' }] })}
        >
          Add an attribute
        </Button>
      </Group>
    </Stack>
  );
}

const REENTRY = [
  { value: 'always', label: 'always' },
  { value: 'once', label: 'once' },
  { value: 'when_ended', label: 'when it is not in it any more' },
  { value: 'after', label: 'some time after the last entry' },
];
const ORIGINS = ['event', 'response', 'inbound', 'import', 'person', 'scenario'];

type Trigger = NonNullable<ScenarioDefinition['trigger']>;
export type CampaignTrigger = Extract<Trigger, { kind: 'campaign' }>;

/** Edits what starts the scenario. `campaign`: the form of a campaign's own fields. */
export function TriggerForm(props: {
  definition: ScenarioDefinition;
  change: (definition: ScenarioDefinition) => void;
  campaign: (trigger: CampaignTrigger, put: (trigger: CampaignTrigger) => void) => ReactNode;
}) {
  const { definition, change } = props;
  const { trigger } = definition;
  const put = (next: Trigger | null) => change({ ...definition, trigger: next });
  const after = typeof definition.reentry === 'object' ? definition.reentry.after_seconds : null;
  return (
    <Stack gap="sm">
      <Select
        label="What starts it"
        allowDeselect={false}
        data={[
          { value: 'event', label: 'an event of a profile' },
          { value: 'campaign', label: 'a campaign' },
        ]}
        value={trigger?.kind ?? 'event'}
        onChange={(kind) => kind !== (trigger?.kind ?? 'event') && put(kind === 'campaign' ? { kind } : null)}
      />
      {trigger?.kind === 'campaign' ? props.campaign(trigger, put) : <EventForm trigger={trigger} put={put} />}
      <Select
        label="A profile may enter again"
        data={REENTRY}
        allowDeselect={false}
        value={after === null ? (definition.reentry as string) : 'after'}
        onChange={(value) =>
          value &&
          change({
            ...definition,
            reentry: value === 'after' ? { after_seconds: 86_400 } : (value as 'always' | 'once' | 'when_ended'),
          })
        }
      />
      {after !== null && (
        <NumberInput
          label="Hours after the last entry"
          min={1}
          value={after / 3600}
          onChange={(value) =>
            typeof value === 'number' &&
            value > 0 &&
            change({ ...definition, reentry: { after_seconds: value * 3600 } })
          }
        />
      )}
    </Stack>
  );
}

function EventForm(props: {
  trigger: Extract<Trigger, { kind: 'event' }> | null;
  put: (trigger: Trigger | null) => void;
}) {
  const trigger = props.trigger ?? { kind: 'event' as const, event: '' };
  const { filter } = trigger;
  const put = (part: object) => props.put({ ...trigger, ...part });
  const starter: Condition = { property: 'name', op: 'exists' };
  return (
    <>
      <TextInput
        label="Event"
        placeholder="Order Completed"
        required
        maxLength={200}
        value={trigger.event}
        onChange={(event) => {
          const text = event.currentTarget.value;
          if (text === '') props.put(null);
          else put({ event: text });
        }}
      />
      <Checkbox
        label="Only when its properties match"
        checked={filter !== undefined}
        onChange={(event) => {
          if (event.currentTarget.checked) put({ filter: starter });
          else {
            const { filter: _gone, ...rest } = trigger;
            props.put(rest);
          }
        }}
      />
      {filter && (
        <ConditionForm value={filter} change={(value) => put({ filter: value })} of={['property', 'attribute']} />
      )}
      <Checkbox.Group
        label="Events that came from"
        description="None chosen: from anywhere"
        value={'origins' in trigger ? (trigger.origins ?? []) : []}
        onChange={(value) => {
          const { origins: _gone, ...rest } = trigger as typeof trigger & { origins?: unknown };
          props.put((value.length > 0 ? { ...rest, origins: value } : rest) as Trigger);
        }}
      >
        <Group gap="xs" mt={6}>
          {ORIGINS.map((origin) => (
            <Checkbox key={origin} value={origin} label={origin} />
          ))}
        </Group>
      </Checkbox.Group>
    </>
  );
}
