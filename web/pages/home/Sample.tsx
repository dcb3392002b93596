import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Failure, Reading, Ref, Section } from '../../components/index.ts';
import { deleteSample, getSample, postSample } from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

/** Sample data: brings everything that the pages can show, and takes it away again. */
export function Sample() {
  const client = useQueryClient();
  const may = useMay('publish');
  const query = useQuery({ queryKey: ['sample'], queryFn: () => ask(getSample()) });
  const { data } = query;
  // Everything that is shown anywhere may have changed.
  const onSettled = () => void client.invalidateQueries();
  const load = useMutation({ mutationFn: () => ask(postSample()), onSettled });
  const remove = useMutation({
    mutationFn: () => ask(deleteSample()),
    onSuccess: () => notifications.show({ message: 'The sample data is gone.' }),
    onSettled,
  });
  if (!data) return <Reading query={query} of="whether sample data is loaded" rows={2} lead />;
  const error = load.error ?? remove.error;
  return (
    <Section title="Sample data">
      {error && <Failure error={error} />}
      {data.loaded ? (
        <>
          <Text size="sm">
            {data.profiles.toLocaleString('en')} customers placed an order each.{' '}
            {data.scenario && <Ref to={`/scenarios/${data.scenario}`}>The scenario</Ref>} tells a CRM through{' '}
            {data.webhook && <Ref to={`/webhooks/${data.webhook}`}>the webhook</Ref>};{' '}
            {data.inspector && <Ref to={`/inspectors/${data.inspector}`}>an inspector</Ref>} plays the CRM, failures
            included, and{' '}
            <Ref to="/profiles" search={{ q: 'sample' }}>
              the profiles
            </Ref>{' '}
            hold its answers.
          </Text>
          <Group>
            <Button
              variant="default"
              size="compact-sm"
              disabled={!may}
              title={may ? undefined : 'Your role may not take it away'}
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              Take it away
            </Button>
          </Group>
        </>
      ) : (
        <>
          <Text size="sm" c="var(--quiet)">
            See the whole thing work first: customers, their orders, a scenario and a webhook to an inspector that
            answers like a CRM. Nothing leaves this machine, and it goes in one click.
          </Text>
          <Group>
            <Button
              variant="default"
              size="compact-sm"
              disabled={!may}
              title={may ? undefined : 'Your role may not load it'}
              loading={load.isPending}
              onClick={() => load.mutate()}
            >
              Load sample data
            </Button>
          </Group>
        </>
      )}
    </Section>
  );
}
