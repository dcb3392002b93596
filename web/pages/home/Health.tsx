import { SimpleGrid, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Failure, Ref, Section, When } from '../../components/index.ts';
import { type GetOverviewResponse, getOverview } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { useNames } from '../../data/names.ts';
import { ask } from '../../data/queries.ts';

const HOUR = { since: 'last hour' };
const WAITING = 'queued,sending,retrying';
const GRID = { cols: { base: 2, xs: 3, md: 6 }, spacing: 'sm' };
const BOX = { padding: '10px 14px', minWidth: 0 };
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
  if (error && !data) return <Failure error={error} of="how it goes" retry={() => void refetch()} />;
  if (!data)
    return (
      <SimpleGrid {...GRID} role="status" aria-busy aria-label="Loading how it goes">
        {['events', 'delivered', 'failed', 'waiting', 'retrying', 'oldest'].map((one) => (
          <div key={one} className="panel" style={BOX}>
            <Skeleton height={14} width={28} my={8} />
            <Skeleton height={10} width="70%" my={6} />
          </div>
        ))}
      </SimpleGrid>
    );
  return (
    <>
      <SimpleGrid {...GRID} component="section" aria-label="Health">
        {countsOf(data).map((count) => (
          <Count key={count.label} {...count} />
        ))}
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

interface Counted {
  to: string;
  search: Record<string, string>;
  label: string;
  shown: ReactNode;
  tone?: string | undefined;
}

/** The numbers, each with where it leads; what is none has no colour. */
function countsOf(data: GetOverviewResponse): Counted[] {
  const { more } = data;
  const deliveries = (state: string, n: number, over: boolean, label: string, tone: string, search = {}): Counted => ({
    to: '/deliveries',
    search: { state, ...search },
    label,
    shown: shown(n, over),
    tone: n > 0 ? tone : undefined,
  });
  const held = data.held > 0 ? `Waiting, ${data.held.toLocaleString('en')} more held` : 'Waiting now';
  const oldest = data.oldest_waiting;
  return [
    { to: '/events', search: HOUR, label: 'Events, last hour', shown: shown(data.events_last_hour, more.events) },
    deliveries('delivered', data.delivered_last_hour, more.deliveries, 'Delivered, last hour', 'var(--good)', HOUR),
    deliveries('failed', data.failed_last_hour, more.deliveries, 'Failed, last hour', 'var(--bad)', HOUR),
    deliveries(WAITING, data.waiting, more.waiting, held, 'var(--wait)'),
    deliveries('retrying', data.retrying, more.waiting, 'Failing, tried again', 'var(--wait)'),
    {
      to: oldest ? `/deliveries/${oldest}` : '/deliveries',
      search: oldest ? {} : { state: WAITING },
      label: 'Oldest that is due',
      shown: data.oldest_waiting_at ? <When at={data.oldest_waiting_at} /> : 'none',
    },
  ];
}

function Count(props: Counted) {
  return (
    <Link
      to={props.to as never}
      search={props.search as never}
      className="panel"
      style={{ ...BOX, textDecoration: 'none' }}
    >
      <Text size="xl" fw={600} c={props.tone} component="div">
        {props.shown}
      </Text>
      <Text size="sm" c="var(--quiet)">
        {props.label}
      </Text>
    </Link>
  );
}
