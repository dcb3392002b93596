import { useMatch, useNavigate, useRouter, useSearch } from '@tanstack/react-router';

const bare = (path: string) => path.replace(/\/+$/, '');

/** The filters in the address, and a function that changes some of them (undefined takes one away). */
export function useFilters(): [Record<string, string>, (change: Record<string, string | undefined>) => void] {
  const search = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  const router = useRouter();
  const here = useMatch({ strict: false, select: (match) => match.pathname });
  return [
    search,
    (change) => {
      // Who has gone on to another page meanwhile isn't brought back by a text that is told late.
      if (bare(router.latestLocation.pathname) !== bare(here)) return;
      // Over what the address will say by then: another change may be on its way to it.
      const next = (before: Record<string, string>) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        );
      void navigate({ to: '.', search: next, replace: true } as never);
    },
  ];
}
