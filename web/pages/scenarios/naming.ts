import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { getWebhooks } from '../../data/api/index.ts';
import { ask } from '../../data/queries.ts';

/** The webhooks that steps can send: by name, and by the id that a key stands for. */
export function useWebhooks() {
  const { data } = useQuery({
    queryKey: ['webhooks', 'names'],
    queryFn: () => ask(getWebhooks({ query: { limit: 200 } })),
    staleTime: 30_000,
  });
  const list = useMemo(() => data?.items ?? [], [data]);
  const find = useCallback((name: string) => list.find((one) => one.id === name || one.key === name), [list]);
  const nameOf = useCallback((webhook: string) => find(webhook)?.name ?? webhook, [find]);
  const idOf = useCallback((webhook: string) => find(webhook)?.id ?? webhook, [find]);
  const presets = useMemo(() => list.filter((one) => one.preset !== null && one.enabled), [list]);
  return { list, presets, nameOf, idOf };
}
