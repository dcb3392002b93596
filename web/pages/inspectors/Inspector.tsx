import { Button, Stack, Tabs, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { CopyBlock, Failure, Page, Reading, Section, TabList } from '../../components/index.ts';
import {
  deleteInspectorsInspector,
  type GetInspectorsInspectorResponse,
  getInspectorsInspector,
} from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { Answers } from './Answers.tsx';
import { Arrivals } from './Arrivals.tsx';

/** One inspector: its URL, what arrived there, and what it answers. */
export default function Inspector() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['inspector', id],
    queryFn: () => ask(getInspectorsInspector({ path: { inspector: id } })),
  });
  if (query.data) return <One key={id} inspector={query.data} />;
  return (
    <Page title="Inspector" back={BACK}>
      <Reading query={query} of="the inspector" rows={6} lead />
    </Page>
  );
}

const BACK = { to: '/inspectors', label: 'Inspector' };

function One({ inspector }: { inspector: GetInspectorsInspectorResponse }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const may = useMay('edit_webhooks');
  const remove = useMutation({
    mutationFn: () => ask(deleteInspectorsInspector({ path: { inspector: inspector.id } })),
    onSuccess: () => {
      notifications.show({ message: `${inspector.name} was deleted. Its URL answers 404 now.` });
      void client.invalidateQueries({ queryKey: ['inspectors'] });
      void navigate({ to: '/inspectors' });
    },
  });
  const turns = 'sequence' in inspector.answer ? inspector.answer.sequence : [inspector.answer];
  return (
    <Page
      title={inspector.name}
      back={BACK}
      action={
        <Button
          variant="default"
          disabled={!may}
          title={may ? undefined : 'Your role may look at inspectors, not change them'}
          loading={remove.isPending}
          onClick={() => {
            // It can't be undone: what calls the URL gets 404 from then on, and a new one has another URL.
            if (window.confirm(`Delete ${inspector.name} with what arrived there? Its URL can't be brought back.`))
              remove.mutate();
          }}
        >
          Delete
        </Button>
      }
    >
      {remove.isError && <Failure error={remove.error} />}
      <Section title="Its URL">
        <CopyBlock text={inspector.url} label="Copy the URL" />
        <Text size="sm" c="var(--quiet)">
          Put it into a webhook, or call it yourself; anything below it works too. Who knows the URL can send there. The
          last 100 requests of 48 hours are kept, 64 KB of each.
        </Text>
      </Section>
      <Tabs defaultValue="arrivals" keepMounted={false}>
        <TabList at="arrivals">
          <Tabs.Tab value="arrivals">What arrives</Tabs.Tab>
          <Tabs.Tab value="answers">
            What it answers
            <Text span size="xs" className="mono quiet" visibleFrom="sm" ml={6}>
              {turns
                .slice(0, 4)
                .map((turn) => turn.status)
                .join(', ')}
              {turns.length > 4 ? '…' : ''}
            </Text>
          </Tabs.Tab>
        </TabList>
        <Stack pt="md">
          <Tabs.Panel value="arrivals">
            <Arrivals inspector={inspector} mayEmpty={may} />
          </Tabs.Panel>
          <Tabs.Panel value="answers">
            <Answers inspector={inspector} may={may} />
          </Tabs.Panel>
        </Stack>
      </Tabs>
    </Page>
  );
}
