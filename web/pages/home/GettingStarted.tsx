import { Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { CopyBlock, Failure, Ref, Section, TabList } from '../../components/index.ts';
import { getGettingStarted, postApiKeys } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { COMMANDS } from './commands.ts';

const SHOWN = 'YOUR_WRITE_KEY';
// The key that was made here: it can be read this once, so the commands carry it until the page is loaded anew.
const WRITE_KEY = ['write-key'];

/** Which first steps were made, kept up to date; all of them once every one was. */
export function useSteps() {
  useLiveRefresh(['event', 'delivery'], 'getting-started');
  const { data, isPending } = useQuery({
    queryKey: ['getting-started'],
    queryFn: () => ask(getGettingStarted()),
    refetchInterval: 10_000,
  });
  return { steps: data?.steps, isPending, all: data?.steps.every((step) => step.done) ?? false };
}

/** The first steps; each ticks itself off when it has happened. */
export function GettingStarted() {
  const { steps, all } = useSteps();
  const [open, { toggle }] = useDisclosure();
  const done = new Map(steps?.map((step) => [step.id, step.done]));
  if (all && !open)
    return (
      <Section title="Getting started" action={<Toggle {...{ open, toggle }} />}>
        <Text size="sm" c="var(--quiet)">
          Every first step is done.
        </Text>
      </Section>
    );
  return (
    <Section title="Getting started" action={all ? <Toggle {...{ open, toggle }} /> : undefined}>
      <Stack gap="md" component="ol" style={{ listStyle: 'none', padding: 0, margin: 0 }}>
        <Step done={done.get('event')} title="Send an event">
          <SendEvent />
        </Step>
        <Step done={done.get('webhook')} title="Prepare a webhook">
          A request with placeholders, previewed and tried on a profile. <Ref to="/webhooks">Go to webhooks</Ref>
        </Step>
        <Step done={done.get('scenario')} title="Publish a scenario">
          Say which event starts it and which webhooks it sends. <Ref to="/scenarios">Go to scenarios</Ref>
        </Step>
        <Step done={done.get('delivered')} title="See the first delivery">
          The exact request, the answer, and what was written to the profile.{' '}
          <Ref to="/deliveries">Go to deliveries</Ref>
        </Step>
      </Stack>
    </Section>
  );
}

function Toggle({ open, toggle }: { open: boolean; toggle: () => void }) {
  return (
    <Button size="compact-sm" variant="subtle" color="gray" aria-expanded={open} onClick={toggle}>
      {open ? 'Hide' : 'Show them'}
    </Button>
  );
}

function Step({ done, title, children }: { done: boolean | undefined; title: string; children: ReactNode }) {
  return (
    <li>
      <Group gap="sm" align="flex-start" wrap="nowrap">
        {done ? (
          <IconCircleCheckFilled
            size={20}
            style={{ color: 'var(--good)', flex: 'none' }}
            aria-label="Done"
            role="img"
          />
        ) : (
          <IconCircle size={20} style={{ color: 'var(--quiet)', flex: 'none' }} aria-label="Not done yet" role="img" />
        )}
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text fw={600}>{title}</Text>
          <Text component="div" size="sm" c="var(--quiet)">
            {children}
          </Text>
        </div>
      </Group>
    </li>
  );
}

function SendEvent() {
  const may = useMay('manage_keys');
  const client = useQueryClient();
  const { data: key } = useQuery<string | null>({
    queryKey: WRITE_KEY,
    queryFn: () => client.getQueryData<string>(WRITE_KEY) ?? null,
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const make = useMutation({
    mutationFn: () => ask(postApiKeys({ body: { name: 'Tracking', kind: 'server', scopes: ['ingest'] } })),
    onSuccess: (made) => client.setQueryData(WRITE_KEY, made.key),
  });
  return (
    <Stack gap="xs" mt={6}>
      {make.isError && <Failure error={make.error} />}
      {!key ? (
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            loading={make.isPending}
            disabled={!may}
            title={may ? undefined : 'Your role may not make keys: ask a developer'}
            onClick={() => make.mutate()}
          >
            Make a write key
          </Button>
          <Text size="sm">and put it into these commands, or use one that you have.</Text>
        </Group>
      ) : (
        <Text size="sm">The key stands in the commands. It is shown this once, and can only send events.</Text>
      )}
      <Tabs defaultValue="curl">
        <TabList at="curl">
          {COMMANDS.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </TabList>
        {COMMANDS.map(({ name, of }) => (
          <Tabs.Panel key={name} value={name} pt="xs">
            <CopyBlock text={of(location.origin, key ?? SHOWN)} label={`Copy the ${name} command`} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
