import { Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { IconCircle, IconCircleCheckFilled } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { CopyBlock, Failure, Ref, Section } from '../../components/index.ts';
import { getGettingStarted, postApiKeys } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

const SHOWN = 'YOUR_WRITE_KEY';

/** The first steps; each ticks itself off when it has happened. */
export function GettingStarted() {
  useLiveRefresh(['event', 'delivery'], 'getting-started');
  const { data } = useQuery({
    queryKey: ['getting-started'],
    queryFn: () => ask(getGettingStarted()),
    refetchInterval: 10_000,
  });
  const done = new Map(data?.steps.map((step) => [step.id, step.done]));
  return (
    <Section title="Getting started">
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
          <Text fw={500}>{title}</Text>
          <Text component="div" size="sm" c="var(--quiet)">
            {children}
          </Text>
        </div>
      </Group>
    </li>
  );
}

const COMMANDS: { name: string; of: (origin: string, key: string) => string }[] = [
  {
    name: 'curl',
    of: (origin, key) => `curl -u ${key}: ${origin}/v1/track \\
  -H 'content-type: application/json' \\
  -d '{"userId":"ada","event":"Order Completed","properties":{"order_id":1,"total":12.5}}'`,
  },
  {
    name: 'Segment',
    of: (origin, key) => `import { Analytics } from '@segment/analytics-node';
const analytics = new Analytics({ writeKey: '${key}', host: '${origin}' });
analytics.track({ userId: 'ada', event: 'Order Completed', properties: { order_id: 1 } });`,
  },
  {
    name: 'RudderStack',
    of: (origin, key) => `import Analytics from '@rudderstack/rudder-sdk-node';
const analytics = new Analytics('${key}', { dataPlaneUrl: '${origin}' });
analytics.track({ userId: 'ada', event: 'Order Completed', properties: { order_id: 1 } });`,
  },
  {
    name: 'Customer.io',
    of: (origin, key) => `import { Analytics } from '@customerio/cdp-analytics-node';
const analytics = new Analytics({ writeKey: '${key}', host: '${origin}' });
analytics.track({ userId: 'ada', event: 'Order Completed', properties: { order_id: 1 } });`,
  },
];

function SendEvent() {
  const may = useMay('manage_keys');
  const [key, setKey] = useState<string | null>(null);
  const make = useMutation({
    mutationFn: () => ask(postApiKeys({ body: { name: 'Tracking', kind: 'server', scopes: ['ingest'] } })),
    onSuccess: (made) => setKey(made.key),
  });
  return (
    <Stack gap="xs" mt={6}>
      {make.isError && <Failure error={make.error} />}
      {key === null ? (
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
        <Tabs.List>
          {COMMANDS.map(({ name }) => (
            <Tabs.Tab key={name} value={name}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {COMMANDS.map(({ name, of }) => (
          <Tabs.Panel key={name} value={name} pt="xs">
            <CopyBlock text={of(location.origin, key ?? SHOWN)} label={`Copy the ${name} command`} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
