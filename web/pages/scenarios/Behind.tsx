import { Button, SegmentedControl, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Reading, Ref, When, Who } from '../../components/index.ts';
import { type GetScenariosIdEnrollmentsData, getScenariosIdEnrollments } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import { Side } from './Side.tsx';

const WHICH = { passed: 'All', at: 'Here now' };

/** Who is behind a number: the profiles that entered, or reached a step, or stand there now. */
export function Behind(props: {
  scenario: string;
  /** Null: the whole scenario. */
  step: { id: string; title: string } | null;
  which: string | undefined;
  choose: (which: string) => void;
  close: () => void;
}) {
  const { scenario, step } = props;
  const which = props.which === 'at' ? 'at' : 'passed';
  const query: GetScenariosIdEnrollmentsData['query'] = {
    ...(step && { [which]: step.id }),
    ...(which === 'at' && { state: 'active' as const }),
  };
  const list = useInfiniteQuery({
    queryKey: ['behind', scenario, step?.id, which],
    queryFn: ({ pageParam }) =>
      ask(
        getScenariosIdEnrollments({
          path: { id: scenario },
          query: { ...query, limit: 50, ...(pageParam && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Side title={step ? `Who reached “${step.title}”` : 'Who entered'} label="Profiles" close={props.close}>
      <SegmentedControl
        size="xs"
        aria-label="Which profiles"
        value={which}
        onChange={props.choose}
        data={Object.entries(WHICH).map(([value, label]) => ({
          value,
          label: value === 'at' && !step ? 'On the way now' : label,
        }))}
      />
      <Reading query={list} of="who is behind it" rows={4} bare />
      <Stack gap={0} component="ul" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {items.map((one) => (
          <li key={one.id} style={{ borderTop: '1px solid var(--line)', padding: '8px 0' }}>
            <Text size="sm" truncate>
              <Who id={one.profile} />
            </Text>
            <Text size="xs" c="var(--quiet)">
              entered <When at={one.started_at} />
              {one.state === 'ended'
                ? `, ended${one.reason ? `: ${one.reason}` : ''}`
                : `, at ${one.step ?? 'the start'}`}
              {' · '}
              <Ref to={`/scenarios/${scenario}`} search={{ profile: one.profile }}>
                its way
              </Ref>
            </Text>
          </li>
        ))}
      </Stack>
      {list.isSuccess && items.length === 0 && !list.hasNextPage && (
        <Text c="var(--quiet)">
          {which === 'at' ? 'Nobody is here now.' : 'Nobody, or nobody whose way is kept still.'}
        </Text>
      )}
      {list.hasNextPage && (
        <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {items.length === 0 ? 'None among the newest. Look further' : 'More'}
        </Button>
      )}
    </Side>
  );
}
