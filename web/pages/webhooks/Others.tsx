import { NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getProfiles } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';
import type { TryWith } from './trial.ts';

const MOST = 19;

/** How many profiles more stand in the batch that is tried: the newest ones. */
export function Others({ with_, setWith }: { with_: TryWith; setWith: (with_: TryWith) => void }) {
  const newest = useQuery({
    queryKey: ['profiles', 'newest', MOST + 1],
    queryFn: () => ask(getProfiles({ query: { limit: MOST + 1 } })),
    staleTime: 30_000,
  });
  const there = (newest.data?.items ?? []).filter(({ id }) => id !== with_.profile?.id).slice(0, MOST);
  return (
    <NumberInput
      label="Other profiles in the batch"
      description="The newest ones, each with its own part"
      value={with_.others.length}
      min={0}
      max={there.length}
      clampBehavior="strict"
      allowDecimal={false}
      onChange={(value) =>
        setWith({ ...with_, others: there.slice(0, typeof value === 'number' ? value : 0).map(({ id }) => id) })
      }
    />
  );
}
