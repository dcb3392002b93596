import { type Query, useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { ApiFailure } from './failure.ts';

/** It holds what it read before: reading it again was answered by a failure. */
const isStale = ({ state: { data, error } }: Query) =>
  data !== undefined && error instanceof ApiFailure && error.status >= 500;

/** Whether something that is shown could not be read again and may be old, and what reads it again. */
export function useStale(): { stale: boolean; again: () => void } {
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const subscribe = useCallback((changed: () => void) => cache.subscribe(changed), [cache]);
  const stale = useSyncExternalStore(subscribe, () => cache.findAll({ type: 'active', predicate: isStale }).length > 0);
  return { stale, again: () => void client.refetchQueries({ type: 'active', predicate: isStale }) };
}
