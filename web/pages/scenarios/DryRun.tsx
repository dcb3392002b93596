import { Alert, Anchor, Button, Group, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ScenarioDefinition } from '../../canvas/definition.ts';
import { lineOf } from '../../canvas/words.ts';
import { EventSelect, Failure, JsonField, ProfileSelect } from '../../components/index.ts';
import { useMay } from '../../data/me.ts';
import { DryPath } from './DryPath.tsx';
import type { Rehearsing } from './rehearsing.ts';
import { Side } from './Side.tsx';

/** A dry run: one profile, one event, what webhooks are to bring; then the way, the times and the requests. */
export function DryRun(props: {
  definition: ScenarioDefinition;
  rehearsing: Rehearsing;
  nameOf: (webhook: string) => string;
  select: (step: string) => void;
  close: () => void;
}) {
  const { rehearsing, definition, nameOf } = props;
  const { with_, setWith } = rehearsing;
  const may = useMay('read_bodies');
  const [readable, judge] = useState(true);
  const typed = with_.event === null || with_.event === 'typed';
  // A campaign lets profiles in without an event.
  const campaign = definition.trigger?.kind === 'campaign';
  const started = definition.trigger?.kind === 'event' ? definition.trigger.event : '';
  return (
    <Side title="Dry run" close={props.close}>
      <Text size="sm" c="var(--quiet)">
        Walks a profile through this draft as it would really go. Nothing is sent and nothing is written.
      </Text>
      {!may && <Text size="sm">Your role may not see what requests hold: ask a marketer or an administrator.</Text>}
      <fieldset disabled={!may} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="sm">
          <ProfileSelect value={with_.profile} change={(profile) => setWith({ ...with_, profile, event: 'typed' })} />
          {!campaign && (
            <>
              <EventSelect
                profile={with_.profile?.id ?? null}
                value={with_.event ?? 'typed'}
                change={(event) => setWith({ ...with_, event })}
                typedLabel={started ? `A new “${started}”` : 'A new one'}
                mayBeNone={false}
              />
              {typed && (
                <JsonField
                  label="Properties of the event (JSON)"
                  value={with_.properties}
                  change={(properties) => setWith({ ...with_, properties })}
                  judge={judge}
                />
              )}
            </>
          )}
          <Outcomes {...{ definition, rehearsing, nameOf }} />
          <Group gap="xs">
            <Button
              onClick={rehearsing.run}
              loading={rehearsing.running}
              disabled={!may || !with_.profile || (!campaign && typed && !readable)}
            >
              Run
            </Button>
            {rehearsing.answer && (
              <Button variant="default" onClick={rehearsing.clear}>
                Clear
              </Button>
            )}
            {may && !with_.profile && (
              <Text size="sm" c="var(--quiet)">
                Choose a profile first.
              </Text>
            )}
          </Group>
        </Stack>
      </fieldset>
      {rehearsing.error && <Failure error={rehearsing.error} />}
      {rehearsing.stale && (
        <Alert color="gray" p="xs">
          <Text size="sm">The draft or the values were changed since this run.</Text>
        </Alert>
      )}
      {rehearsing.answer && <DryPath {...rehearsing.answer} {...{ definition, nameOf }} select={props.select} />}
    </Side>
  );
}

/** What becomes of each webhook step, and what comes back. */
function Outcomes(props: {
  definition: ScenarioDefinition;
  rehearsing: Rehearsing;
  nameOf: (webhook: string) => string;
}) {
  const { with_, setWith } = props.rehearsing;
  const [typing, setTyping] = useState<ReadonlySet<string>>(new Set(Object.keys(with_.answers)));
  const steps = props.definition.steps.filter((step) => step.kind === 'webhook');
  if (steps.length === 0) return null;
  return (
    <Stack gap="xs" component="section" aria-label="What webhooks bring">
      <Text size="sm" fw={600}>
        What webhooks bring
      </Text>
      {steps.map((step) => {
        const title = step.name || lineOf(step, props.nameOf);
        const fails = with_.failing.includes(step.id);
        return (
          <Stack key={step.id} gap={4}>
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text size="sm" truncate title={title}>
                {title} {step.name === '' && <span className="quiet mono">{step.id}</span>}
              </Text>
              <SegmentedControl
                size="xs"
                aria-label={`What becomes of ${step.id}`}
                style={{ flex: 'none' }}
                value={fails ? 'failed' : 'delivered'}
                onChange={(value) =>
                  setWith({
                    ...with_,
                    failing: [
                      ...with_.failing.filter((id) => id !== step.id),
                      ...(value === 'failed' ? [step.id] : []),
                    ],
                  })
                }
                data={['delivered', 'failed']}
              />
            </Group>
            {typing.has(step.id) ? (
              <Textarea
                aria-label={`Answer to ${step.id}`}
                placeholder='{ "id": 7 }'
                autosize
                minRows={2}
                maxRows={8}
                maxLength={65_536}
                spellCheck={false}
                classNames={{ input: 'mono' }}
                value={with_.answers[step.id] ?? ''}
                onChange={(event) =>
                  setWith({ ...with_, answers: { ...with_.answers, [step.id]: event.currentTarget.value } })
                }
              />
            ) : (
              <Anchor
                component="button"
                type="button"
                size="xs"
                ta="left"
                onClick={() => setTyping(new Set([...typing, step.id]))}
              >
                Type what comes back
              </Anchor>
            )}
          </Stack>
        );
      })}
    </Stack>
  );
}
