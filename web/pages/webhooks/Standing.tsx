import { Alert, Button, Group, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Failure } from '../../components/index.ts';
import { patchWebhooksWebhook, postWebhooksWebhookRestore } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import type { Webhook } from './draft.ts';

function useStanding(webhook: Webhook, work: (to: boolean) => Promise<Webhook>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: (now) => {
      client.setQueryData(['webhook', webhook.id], now);
      void client.invalidateQueries({ queryKey: ['webhooks'] });
    },
    onError: (error) => notifications.show({ color: 'red', message: error.message }),
  });
}

/** On or off, at once; it is no part of a version. */
export function Switched({ webhook, may }: { webhook: Webhook; may: boolean }) {
  const change = useStanding(webhook, (enabled) =>
    ask(patchWebhooksWebhook({ path: { webhook: webhook.id }, body: { enabled } })),
  );
  return (
    <Switch
      label={webhook.enabled ? 'On' : 'Off'}
      checked={webhook.enabled}
      disabled={!may || change.isPending}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  );
}

/** Says that a webhook is deleted, and restores it; nothing for one that isn't. */
export function Deleted({ webhook, may }: { webhook: Webhook; may: boolean }) {
  const restore = useStanding(webhook, () => ask(postWebhooksWebhookRestore({ path: { webhook: webhook.id } })));
  if (webhook.deleted_at === null) return null;
  return (
    <Alert color="gray" title="This webhook is deleted">
      <Text size="sm">Nothing is sent by it. Restored, it is as it was; what was cancelled stays cancelled.</Text>
      {restore.error && <Failure error={restore.error} />}
      <Group mt="sm">
        <Button
          size="xs"
          variant="default"
          disabled={!may}
          loading={restore.isPending}
          onClick={() => restore.mutate(true)}
        >
          Restore
        </Button>
      </Group>
    </Alert>
  );
}
