import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Failure, Ref, Section, State, When } from '../../components/index.ts';
import { type GetDeliveriesIdResponse, getDeliveries } from '../../data/api/index.ts';
import { useLiveRefreshOf } from '../../data/live.ts';
import { ask } from '../../data/queries.ts';

const MOST = 20;

/** The other deliveries that carry the same id, key and bytes: the first one and its resends. */
export function Sends({ delivery, idempotencyKey }: { delivery: GetDeliveriesIdResponse; idempotencyKey: string }) {
  useLiveRefreshOf(delivery.profile, 'delivery-sends');
  const sends = useQuery({
    queryKey: ['delivery-sends', idempotencyKey],
    queryFn: () => ask(getDeliveries({ query: { idempotency_key: idempotencyKey, limit: MOST } })),
  });
  const others = sends.data?.items.filter((one) => one.id !== delivery.id) ?? [];
  if (sends.isError && !sends.data)
    return <Failure error={sends.error} of="its resends" retry={() => void sends.refetch()} />;
  if (others.length === 0) return null;
  return (
    <Section
      title={delivery.resend_of === null ? 'Resends' : 'The same request, before and after'}
      action={
        <Ref to="/deliveries" search={{ idempotency_key: idempotencyKey }}>
          {sends.data?.next_cursor ? 'All' : `All ${others.length + 1}`}
        </Ref>
      }
    >
      <Stack gap={6}>
        {others.map((one) => (
          <Group key={one.id} gap="md" wrap="nowrap" justify="space-between">
            <Group gap="md" wrap="nowrap" style={{ minWidth: 0 }}>
              <Ref to={`/deliveries/${one.id}`}>
                <State of={one.state} />
              </Ref>
              <Text size="sm" c="var(--quiet)" truncate>
                {relation(one, delivery)}
              </Text>
            </Group>
            <When at={one.queued_at} />
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

function relation(one: { id: string; resend_of: string | null }, of: GetDeliveriesIdResponse): string {
  if (one.resend_of === of.id) return 'resent from here';
  if (of.resend_of === one.id) return 'this one was resent from it';
  return one.resend_of === null ? 'the first one' : 'another resend';
}
