import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  deleteNoticesIdSeen,
  type GetNoticesResponse,
  getNotices,
  postNoticesIdSeen,
  postNoticesSeen,
} from './api/index.ts';
import { useLiveRefresh } from './live.ts';
import { ask } from './queries.ts';

export type Notice = GetNoticesResponse['items'][number];

/** So many are shown at a time; beyond them the count says "more". */
export const MOST_SHOWN = 50;
const READ_AGAIN_MS = 60_000;

/** Notices, newest first: those that last (`open`), or those that one hasn't put aside (`seen: false`), or all. */
export function useNotices(which: { open?: boolean; seen?: boolean }) {
  useLiveRefresh(['notice'], 'notices');
  const query = {
    limit: MOST_SHOWN,
    ...(which.open !== undefined && { open: which.open ? ('true' as const) : ('false' as const) }),
    ...(which.seen !== undefined && { seen: which.seen ? ('true' as const) : ('false' as const) }),
  };
  return useQuery({
    queryKey: ['notices', query],
    queryFn: () => ask(getNotices({ query })),
    refetchInterval: READ_AGAIN_MS,
  });
}

/** Puts notices aside, for oneself alone, and takes one back. */
export function usePuttingAside() {
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries({ queryKey: ['notices'] });
  const aside = useMutation({
    mutationFn: (id: string | null) =>
      id === null ? ask(postNoticesSeen()) : ask(postNoticesIdSeen({ path: { id } })),
    onSettled,
  });
  const back = useMutation({ mutationFn: (id: string) => ask(deleteNoticesIdSeen({ path: { id } })), onSettled });
  return { aside, back, error: aside.error ?? back.error };
}
