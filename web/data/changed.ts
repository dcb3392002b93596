import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Live, useLive } from './live.ts';
import { namesListener } from './people.ts';

// What besides a thing's own lists shows it.
const ALSO: Record<string, readonly string[]> = {
  workspace: ['me'],
  people: ['me'],
  webhooks: ['getting-started'],
  scenarios: ['getting-started', 'enrollments', 'statistics'],
};

/** Reads what is shown again when somebody changes it, wherever; for the frame of all pages. */
export function useChanged(): void {
  const client = useQueryClient();
  const [listener] = useState(() => changedListener(client));
  useLive(listener);
  const [names] = useState(() => namesListener(client));
  useLive(names);
}

function changedListener(client: QueryClient): (live: Live) => void {
  const things = new Set<string | null>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  return ({ kind, data }) => {
    if (kind !== 'changed') return;
    // Sample data is a bit of everything.
    things.add(data.thing === 'sample' ? null : data.thing);
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      const all = things.has(null);
      const stems = [...things].flatMap((thing) => (thing ? [thing.replace(/s$/, ''), ...(ALSO[thing] ?? [])] : []));
      things.clear();
      void client.invalidateQueries({
        predicate: ({ queryKey: [name] }) =>
          all || name === 'audit' || stems.some((stem) => typeof name === 'string' && name.startsWith(stem)),
      });
    }, 300);
  };
}
