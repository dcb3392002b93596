import { useQuery } from '@tanstack/react-query';
import { getScenarios, getWebhooks } from './api/index.ts';
import { ask } from './queries.ts';

interface Named {
  id: string;
  name: string;
}

/** The newest 200 webhooks and scenarios by id and name. */
function useNamed(): { webhooks: readonly Named[]; scenarios: readonly Named[] } {
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
  return { webhooks: webhooks.data?.items ?? [], scenarios: scenarios.data?.items ?? [] };
}

/** Names of webhooks and scenarios by id, for lists that carry ids alone. */
export function useNames(): (id: string | null) => string {
  const { webhooks, scenarios } = useNamed();
  const names = new Map([...webhooks, ...scenarios].map((one) => [one.id, one.name]));
  return (id) => (id === null ? '–' : (names.get(id) ?? id));
}

/** Webhooks and scenarios to choose from. */
export function useChoices() {
  const { webhooks, scenarios } = useNamed();
  const choices = (items: readonly Named[]) => items.map(({ id, name }) => ({ value: id, label: name }));
  return { webhooks: choices(webhooks), scenarios: choices(scenarios) };
}
