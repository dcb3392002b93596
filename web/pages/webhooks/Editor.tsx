import { Badge, Button, Grid, Group, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ChangedBy, Failure, Page, Ref, TabList, useFilters } from '../../components/index.ts';
import { useMay } from '../../data/me.ts';
import { Conflict } from './Conflict.tsx';
import { allAttributes } from './catalogue.ts';
import { namesOf, type Webhook } from './draft.ts';
import { Entries } from './Entries.tsx';
import { useEditing } from './editing.ts';
import { Mapping } from './Mapping.tsx';
import { Parameters } from './Parameters.tsx';
import { Preset } from './Preset.tsx';
import { RequestForm } from './RequestForm.tsx';
import { Sending } from './Sending.tsx';
import { Deleted, Switched } from './Standing.tsx';
import { Trying } from './Trying.tsx';
import { eventOf, FRESH, usePreview } from './trial.ts';
import { Uses } from './UsedBy.tsx';
import { useEarlier, useUsage } from './usage.ts';
import { Versions } from './Versions.tsx';

const NONE: { name: string; type: string }[] = [];
const MOST_USES = 20;

/** Request, answer, sending and versions at the left; for whom, preview and test at the right. */
export function Editor({ webhook }: { webhook: Webhook }) {
  const [filters, setFilters] = useFilters();
  const mayEdit = useMay('edit_webhooks');
  const mayBind = useMay('edit_urls');
  const may = mayEdit && webhook.deleted_at === null && (mayBind || webhook.preset === null);
  const mayUrls = mayBind && may;
  const editing = useEditing(webhook);
  const { draft, change, dirty, save, saving } = editing;
  const [with_, setWith] = useState(FRESH);
  const [answer, setAnswer] = useState('');
  const preview = usePreview(webhook.id, draft, with_);
  const attributes = useQuery({ queryKey: ['attributes', 'all'], queryFn: allAttributes, staleTime: 30_000 });
  const { uses, more } = useUsage(webhook.id, MOST_USES);
  const earlier = useEarlier(webhook, uses);
  const known = attributes.data ?? NONE;
  const { parameters } = draft;
  const names = useMemo(
    () => namesOf({ attributes: known, event: eventOf(with_), parameters, responses: earlier }),
    [known, with_, parameters, earlier],
  );
  const { refused } = editing;
  const { faults } = preview;
  const wrong = useCallback(
    (field: string) => refused(field) ?? faults.find((fault) => fault.field === field)?.message,
    [refused, faults],
  );
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        if (dirty && may && !saving && !editing.theirs) save();
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  });
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      next.pathname !== current.pathname &&
      !window.confirm('This webhook has changes that are not saved. Leave without them?'),
    disabled: !dirty || saving,
    enableBeforeUnload: dirty,
  });
  return (
    <Page
      wide
      reach
      title={editing.saved.name}
      back={{ to: '/webhooks', label: 'Webhooks' }}
      action={
        <>
          <Text size="sm" c="var(--quiet)">
            version {editing.saved.version}
          </Text>
          {dirty && (
            <Badge color="gray" variant="default" tt="none">
              not saved
            </Badge>
          )}
          {dirty && (
            <Button variant="default" onClick={editing.discard}>
              Discard
            </Button>
          )}
          <Button
            onClick={save}
            loading={saving}
            disabled={!dirty || !may || editing.theirs !== null}
            title="Ctrl or ⌘ S"
          >
            Save
          </Button>
        </>
      }
    >
      <Deleted webhook={webhook} may={mayEdit} />
      {!mayEdit && (
        <Text size="sm" c="var(--quiet)">
          Your role may look at webhooks, not change them: ask a marketer or a developer.
        </Text>
      )}
      {mayEdit && !mayBind && webhook.preset && (
        <Text size="sm" c="var(--quiet)">
          This is a preset: your role fills in its parameters in scenarios. Ask a developer to change it.
        </Text>
      )}
      <Conflict editing={editing} />
      {editing.failure && !editing.conflict && <Failure error={editing.failure} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="md" className="panel" p="md">
            <Group align="flex-end" gap="md">
              <TextInput
                label="Name"
                value={editing.name}
                maxLength={200}
                readOnly={!may}
                error={editing.refused('name')}
                onChange={(event) => editing.setName(event.currentTarget.value)}
                style={{ flex: 1, minWidth: 200 }}
              />
              <Group gap="md" pb={8}>
                <Switched webhook={webhook} may={may} />
                <Text size="sm">
                  <Ref to="/deliveries" search={{ webhook: webhook.id }}>
                    Deliveries
                  </Ref>
                </Text>
              </Group>
            </Group>
            {uses.length > 0 && (
              <Text size="sm" c="var(--quiet)">
                Used by <Uses uses={uses} more={more} />
              </Text>
            )}
            <ChangedBy id={webhook.id} />
            <Tabs
              value={filters.part ?? 'request'}
              onChange={(value) => setFilters({ part: value ?? undefined })}
              keepMounted={false}
            >
              <TabList at={filters.part ?? 'request'}>
                <Tabs.Tab value="request">Request</Tabs.Tab>
                <Tabs.Tab value="parameters">
                  Parameters{draft.parameters.length > 0 ? ` (${draft.parameters.length})` : ''}
                </Tabs.Tab>
                <Tabs.Tab value="response">
                  Response{draft.mapping.length > 0 ? ` (${draft.mapping.length})` : ''}
                </Tabs.Tab>
                <Tabs.Tab value="sending">Sending</Tabs.Tab>
                <Tabs.Tab value="versions">Versions</Tabs.Tab>
              </TabList>
              <Tabs.Panel value="request" pt="md">
                <RequestForm
                  {...{ draft, change, names, wrong, may, mayUrls, with_ }}
                  webhookId={webhook.id}
                  faults={preview.marks}
                />
              </Tabs.Panel>
              <Tabs.Panel value="parameters" pt="md">
                <Stack gap="md">
                  <Parameters {...{ draft, change, wrong, may }} />
                  <Preset webhook={webhook} may={mayUrls} />
                </Stack>
              </Tabs.Panel>
              <Tabs.Panel value="response" pt="md">
                <Entries
                  {...{ draft, change, names, wrong, may, mayUrls, with_, answer }}
                  webhookId={webhook.id}
                  faults={preview.marks}
                />
                <Mapping
                  {...{ draft, change, wrong, may, answer, setAnswer }}
                  attributes={known.map((one) => one.name)}
                />
              </Tabs.Panel>
              <Tabs.Panel value="sending" pt="md">
                <Sending {...{ webhook, draft, change, wrong, may, mayUrls }} />
              </Tabs.Panel>
              <Tabs.Panel value="versions" pt="md">
                <Versions
                  webhookId={webhook.id}
                  current={editing.saved.definition}
                  version={webhook.version}
                  may={may}
                  mayUrls={mayUrls}
                  take={(definition) => {
                    change(definition);
                    setFilters({ part: undefined });
                  }}
                />
              </Tabs.Panel>
            </Tabs>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }} className="beside">
          <Trying
            {...{ draft, with_, setWith, preview }}
            webhookId={webhook.id}
            answered={(text) => setAnswer((before) => (before.trim() === '' ? text : before))}
            sample={(text) => {
              setAnswer(text);
              setFilters({ part: 'response' });
            }}
            map={
              may
                ? (path) => {
                    setFilters({ part: 'response' });
                    change({ mapping: [...draft.mapping, { path, attribute: '', mode: 'set' }] });
                  }
                : null
            }
          />
        </Grid.Col>
      </Grid>
    </Page>
  );
}
