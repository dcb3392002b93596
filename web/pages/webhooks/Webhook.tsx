import { Badge, Button, Grid, Group, Skeleton, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker, useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { Failure, Page, Ref, useFilters } from '../../components/index.ts';
import {
  getAttributes,
  getWebhooksWebhook,
  patchWebhooksWebhook,
  putWebhooksWebhookDefinition,
} from '../../data/api/index.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { type Definition, namesOf, type Webhook as Shown } from './draft.ts';
import { Mapping } from './Mapping.tsx';
import { RequestForm } from './RequestForm.tsx';
import { Sending } from './Sending.tsx';
import { Trying, type TryWith, usePreview } from './Trying.tsx';

/** The editor of a webhook: its request, how it is sent, what is kept of the answer; previewed and tried beside it. */
export default function Webhook() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    queryKey: ['webhook', id],
    queryFn: () => ask(getWebhooksWebhook({ path: { webhook: id } })),
    refetchOnWindowFocus: false,
  });
  const back = { to: '/webhooks', label: 'Webhooks' };
  if (query.isError)
    return (
      <Page title="Webhook" back={back}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </Page>
    );
  if (!query.data)
    return (
      <Page title="Webhook" back={back}>
        <Skeleton height={420} />
      </Page>
    );
  return <Editor key={`${id} ${query.data.version}`} webhook={query.data} />;
}

function Editor({ webhook }: { webhook: Shown }) {
  const client = useQueryClient();
  const [filters, setFilters] = useFilters();
  const may = useMay('edit_webhooks');
  const mayUrls = useMay('edit_urls');
  const [draft, setDraft] = useState<Definition>(webhook.definition);
  const [name, setName] = useState(webhook.name);
  const [with_, setWith] = useState<TryWith>({ profile: null, event: null, typed: null });
  const dirty = name !== webhook.name || JSON.stringify(draft) !== JSON.stringify(webhook.definition);
  const preview = usePreview(webhook.id, draft, with_);
  const attributes = useQuery({ queryKey: ['attributes'], queryFn: () => ask(getAttributes()), staleTime: 30_000 });
  const names = namesOf(attributes.data?.items.map((one) => one.name) ?? [], []);
  const save = useMutation({
    mutationFn: async () => {
      const path = { webhook: webhook.id };
      if (name !== webhook.name) await ask(patchWebhooksWebhook({ path, body: { name } }));
      if (JSON.stringify(draft) === JSON.stringify(webhook.definition)) return null;
      return ask(putWebhooksWebhookDefinition({ path, body: draft as never }));
    },
    onSuccess: (saved) => {
      notifications.show({ message: saved ? `Saved as version ${saved.version}` : 'Saved' });
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      void client.invalidateQueries({ queryKey: ['webhook', webhook.id] });
    },
  });
  const { mutate } = save;
  const saveNow = useCallback(() => mutate(), [mutate]);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        if (dirty && may) saveNow();
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [dirty, may, saveNow]);
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      next.pathname !== current.pathname &&
      !window.confirm('This webhook has changes that are not saved. Leave without them?'),
    disabled: !dirty || save.isPending,
    enableBeforeUnload: dirty,
  });
  const change = (part: Partial<Definition>) => setDraft((before) => ({ ...before, ...part }));
  const failure = save.error;
  return (
    <Page
      wide
      title={webhook.name}
      back={{ to: '/webhooks', label: 'Webhooks' }}
      action={
        <>
          <Text size="sm" c="var(--quiet)">
            version {webhook.version}
          </Text>
          {dirty && (
            <Badge color="gray" variant="light" tt="none">
              not saved
            </Badge>
          )}
          {dirty && (
            <Button
              variant="default"
              onClick={() => {
                setDraft(webhook.definition);
                setName(webhook.name);
              }}
            >
              Discard
            </Button>
          )}
          <Button
            onClick={saveNow}
            loading={save.isPending}
            disabled={!dirty || !may}
            title={may ? 'Ctrl or ⌘ S' : 'Your role may not change webhooks'}
          >
            Save
          </Button>
        </>
      }
    >
      {failure && <Failure error={failure} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="md" className="panel" p="md">
            <Group align="flex-end" gap="sm">
              <TextInput
                label="Name"
                value={name}
                maxLength={200}
                readOnly={!may}
                onChange={(event) => setName(event.currentTarget.value)}
                style={{ flex: 1, minWidth: 200 }}
              />
              <Text size="sm" pb={8}>
                <Ref to="/deliveries" search={{ webhook: webhook.id }}>
                  Deliveries
                </Ref>
              </Text>
            </Group>
            <Tabs
              value={filters.part ?? 'request'}
              onChange={(value) => setFilters({ part: value ?? undefined })}
              keepMounted={false}
            >
              <Tabs.List>
                <Tabs.Tab value="request">Request</Tabs.Tab>
                <Tabs.Tab value="response">
                  Response{draft.mapping.length > 0 ? ` (${draft.mapping.length})` : ''}
                </Tabs.Tab>
                <Tabs.Tab value="sending">Sending</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="request" pt="md">
                <RequestForm
                  draft={draft}
                  change={change}
                  names={names}
                  marks={preview.data?.problems ?? []}
                  failure={failure}
                  may={may}
                  mayUrls={mayUrls}
                />
              </Tabs.Panel>
              <Tabs.Panel value="response" pt="md">
                <Mapping draft={draft} change={change} may={may} />
              </Tabs.Panel>
              <Tabs.Panel value="sending" pt="md">
                <Sending draft={draft} change={change} may={may} mayUrls={mayUrls} />
              </Tabs.Panel>
            </Tabs>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Trying
            webhookId={webhook.id}
            draft={draft}
            with_={with_}
            setWith={setWith}
            preview={preview}
            map={(path) => {
              setFilters({ part: 'response' });
              change({ mapping: [...draft.mapping, { path, attribute: '', mode: 'set' }] });
            }}
          />
        </Grid.Col>
      </Grid>
    </Page>
  );
}
