import { Button, CloseButton, Group, Stack, Text, Title } from '@mantine/core';
import type { StepNote } from '../../canvas/Canvas.tsx';
import type { ScenarioDefinition, Step } from '../../canvas/definition.ts';
import { StepForm, TriggerForm } from '../../canvas/StepForm.tsx';
import { KIND_WORDS } from '../../canvas/words.ts';
import { Ref } from '../../components/index.ts';
import { CampaignForm } from './CampaignForm.tsx';
import classes from './panel.module.css';

/** The side panel: edits the chosen step or the trigger, and leads to what is behind its numbers. */
export function Panel(props: {
  scenario: string;
  definition: ScenarioDefinition;
  selected: string | null;
  editable: boolean;
  change: (definition: ScenarioDefinition) => void;
  changeStep: (step: Step) => void;
  removeStep: (id: string) => void;
  webhooks: readonly { id: string; name: string }[];
  close: () => void;
  notes: readonly StepNote[] | undefined;
}) {
  const { definition, selected, editable } = props;
  const step = definition.steps.find((one) => one.id === selected);
  if (!step && selected !== 'trigger') return null;
  return (
    <Stack component="aside" className={classes.panel} aria-label="The chosen step" gap="sm" p="md">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2}>{step ? KIND_WORDS[step.kind] : 'Trigger'}</Title>
        <CloseButton aria-label="Close the panel" onClick={props.close} />
      </Group>
      {props.notes && (
        <Group gap="sm">
          {props.notes.map((note) => (
            <Text key={note.text} size="sm" c={`var(--${note.tone})`}>
              {note.text}
            </Text>
          ))}
          {step?.kind === 'webhook' && (
            <Ref to="/deliveries" search={{ scenario: props.scenario }}>
              Deliveries
            </Ref>
          )}
        </Group>
      )}
      <fieldset disabled={!editable} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        {step ? (
          <StepForm key={step.id} step={step} change={props.changeStep} webhooks={props.webhooks} />
        ) : (
          <TriggerForm
            definition={definition}
            change={props.change}
            campaign={(trigger, put) => <CampaignForm trigger={trigger} put={put} />}
          />
        )}
      </fieldset>
      {step && editable && (
        <Button variant="default" onClick={() => props.removeStep(step.id)}>
          Delete this step
        </Button>
      )}
    </Stack>
  );
}
