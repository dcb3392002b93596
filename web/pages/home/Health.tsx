import { SimpleGrid, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Failure, Ref, Section, When } from '../../components/index.ts';
import { getOverview } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';

const HOUR = { since: 'last hour' };
const shown = (count: number, more: boolean) => `${count.toLocaleString('en')}${more ? '+' : ''}`;

/** What came and went in the last hour, what waits and what fails; each number leads to what is behind it. */
export function Health() {
  useLiveRefresh(['event', 'delivery'], 'overview');
  const nameOf = useNames();
  const { data, error, refetch } = useQuery({
    queryKey: ['overview'],
    queryFn: () => ask(getOverview()),
    refetchInterval: 10_000,
  });
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={74} />;
  const { more } = data;
  return (
    <>
      <SimpleGrid cols={{ base: 2, xs: 3, md: 6 }} spacing="sm" component="section" aria-label="Health">
        <Count to="/events" search={HOUR} label="Events, last hour">
          {shown(data.events_last_hour, more.events)}
        </Count>
        <Count
          to="/deliveries"
          search={{ state: 'delivered', ...HOUR }}
          label="Delivered, last hour"
          tone={data.delivered_last_hour > 0 ? 'var(--good)' : undefined}
        >
          {shown(data.delivered_last_hour, more.deliveries)}
        </Count>
        <Count
          to="/deliveries"
          search={{ state: 'failed', ...HOUR }}
          label="Failed, last hour"
          tone={data.failed_last_hour > 0 ? 'var(--bad)' : undefined}
        >
          {shown(data.failed_last_hour, more.deliveries)}
        </Count>
        <Count
          to="/deliveries"
          search={{ state: 'queued,sending,retrying' }}
          label={data.held > 0 ? `Waiting, ${data.held.toLocaleString('en')} more held` : 'Waiting now'}
          tone={data.waiting > 0 ? 'var(--wait)' : undefined}
        >
          {shown(data.waiting, more.waiting)}
        </Count>
        <Count
          to="/deliveries"
          search={{ state: 'retrying' }}
          label="Failing, tried again"
          tone={data.retrying > 0 ? 'var(--wait)' : undefined}
        >
          {shown(data.retrying, more.waiting)}
        </Count>
        <Count
          to={data.oldest_waiting ? `/deliveries/${data.oldest_waiting}` : '/deliveries'}
          search={data.oldest_waiting ? {} : { state: 'queued,sending,retrying' }}
          label="Oldest that is due"
        >
          {data.oldest_waiting_at ? <When at={data.oldest_waiting_at} /> : 'none'}
        </Count>
      </SimpleGrid>
      {data.failing.length > 0 && (
        <Section title="Failing">
          {data.failing.map((one) => (
            <Text key={`${one.webhook} ${one.reason}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
              <Ref to={`/webhooks/${one.webhook}`}>{nameOf(one.webhook)}</Ref>{' '}
              <Ref to="/deliveries" search={{ webhook: one.webhook, state: 'failed', ...HOUR }}>
                <span style={{ color: 'var(--bad)' }}>{one.failed.toLocaleString('en')} failed</span>
              </Ref>{' '}
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
  tone?: string | undefined;
  children: ReactNode;
}) {
  return (
    <Link
      to={props.to as never}
      search={props.search as never}
      className="panel"
      style={{ padding: '10px 14px', textDecoration: 'none', minWidth: 0 }}
    >
      <Text size="xl" fw={600} c={props.tone} component="div">
        {props.children}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {props.label}
      </Text>
    </Link>
  );
}
