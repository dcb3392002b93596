import { Button, Group, Radio, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Condition } from '../../../shared/condition.ts';
import { Failure, Section } from '../../components/index.ts';
import { postScenariosIdRuns } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { Matching } from './Matching.tsx';

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Asks when a run begins, and says for how many it would be now. */
export function StartRun(props: { scenario: string; filter: Condition | undefined; close: () => void }) {
  const client = useQueryClient();
  const [when, setWhen] = useState('now');
  const [at, setAt] = useState('');
  const start = useMutation({
    mutationFn: () =>
      ask(
        postScenariosIdRuns({
          path: { id: props.scenario },
          body: when === 'now' ? {} : { at: new Date(at).toISOString() },
        }),
      ),
    onSuccess: () => {
      notifications.show({ message: when === 'now' ? 'The run begins.' : 'The run is planned.' });
      props.close();
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['runs', props.scenario] }),
  });
  return (
    <Section title="Start a run">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <Stack gap="sm">
          <Matching filter={props.filter} />
          <Radio.Group aria-label="When it begins" value={when} onChange={setWhen}>
            <Group gap="lg">
              <Radio value="now" label="Now" />
              <Radio value="at" label="At a time" />
            </Group>
          </Radio.Group>
          {when === 'at' && (
            <TextInput
              label="Begins"
              description={`By the clock of this computer (${HERE})`}
              type="datetime-local"
              required
              maw={260}
              value={at}
              onChange={(event) => setAt(event.currentTarget.value)}
            />
          )}
          {start.error && <Failure error={start.error} />}
          <Group gap="xs">
            <Button type="submit" loading={start.isPending} disabled={when === 'at' && at === ''}>
              {when === 'now' ? 'Start now' : 'Plan it'}
            </Button>
            <Button variant="default" onClick={props.close}>
              Cancel
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
