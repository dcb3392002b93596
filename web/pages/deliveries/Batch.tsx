import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Failure, Reading, Ref, Section, State, Who } from '../../components/index.ts';
import {
  type GetDeliveriesIdResponse,
  getDeliveriesIdBatch,
  postDeliveriesIdBatchResend,
} from '../../data/api/index.ts';
import { useLiveRefreshOf } from '../../data/live.ts';
import { useMay } from '../../data/me.ts';
import { ask } from '../../data/queries.ts';

const [FIRST, LATER] = [10, 100];

/** The deliveries that went in the same request, each with what became of it; and sending it again for all of them. */
export function Batch({ delivery, members }: { delivery: GetDeliveriesIdResponse; members: number }) {
  const { id } = delivery;
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayResend = useMay('resend');
  useLiveRefreshOf(delivery.webhook, 'delivery-batch');
  const list = useInfiniteQuery({
    queryKey: ['delivery-batch', id, delivery.state],
    queryFn: ({ pageParam: cursor }) =>
      ask(getDeliveriesIdBatch({ path: { id }, query: { limit: cursor ? LATER : FIRST, ...(cursor && { cursor }) } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const resend = useMutation({
    mutationFn: () => ask(postDeliveriesIdBatchResend({ path: { id } })),
    onSuccess: ({ deliveries }) => {
      notifications.show({ message: `Sent again for ${deliveries.length} profiles, with the same bytes, id and key.` });
      for (const key of ['deliveries', 'delivery-counts']) void client.invalidateQueries({ queryKey: [key] });
      void navigate({ to: `/deliveries/${deliveries[0]}` as never });
    },
  });
  const shown = list.data?.pages.flatMap((page) => page.items) ?? [];
  const why = !mayResend ? 'Your role may not resend' : delivery.ended_at === null ? 'It has not ended yet' : undefined;
  return (
    <Section
      title={members === 1 ? 'A batch of this profile alone' : `A batch of ${members.toLocaleString()} profiles`}
      action={
        <Button
          variant="default"
          size="xs"
          loading={resend.isPending}
          disabled={why !== undefined}
          title={why ?? 'Sends the same bytes with the same id and key, for all of its profiles'}
          onClick={() => resend.mutate()}
        >
          Resend the batch
        </Button>
      }
    >
      {resend.isError && <Failure error={resend.error} />}
      <Reading query={list} of="the members of the batch" rows={Math.min(members, 5)} rowHeight={26} bare />
      <Stack gap={6}>
        {shown.map((one) => (
          <Group key={one.id} gap="md" wrap="nowrap">
            <div style={{ flex: '0 0 96px' }}>
              <Ref to={`/deliveries/${one.id}`}>
                <State of={one.state} />
              </Ref>
            </div>
            <Text size="sm" truncate>
              <Who id={one.profile} />
            </Text>
            <Text size="sm" c="var(--quiet)" truncate style={{ flex: '1 10 0' }}>
              {one.id === id ? 'this delivery' : (one.reason?.message ?? '')}
            </Text>
          </Group>
        ))}
      </Stack>
      {list.hasNextPage && (
        <Button
          variant="subtle"
          size="xs"
          mt="sm"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          Show more of {members.toLocaleString()}
        </Button>
      )}
    </Section>
  );
}
