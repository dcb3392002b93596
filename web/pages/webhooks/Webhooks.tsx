import { ActionIcon, Button, Group, Menu, SegmentedControl, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CursorList, Empty, Failure, Page, Ref, useFilters, When } from '../../components/index.ts';
import {
  deleteWebhooksWebhook,
  type GetWebhooksResponse,
  getWebhooks,
  patchWebhooksWebhook,
  postWebhooks,
  postWebhooksWebhookCopy,
  postWebhooksWebhookRestore,
} from '../../data/api/index.ts';
import { meQuery, useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

type Item = GetWebhooksResponse['items'][number];

/** Request definitions: search, on and off, copy, delete and restore. */
export default function Webhooks() {
  const [filters, set] = useFilters();
  const client = useQueryClient();
  const navigate = useNavigate();
  useQuery(meQuery);
  const mayMake = useMay('edit_urls');
  const may = useMay('edit_webhooks');
  const { q, deleted } = filters;
  const again = () => void client.invalidateQueries({ queryKey: ['webhooks'] });
  const make = useMutation({
    mutationFn: () =>
      ask(
        postWebhooks({
          body: {
            name: 'New webhook',
            definition: { url: 'https://example.com/', body: '{\n  "id": "{{ customer.id }}"\n}' },
          },
        }),
      ),
    onSuccess: (made) => {
      again();
      void navigate({ to: `/webhooks/${made.id}` as never });
    },
  });
  const change = useMutation({ mutationFn: (work: () => Promise<unknown>) => work(), onSettled: again });
  const remove = (item: Item) =>
    change.mutate(async () => {
      await ask(deleteWebhooksWebhook({ path: { webhook: item.id } }));
      const id = `deleted ${item.id}`;
      notifications.show({
        id,
        autoClose: 8000,
        message: (
          <Group justify="space-between">
            <span>Deleted {item.name}</span>
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => {
                notifications.hide(id);
                change.mutate(() => ask(postWebhooksWebhookRestore({ path: { webhook: item.id } })));
              }}
            >
              Undo
            </Button>
          </Group>
        ),
      });
    });
  return (
    <Page
      title="Webhooks"
      action={
        <Button
          leftSection={<IconPlus size={16} />}
          onClick={() => make.mutate()}
          loading={make.isPending}
          disabled={!mayMake}
          title={mayMake ? undefined : 'Your role may not set URLs: ask a developer'}
        >
          New webhook
        </Button>
      }
    >
      {(make.error ?? change.error) && <Failure error={make.error ?? change.error} />}
      <Group gap="xs">
        <TextInput
          aria-label="Search webhooks"
          placeholder="Search by name"
          w={280}
          defaultValue={q ?? ''}
          onChange={(event) => set({ q: event.currentTarget.value || undefined })}
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
      </Group>
      <CursorList<Item>
        label="webhooks"
        queryKey={['webhooks', q, deleted]}
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
          { label: 'Name', width: '30%', cell: (item) => <Ref to={`/webhooks/${item.id}`}>{item.name}</Ref> },
          {
            label: 'Sends to',
            width: '34%',
            wideOnly: true,
            cell: (item) => (
              <Text size="sm" className="mono" lineClamp={1}>
                {item.definition.method} {item.definition.url}
              </Text>
            ),
          },
          { label: 'Changed', width: '110px', wideOnly: true, cell: (item) => <When at={item.updated_at} /> },
          {
            label: 'On',
            width: '70px',
            cell: (item) =>
              item.deleted_at ? (
                <Button
                  size="compact-sm"
                  variant="default"
                  disabled={!may}
                  onClick={() => change.mutate(() => ask(postWebhooksWebhookRestore({ path: { webhook: item.id } })))}
                >
                  Restore
                </Button>
              ) : (
                <Switch
                  aria-label={`${item.name} is on`}
                  checked={item.enabled}
                  disabled={!may}
                  onChange={(event) => {
                    const enabled = event.currentTarget.checked;
                    change.mutate(() => ask(patchWebhooksWebhook({ path: { webhook: item.id }, body: { enabled } })));
                  }}
                />
              ),
          },
          {
            label: 'More',
            width: '60px',
            cell: (item) => (
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" aria-label={`More for ${item.name}`}>
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item component="a" href={`/deliveries?webhook=${item.id}`}>
                    Deliveries
                  </Menu.Item>
                  <Menu.Item
                    disabled={!mayMake}
                    onClick={() =>
                      change.mutate(() =>
                        ask(postWebhooksWebhookCopy({ path: { webhook: item.id }, body: {} } as never)),
                      )
                    }
                  >
                    Copy
                  </Menu.Item>
                  {!item.deleted_at && (
                    <Menu.Item disabled={!may} onClick={() => remove(item)}>
                      Delete
                    </Menu.Item>
                  )}
                </Menu.Dropdown>
              </Menu>
            ),
          },
        ]}
        empty={
          <Empty>
            {q
              ? 'No webhook has this in its name.'
              : deleted
                ? 'Nothing was deleted.'
                : 'A webhook is a request that scenarios send: a URL, a body with placeholders, and where the answer goes.'}
          </Empty>
        }
      />
    </Page>
  );
}
