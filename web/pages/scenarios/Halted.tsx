import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Failure, Ref, State, When } from '../../components/index.ts';
import { type GetScenariosIdResponse, postScenariosIdClear, postScenariosIdResume } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

/** Says that a response stopped a scenario, and offers to release or to cancel what waits in it. */
export function Halted({ scenario }: { scenario: GetScenariosIdResponse }) {
  const client = useQueryClient();
  const may = useMay('edit_scenarios');
  const path = { id: scenario.id };
  const change = useMutation({
    mutationFn: (work: 'release' | 'clear') =>
      ask(work === 'release' ? postScenariosIdResume({ path }) : postScenariosIdClear({ path })),
    onSuccess: (answer, work) => {
      client.setQueryData(['scenario', scenario.id], answer);
      notifications.show({
        message: work === 'release' ? 'What waited is released.' : 'What waited is cancelled; the scenario is paused.',
      });
    },
    onSettled: () => void client.invalidateQueries(),
  });
  const { halted } = scenario;
  if (!halted) return change.error ? <Failure error={change.error} /> : null;
  return (
    <div className="panel" role="alert" style={{ padding: 12, borderLeft: '3px solid var(--wait)' }}>
      <Group justify="space-between" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <State of="halted" />
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {halted.message}
            </Text>
          </Group>
          <Text size="sm" c="var(--quiet)">
            <When at={halted.at} />.{' '}
            {halted.delivery && (
              <>
                <Ref to={`/deliveries/${halted.delivery}`}>The delivery</Ref> that did it.{' '}
              </>
            )}
            <Ref to="/deliveries" search={{ scenario: scenario.id, state: 'halted' }}>
              What waits
            </Ref>{' '}
            is sent when you release it.
          </Text>
        </div>
        <Group gap="xs">
          <Button
            variant="default"
            disabled={!may}
            loading={change.isPending}
            title={may ? undefined : 'Your role may not change scenarios'}
            onClick={() => change.mutate('release')}
          >
            Release
          </Button>
          <Button
            variant="default"
            disabled={!may}
            loading={change.isPending}
            title={may ? undefined : 'Your role may not change scenarios'}
            onClick={() => {
              // It can't be undone.
              if (window.confirm(`Cancel everything that waits in ${scenario.name}? It won't be sent.`))
                change.mutate('clear');
            }}
          >
            Cancel what waits
          </Button>
        </Group>
      </Group>
      {change.error && <Failure error={change.error} />}
    </div>
  );
}
