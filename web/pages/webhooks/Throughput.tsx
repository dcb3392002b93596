import { Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Ref } from '../../components/index.ts';
import { getPolicies, patchWebhooksWebhook } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { limitText } from '../policies/limit.ts';
import type { Webhook } from './draft.ts';

const NONE = 'none';

/** The throughput policy of a webhook; it works at once and is no part of a version. */
export function Throughput({ webhook, may }: { webhook: Webhook; may: boolean }) {
  const client = useQueryClient();
  const policies = useQuery({
    queryKey: ['policies', 'all'],
    queryFn: () => ask(getPolicies({ query: { limit: 200 } })),
  });
  const change = useMutation({
    mutationFn: (policy: string | null) =>
      ask(patchWebhooksWebhook({ path: { webhook: webhook.id }, body: { policy } })),
    onSuccess: (now) => {
      client.setQueryData(['webhook', webhook.id], now);
      void client.invalidateQueries({ queryKey: ['policies'] });
      notifications.show({ message: 'What is queued from now on is under it; what waits already stays as it was.' });
    },
  });
  const items = policies.data?.items ?? [];
  const chosen = items.find((one) => one.id === webhook.policy);
  return (
    <Select
      label="Throughput policy"
      description={
        <>
          {chosen ? limitText(chosen) : 'No limit'} · <Ref to="/policies">All policies</Ref> · set at once
        </>
      }
      allowDeselect={false}
      searchable
      disabled={!may || change.isPending}
      data={[{ value: NONE, label: 'No limit' }, ...items.map((one) => ({ value: one.id, label: one.name }))]}
      value={webhook.policy ?? NONE}
      error={(change.error ?? policies.error)?.message}
      onChange={(value) => value && change.mutate(value === NONE ? null : value)}
    />
  );
}
