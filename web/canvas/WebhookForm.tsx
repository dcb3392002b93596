import { Button, Checkbox, Group, Select, Text } from '@mantine/core';
import { type Parameter, ParameterFields } from '../components/index.ts';
import type { Step } from './definition.ts';

/** A webhook that a step can send. */
export interface Sendable {
  id: string;
  key: string;
  name: string;
  preset: object | null;
  definition: { parameters: readonly Parameter[] };
}

type WebhookStep = Extract<Step, { kind: 'webhook' }>;

/** Edits a webhook step: which webhook or preset, what it is filled in with, and when it goes on. */
export function WebhookForm(props: {
  step: WebhookStep;
  change: (step: Step) => void;
  webhooks: readonly Sendable[];
  /** Whether webhooks that are presets may be looked into. */
  mayOpenPresets: boolean;
}) {
  const { step, change, webhooks } = props;
  const chosen = webhooks.find((one) => one.id === step.webhook || one.key === step.webhook);
  const { parameters: values = {}, ...rest } = step;
  const put = (of: WebhookStep, next: Record<string, unknown>) =>
    change(Object.keys(next).length > 0 ? { ...of, parameters: next as NonNullable<WebhookStep['parameters']> } : of);
  const declared = chosen?.definition.parameters ?? [];
  const strange = Object.keys(values).filter((name) => chosen && !declared.some((one) => one.name === name));
  const options = (preset: boolean) =>
    webhooks
      .filter((one) => (one.preset !== null) === preset)
      .map((one) => ({ value: one === chosen ? step.webhook : one.id, label: one.name }));
  const [presets, others] = [options(true), options(false)];
  return (
    <>
      <Select
        label={chosen?.preset ? 'Preset' : 'Webhook'}
        searchable
        allowDeselect={false}
        data={
          presets.length === 0
            ? others
            : [
                { group: 'Presets', items: presets },
                { group: 'Webhooks', items: others },
              ]
        }
        value={step.webhook}
        onChange={(value) => {
          if (!value) return;
          // What the other one has under the same name stays.
          const known = webhooks.find((one) => one.id === value)?.definition.parameters.map((one) => one.name) ?? [];
          const kept = Object.fromEntries(Object.entries(values).filter(([name]) => known.includes(name)));
          put({ ...rest, webhook: value }, kept);
        }}
      />
      {(!chosen?.preset || props.mayOpenPresets) && (
        <a className="link" href={`/webhooks/${chosen?.id ?? step.webhook}`} style={{ fontSize: 13 }}>
          Open this {chosen?.preset ? 'preset' : 'webhook'}
        </a>
      )}
      <ParameterFields parameters={declared} values={values} change={(next) => put(rest, next)} />
      {strange.map((name) => (
        <Group key={name} justify="space-between" wrap="nowrap">
          <Text size="sm" c="var(--bad)">
            The webhook has no parameter “{name}” any more.
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Take away the value of ${name}`}
            onClick={() => put(rest, Object.fromEntries(Object.entries(values).filter(([other]) => other !== name)))}
          >
            Take away
          </Button>
        </Group>
      ))}
      <Select
        label="Move on"
        allowDeselect={false}
        data={[
          { value: 'outcome', label: 'when it was delivered, or failed for good' },
          { value: 'first_attempt', label: 'after the first attempt, whatever it brings' },
        ]}
        value={step.move_on}
        onChange={(value) => value && change({ ...step, move_on: value as 'outcome' | 'first_attempt' })}
      />
      <Checkbox
        label="A way of its own when it fails"
        checked={step.on_fail !== undefined}
        onChange={(event) => {
          const { on_fail: _gone, ...without } = step;
          change(event.currentTarget.checked ? { ...without, on_fail: null } : without);
        }}
      />
    </>
  );
}
