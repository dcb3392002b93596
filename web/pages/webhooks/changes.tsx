import { ActionIcon, Button, Group, Menu, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import {
  deleteWebhooksWebhook,
  type GetWebhooksResponse,
  patchWebhooksWebhook,
  postWebhooksWebhookCopy,
  postWebhooksWebhookRestore,
} from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

type Item = GetWebhooksResponse['items'][number];

/** What is done to a webhook from the list; the list is read again after each. */
export function useChanges() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mutate, error, isPending } = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () => {
      for (const key of ['webhooks', 'webhook']) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const restore = (item: Item) => mutate(() => ask(postWebhooksWebhookRestore({ path: { webhook: item.id } })));
  return {
    error,
    isPending,
    restore,
    switchTo: (item: Item, enabled: boolean) =>
      mutate(() => ask(patchWebhooksWebhook({ path: { webhook: item.id }, body: { enabled } }))),
    copy: (item: Item) =>
      mutate(async () => {
        const made = await ask(postWebhooksWebhookCopy({ path: { webhook: item.id } }));
        void navigate({ to: `/webhooks/${made.id}` as never });
      }),
    remove: (item: Item) =>
      mutate(async () => {
        await ask(deleteWebhooksWebhook({ path: { webhook: item.id } }));
        offerUndo(item, () => restore(item));
      }),
  };
}
type Changes = ReturnType<typeof useChanges>;

function offerUndo(item: Item, undo: () => void) {
  const id = `deleted ${item.id}`;
  notifications.show({
    id,
    autoClose: 10_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>Deleted {item.name}. What was queued for it is cancelled.</span>
        <Button
          size="compact-xs"
          variant="subtle"
          style={{ flex: 'none' }}
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}

/** On or off; for a deleted one, the way back. */
export function OnOrRestore({ item, may, changes }: { item: Item; may: boolean; changes: Changes }) {
  if (item.deleted_at)
    return (
      <Button
        size="compact-sm"
        variant="default"
        disabled={!may || changes.isPending}
        aria-label={`Restore ${item.name}`}
        onClick={() => changes.restore(item)}
      >
        Restore
      </Button>
    );
  return (
    <Switch
      aria-label={`${item.name} is on`}
      checked={item.enabled}
      disabled={!may || changes.isPending}
      onChange={(event) => changes.switchTo(item, event.currentTarget.checked)}
    />
  );
}

/** What is done less often. */
export function More({ item, may, changes }: { item: Item; may: boolean; changes: Changes }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for ${item.name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={'/deliveries' as never} search={{ webhook: item.id } as never}>
          Deliveries
        </Menu.Item>
        <Menu.Item disabled={!may} onClick={() => changes.copy(item)}>
          Copy
        </Menu.Item>
        {!item.deleted_at && (
          <Menu.Item disabled={!may} onClick={() => changes.remove(item)}>
            Delete
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
