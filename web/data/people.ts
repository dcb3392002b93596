import { useQuery } from '@tanstack/react-query';
import { getProfileNames } from './api/index.ts';
import { ask } from './queries.ts';

// Names that the rows of a list ask for at the same time are read together.
const TOGETHER_MS = 15;
const MOST = 100;

interface Asked {
  id: string;
  done(name: string | null): void;
  fail(error: unknown): void;
}
let waiting: Asked[] = [];

function read(): void {
  const all = waiting;
  waiting = [];
  for (let from = 0; from < all.length; from += MOST) {
    const some = all.slice(from, from + MOST);
    ask(getProfileNames({ query: { ids: some.map(({ id }) => id).join(',') } })).then(
      ({ items }) => {
        const names = new Map(items.map(({ id, name }) => [id, name]));
        for (const { id, done } of some) done(names.get(id) ?? null);
      },
      (error: unknown) => {
        for (const { fail } of some) fail(error);
      },
    );
  }
}

/** What a profile is called; null when it has no name, or while it isn't known. */
export function useProfileName(id: string): string | null {
  const { data } = useQuery({
    queryKey: ['profiles', 'name', id],
    queryFn: () =>
      new Promise<string | null>((done, fail) => {
        if (waiting.length === 0) setTimeout(read, TOGETHER_MS);
        waiting.push({ id, done, fail });
      }),
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  });
  return data ?? null;
}
