import { useQueries, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import {
  type GetWebhooksWebhookScenariosResponse,
  getScenariosId,
  getWebhooks,
  getWebhooksWebhookScenarios,
} from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

export type Use = GetWebhooksWebhookScenariosResponse['items'][number];

const NONE: Use[] = [];

/** The scenarios that use a webhook, archived ones left out, newest first; `more`: there are others. */
export function useUsage(webhook: string, limit: number): { uses: Use[]; more: boolean } {
  const { data } = useQuery({
    queryKey: ['webhook-scenarios', webhook, limit],
    queryFn: () => ask(getWebhooksWebhookScenarios({ path: { webhook }, query: { limit } })),
    staleTime: 30_000,
    select: ({ items, next_cursor }) => ({
      uses: items.filter((one) => one.state !== 'archived'),
      more: next_cursor !== null,
    }),
  });
  return data ?? { uses: NONE, more: false };
}

interface Step {
  id: string;
  kind: string;
  webhook?: string;
}
const MOST_SCENARIOS = 5;
const MOST_EARLIER = 20;

/**
 * The other webhook steps of the scenarios that use a webhook: their answers may be there before it, with the values
 * that their mappings name. The first 20, of the newest 5 scenarios.
 */
export function useEarlier(webhook: { id: string; key: string }, uses: readonly Use[]) {
  const hooks = useQuery({
    queryKey: ['webhooks', 'names'],
    queryFn: () => ask(getWebhooks({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const drafts = useQueries({
    queries: uses
      .filter((use) => use.draft)
      .slice(0, MOST_SCENARIOS)
      .map(({ id }) => ({
        queryKey: ['scenario', id],
        queryFn: () => ask(getScenariosId({ path: { id } })),
        staleTime: 30_000,
      })),
    combine: (all) => JSON.stringify(all.flatMap(({ data }) => (data?.draft as { steps?: Step[] })?.steps ?? [])),
  });
  return useMemo(() => {
    const steps = new Map<string, string[]>();
    for (const step of JSON.parse(drafts) as Step[]) {
      if (step.kind !== 'webhook' || steps.size >= MOST_EARLIER) continue;
      if (step.webhook === webhook.id || step.webhook === webhook.key) continue;
      const of = hooks.data?.items.find((one) => one.id === step.webhook || one.key === step.webhook);
      const paths = (of?.definition.mapping ?? []).map((rule) => rule.path.replace(/^\$\.?/, ''));
      steps.set(step.id, [...(steps.get(step.id) ?? []), ...paths.filter((path) => /^\w+(\.\w+)*$/.test(path))]);
    }
    return [...steps].map(([step, paths]) => ({ step, paths }));
  }, [drafts, hooks.data, webhook.id, webhook.key]);
}
