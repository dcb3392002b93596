import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Condition } from '../../../shared/condition.ts';
import { Ref } from '../../components/index.ts';
import { getProfilesCount } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

const n = (count: number) => count.toLocaleString('en');

/** How many profiles a campaign would look at and let in, if it ran now. */
export function Matching({ filter }: { filter: Condition | undefined }) {
  const text = filter === undefined ? undefined : JSON.stringify(filter);
  const count = useQuery({
    queryKey: ['profiles', 'count', text],
    queryFn: () => ask(getProfilesCount({ query: text === undefined ? {} : { filter: text } })),
    staleTime: 15_000,
  });
  if (count.isError)
    return (
      <Text size="sm" c="var(--bad)">
        Who matches could not be counted: {count.error.message}
      </Text>
    );
  if (!count.data)
    return (
      <Text size="sm" c="var(--quiet)">
        Counting who matches…
      </Text>
    );
  const { matched, looked_at: looked, total } = count.data;
  const all = total !== null && looked >= total;
  return (
    <Text size="sm" role="status">
      {text === undefined ? (
        total === null ? (
          'Every profile; there are too many to count in two seconds.'
        ) : (
          <>
            <Ref to="/profiles">
              {n(total)} {total === 1 ? 'profile' : 'profiles'}
            </Ref>
            : everyone there is now.
          </>
        )
      ) : all ? (
        <>
          <Ref to="/profiles" search={{ filter: text }}>
            {n(matched)} of {n(total)}
          </Ref>{' '}
          profiles match now.
        </>
      ) : (
        <>
          {n(matched)} of the newest {n(looked)} profiles match now; there are{' '}
          {total === null ? 'more than could be counted' : n(total)}.
        </>
      )}
    </Text>
  );
}
