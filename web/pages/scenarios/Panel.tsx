import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { type Edge, edgesOf, type ScenarioDefinition, type Slot, type Step } from '../../canvas/definition.ts';
import { Notes, type StepNote } from '../../canvas/nodes.tsx';
import { StepForm, TriggerForm } from '../../canvas/StepForm.tsx';
import type { Sendable } from '../../canvas/WebhookForm.tsx';
import { KIND_WORDS, lineOf } from '../../canvas/words.ts';
import { Ref } from '../../components/index.ts';
import { useMay } from '../../data/me.ts';
import { CampaignForm } from './CampaignForm.tsx';
import { Side } from './Side.tsx';

const GOES: Record<Slot, string> = {
  start: 'First step',
  next: 'Goes on to',
  yes: 'If yes, goes on to',
  no: 'If no, goes on to',
  fail: 'If it fails, goes on to',
};
const END = '';

/** The side panel: edits the chosen step or the trigger, and leads to what is behind its numbers. */
export function Panel(props: {
  definition: ScenarioDefinition;
  selected: string;
  editable: boolean;
  change: (definition: ScenarioDefinition) => void;
  changeStep: (step: Step) => void;
  removeStep: (id: string) => void;
  lead: (edge: Edge, to: string | null) => void;
  /** A field was left: what is typed next is another change. */
  left: () => void;
  webhooks: readonly Sendable[];
  nameOf: (webhook: string) => string;
  close: () => void;
  notes: readonly StepNote[] | undefined;
  problem: string | undefined;
  here: { to: string; search: Record<string, string> } | null;
}) {
  const { definition, selected, editable } = props;
  const mayOpenPresets = useMay('edit_urls');
  const step = definition.steps.find((one) => one.id === selected);
  if (!step && selected !== 'trigger') return null;
  const ways = edgesOf(definition).filter((edge) => (edge.from ?? 'trigger') === selected);
  const steps = definition.steps.filter((one) => one.id !== selected);
  return (
    <Side title={step ? KIND_WORDS[step.kind] : 'Trigger'} label="The chosen step" close={props.close}>
      {((props.notes?.length ?? 0) > 0 || props.here) && (
        <Group gap="xs">
          {props.notes && <Notes notes={props.notes} />}
          {props.here && (
            <Text size="xs">
              <Ref {...props.here}>who is here now</Ref>
            </Text>
          )}
        </Group>
      )}
      {props.problem && (
        <Text size="sm" c="var(--bad)">
          {props.problem}
        </Text>
      )}
      <fieldset disabled={!editable} onBlur={props.left} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="sm">
          {step ? (
            <StepForm
              key={step.id}
              step={step}
              change={props.changeStep}
              webhooks={props.webhooks}
              mayOpenPresets={mayOpenPresets}
            />
          ) : (
            <TriggerForm
              definition={definition}
              change={props.change}
              campaign={(trigger, put) => <CampaignForm trigger={trigger} put={put} />}
            />
          )}
          {ways.map((edge) => (
            <Select
              key={edge.slot}
              label={GOES[edge.slot]}
              allowDeselect={false}
              searchable={steps.length > 8}
              disabled={!editable}
              data={[
                { value: END, label: 'the end' },
                ...steps.map((one) => ({ value: one.id, label: one.name || lineOf(one, props.nameOf) })),
              ]}
              value={steps.some((one) => one.id === edge.to) ? edge.to : END}
              onChange={(value) => value !== null && props.lead(edge, value === END ? null : value)}
            />
          ))}
        </Stack>
      </fieldset>
      {step && editable && (
        <Button variant="default" onClick={() => props.removeStep(step.id)}>
          Delete this step
        </Button>
      )}
    </Side>
  );
}
