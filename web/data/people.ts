import { type QueryClient, useQuery } from '@tanstack/react-query';
import { MOST_NAMES } from '../../shared/profile-name.ts';
import { getProfileNames } from './api/index.ts';
import type { Live } from './live.ts';
import { ask } from './queries.ts';

// Names that the rows of a list ask for at the same time are read together.
const TOGETHER_MS = 15;
// What happens to somebody may change the name: told by the live stream, and read again together.
const CHANGED_MS = 1_000;
// The net for what the stream left out, since much happened at once.
const STALE_MS = 600_000;

interface Asked {
  id: string;
  done(name: string | null): void;
  fail(error: unknown): void;
}
let waiting: Asked[] = [];

function read(): void {
  const all = waiting;
  waiting = [];
  for (let from = 0; from < all.length; from += MOST_NAMES) {
    const some = all.slice(from, from + MOST_NAMES);
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

/** A listener that reads the names of profiles again to which something happened; for the frame of all pages. */
export function namesListener(client: QueryClient): (live: Live) => void {
  const profiles = new Set<unknown>();
  return ({ data: { profile } }) => {
    if (typeof profile !== 'string') return;
    if (profiles.size === 0)
      setTimeout(() => {
        const some = new Set(profiles);
        profiles.clear();
        void client.invalidateQueries({
          predicate: ({ queryKey: [thing, what, id] }) => thing === 'profiles' && what === 'name' && some.has(id),
        });
      }, CHANGED_MS);
    profiles.add(profile);
  };
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
    staleTime: STALE_MS,
    gcTime: 60_000,
    retry: false,
  });
  return data ?? null;
}
