import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getScenarios, getWebhooks } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

export interface Use {
  id: string;
  name: string;
  state: string;
  /** The webhook steps of the scenario, with what they send. */
  steps: { id: string; webhook: string }[];
}

interface Step {
  id: string;
  kind: string;
  webhook?: string;
}

/** The scenarios whose draft sends a webhook, by its id or key; of the newest 200. Undefined until they are known. */
export function useUsage(): ((webhook: { id: string; key: string }) => Use[]) | undefined {
  const { data } = useQuery({
    queryKey: ['scenarios', 'names'],
    queryFn: () => ask(getScenarios({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  if (!data) return undefined;
  const uses = data.items
    .filter((one) => one.state !== 'archived')
    .map(({ id, name, state, draft }) => ({
      id,
      name,
      state,
      steps: ((draft as { steps?: Step[] }).steps ?? []).flatMap((step) =>
        step.kind === 'webhook' && step.webhook ? [{ id: step.id, webhook: step.webhook }] : [],
      ),
    }));
  return ({ id, key }) => uses.filter((use) => use.steps.some(({ webhook }) => webhook === id || webhook === key));
}

const MOST_EARLIER = 20;

/**
 * The other webhook steps of the scenarios that send a webhook: their answers may be there before it, with the values
 * that their mappings name. The first 20.
 */
export function useEarlier(webhook: { id: string; key: string }, uses: readonly Use[]) {
  const { data } = useQuery({
    queryKey: ['webhooks', 'names'],
    queryFn: () => ask(getWebhooks({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const key = JSON.stringify([webhook.id, uses]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `uses` and `webhook` hold
  return useMemo(() => {
    const steps = new Map<string, string[]>();
    for (const use of uses)
      for (const step of use.steps) {
        if (step.webhook === webhook.id || step.webhook === webhook.key || steps.size >= MOST_EARLIER) continue;
        const of = data?.items.find((one) => one.id === step.webhook || one.key === step.webhook);
        const paths = (of?.definition.mapping ?? []).map((rule) => rule.path.replace(/^\$\.?/, ''));
        steps.set(step.id, [...(steps.get(step.id) ?? []), ...paths.filter((path) => /^\w+(\.\w+)*$/.test(path))]);
      }
    return [...steps].map(([step, paths]) => ({ step, paths }));
  }, [key, data]);
}
