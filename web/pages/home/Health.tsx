import { SimpleGrid, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Failure, Ref, Section, When } from '../../components/index.ts';
import { getOverview } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';

/** Delivered, waiting, failing: each number leads to what is behind it. */
export function Health() {
  useLiveRefresh(['delivery'], 'overview');
  const nameOf = useNames();
  const { data, error, refetch } = useQuery({
    queryKey: ['overview'],
    queryFn: () => ask(getOverview()),
    refetchInterval: 10_000,
  });
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={92} />;
  const hour = { since: 'last hour' };
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="md">
        <Count
          to="/deliveries"
          search={{ state: 'delivered', ...hour }}
          label="Delivered in the last hour"
          tone="var(--good)"
        >
          {data.delivered_last_hour}
        </Count>
        <Count
          to="/deliveries"
          search={{ state: 'failed', ...hour }}
          label="Failed in the last hour"
          tone={data.failed_last_hour > 0 ? 'var(--bad)' : undefined}
        >
          {data.failed_last_hour}
        </Count>
        <Count
          to="/deliveries"
          search={{ state: data.retrying > 0 ? 'retrying' : 'queued' }}
          label={data.retrying > 0 ? `Waiting, ${data.retrying.toLocaleString('en')} to be tried again` : 'Waiting'}
          tone={data.waiting > 0 ? 'var(--wait)' : undefined}
        >
          {data.waiting}
        </Count>
        <div className="panel" style={{ padding: 14 }}>
          <Text size="xl" fw={600}>
            {data.oldest_waiting_at ? <When at={data.oldest_waiting_at} /> : '–'}
          </Text>
          <Text size="sm" c="var(--quiet)">
            Oldest that is due
          </Text>
        </div>
      </SimpleGrid>
      {data.failing.length > 0 && (
        <Section title="Failing">
          {data.failing.map((one) => (
            <Text key={`${one.webhook} ${one.reason}`} size="sm">
              <Ref to="/deliveries" search={{ webhook: one.webhook, state: 'failed' }}>
                {nameOf(one.webhook)}
              </Ref>{' '}
              <span style={{ color: 'var(--bad)' }}>{one.failed.toLocaleString('en')} failed</span>{' '}
              <span className="quiet">{one.reason}</span>
            </Text>
          ))}
        </Section>
      )}
    </>
  );
}

function Count(props: {
  to: string;
  search: Record<string, string>;
  label: string;
  tone: string | undefined;
  children: ReactNode;
}) {
  return (
    <Link
      to={props.to as never}
      search={props.search as never}
      className="panel"
      style={{ padding: 14, textDecoration: 'none' }}
    >
      <Text size="xl" fw={600} c={props.tone}>
        {typeof props.children === 'number' ? props.children.toLocaleString('en') : props.children}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {props.label}
      </Text>
    </Link>
  );
}
