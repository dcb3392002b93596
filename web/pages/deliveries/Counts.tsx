import { Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { TONE, useLine } from '../../components/index.ts';
import { getDeliveriesCounts } from '../../data/api/index.ts';
import { useLiveRefreshEvery } from '../../data/live.ts';
import { ask } from '../../data/queries.ts';
import classes from './counts.module.css';
import { type Filters, queryOf } from './filters.ts';

const STATES = ['queued', 'sending', 'retrying', 'halted', 'delivered', 'failed', 'skipped', 'cancelled'];

/** How many are in which state under the other filters, as they change; each number leads to those. */
export function Counts({ filters }: { filters: Filters }) {
  const { state, ...rest } = filters;
  useLiveRefreshEvery(2_000, ['delivery'], 'delivery-counts');
  const counts = useQuery({
    queryKey: ['delivery-counts', rest],
    queryFn: () => ask(getDeliveriesCounts({ query: queryOf(rest, Date.now()) })),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  // What is wrong with the filters is said where the list stands.
  const by = counts.isError ? undefined : counts.data?.by_state;
  const total = Object.values(by ?? {}).reduce((sum, n) => sum + n, 0);
  const more = counts.data?.more ?? false;
  const line = useLine<HTMLElement>(state);
  const shown = by?.draft ? ['draft', ...STATES] : STATES;
  return (
    <Group gap="xs" align="center">
      <nav aria-label="By state" ref={line} className={`${classes.row} line`}>
        <One state={undefined} at={state} filters={rest} n={by && total} more={more} />
        {shown.map((one) => (
          <One key={one} state={one} at={state} filters={rest} n={by && (by[one] ?? 0)} more={false} />
        ))}
      </nav>
      {more && !counts.isError && (
        <Text size="xs" c="var(--quiet)">
          of the newest {total.toLocaleString('en')}
        </Text>
      )}
    </Group>
  );
}

function One(props: {
  state: string | undefined;
  at: string | undefined;
  filters: Filters;
  n: number | undefined;
  more: boolean;
}) {
  const { state, at, n } = props;
  const here = state === undefined ? at === undefined : (at ?? '').split(',').includes(state);
  const search = { ...props.filters, ...(state !== undefined && { state }) };
  const tone = state !== undefined && n ? TONE[state] : undefined;
  return (
    <Link
      to={'/deliveries' as never}
      search={search as never}
      replace
      activeOptions={{ exact: true, includeSearch: true }}
      className={classes.one}
      aria-current={here ? 'true' : undefined}
    >
      {state ?? 'all'}{' '}
      <span className={classes.number} style={{ color: n ? (tone ?? 'inherit') : 'var(--quiet)' }}>
        {n === undefined ? '·' : n.toLocaleString('en')}
        {props.more && '+'}
      </span>
    </Link>
  );
}
