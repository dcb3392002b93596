import { Button, Checkbox, Group, SegmentedControl, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { CursorList, Empty, Failure, Page, Ref, SearchBox, useFilters, When } from '../../components/index.ts';
import { type GetWebhooksResponse, getWebhooks } from '../../data/api/index.ts';
import { makeWebhook } from '../../data/make.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';
import { More, OnOrRestore, useChanges } from './changes.tsx';
import { ExportSelected, useExport, Ways } from './exporting.tsx';
import { UsedBy } from './UsedBy.tsx';

type Item = GetWebhooksResponse['items'][number];
// As many as one file holds.
const MOST_SELECTED = 200;

/** Request definitions: search, on and off, copy, delete and restore, export. */
export default function Webhooks() {
  const [filters, set] = useFilters();
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayMake = useMay('edit_urls');
  const may = useMay('edit_webhooks');
  // A preset is changed and copied by developers: its parameters are filled in.
  const mayChange = (item: Item) => may && (mayMake || item.preset === null);
  const changes = useChanges();
  const exporting = useExport();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const select = (id: string, on: boolean) => {
    const next = new Set(selected);
    if (on && next.size < MOST_SELECTED) next.add(id);
    else next.delete(id);
    setSelected(next);
  };
  const { q, deleted } = filters;
  const make = useMutation({
    mutationFn: makeWebhook,
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['webhooks'] });
      void navigate({ to: `/webhooks/${made.id}` as never });
    },
  });
  const button = (variant: 'filled' | 'default') => (
    <Button
      variant={variant}
      leftSection={<IconPlus size={16} />}
      onClick={() => make.mutate()}
      loading={make.isPending}
      disabled={!mayMake}
    >
      New webhook
    </Button>
  );
  const failure = make.error ?? changes.error ?? exporting.error;
  return (
    <Page
      title="Webhooks"
      action={
        <>
          <Ways exporting={exporting} />
          {button('filled')}
        </>
      }
    >
      {failure && <Failure error={failure} />}
      {!mayMake && (
        <Text size="sm" c="var(--quiet)">
          {may
            ? 'New webhooks are made by developers, since they say where data goes; your role may copy one, and change what it sends.'
            : 'Your role may look at webhooks, not change them: ask a marketer or a developer.'}
        </Text>
      )}
      <Group gap="xs">
        <SearchBox
          label="Search webhooks"
          placeholder="Search by name"
          value={q ?? ''}
          change={(text) => set({ q: text || undefined })}
        />
        <SegmentedControl
          aria-label="Which webhooks"
          size="sm"
          value={deleted ? 'deleted' : 'all'}
          onChange={(value) => set({ deleted: value === 'deleted' ? 'true' : undefined })}
          data={[
            { value: 'all', label: 'In use' },
            { value: 'deleted', label: 'Deleted' },
          ]}
        />
        <ExportSelected ids={selected} exporting={exporting} clear={() => setSelected(new Set())} />
      </Group>
      <CursorList<Item>
        label="webhooks"
        queryKey={['webhooks', 'list', q, deleted]}
        load={(cursor) =>
          ask(
            getWebhooks({
              query: {
                limit: 50,
                ...(cursor && { cursor }),
                ...(q && { q }),
                ...(deleted && { deleted: 'true' as const }),
              },
            }),
          )
        }
        columns={[
          {
            label: 'Select',
            width: '64px',
            cell: (item) => (
              <Checkbox
                aria-label={`Select ${item.name}`}
                checked={selected.has(item.id)}
                onChange={(event) => select(item.id, event.currentTarget.checked)}
              />
            ),
          },
          {
            label: 'Name',
            cell: (item) => <Ref to={`/webhooks/${item.id}`}>{item.name}</Ref>,
          },
          {
            label: 'Sends to',
            width: '30%',
            wideOnly: true,
            cell: (item) => (
              <Text size="sm" className="mono" lineClamp={1} style={{ wordBreak: 'break-all' }}>
                {item.definition.method} {item.definition.url}
              </Text>
            ),
          },
          { label: 'Used by', width: '18%', wideOnly: true, cell: (item) => <UsedBy webhook={item.id} /> },
          deleted
            ? { label: 'Deleted', width: '100px', wideOnly: true, cell: (item) => <When at={item.deleted_at} /> }
            : { label: 'Changed', width: '100px', wideOnly: true, cell: (item) => <When at={item.updated_at} /> },
          {
            label: deleted ? 'Bring back' : 'On',
            width: '90px',
            cell: (item) => <OnOrRestore item={item} may={mayChange(item)} changes={changes} />,
          },
          {
            label: 'More',
            width: '60px',
            cell: (item) => <More item={item} may={mayChange(item)} changes={changes} />,
          },
        ]}
        empty={
          q ? (
            <Empty>No webhook has “{q}” in its name.</Empty>
          ) : deleted ? (
            <Empty>Nothing was deleted.</Empty>
          ) : (
            <Empty action={mayMake && button('default')}>
              A webhook is a request that scenarios send: a URL, a body with placeholders, and where the answer goes.
            </Empty>
          )
        }
      />
    </Page>
  );
}
