import { useQuery } from '@tanstack/react-query';
import { getScenarios, getWebhooks } from './api/index.ts';
import { ask } from './queries.ts';

/** Names of webhooks and scenarios by id, for lists that carry ids alone; the newest 200 of each. */
export function useNames(): (id: string | null) => string {
  const webhooks = useQuery({
    queryKey: ['webhooks', 'names'],
    queryFn: () => ask(getWebhooks({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const scenarios = useQuery({
    queryKey: ['scenarios', 'names'],
    queryFn: () => ask(getScenarios({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const names = new Map([...(webhooks.data?.items ?? []), ...(scenarios.data?.items ?? [])].map((x) => [x.id, x.name]));
  return (id) => (id === null ? '–' : (names.get(id) ?? id));
}
