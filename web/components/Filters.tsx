import { useNavigate, useSearch } from '@tanstack/react-router';

/** The filters in the address, and a function that changes some of them (undefined takes one away). */
export function useFilters(): [Record<string, string>, (change: Record<string, string | undefined>) => void] {
  const search = useSearch({ strict: false }) as Record<string, string>;
  const navigate = useNavigate();
  return [
    search,
    (change) => {
      // Over what the address will say by then: another change may be on its way to it.
      const next = (before: Record<string, string>) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        );
      void navigate({ to: '.', search: next, replace: true } as never);
    },
  ];
}
