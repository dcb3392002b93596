import { type InfiniteData, type QueryKey, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type Live, useLive } from './live.ts';

/** One page of a list by cursor. `incomplete`: why it ended before it was full. */
export interface PageOf<Item> {
  items: Item[];
  next_cursor: string | null;
  incomplete?: string | undefined;
}

export interface Paging<Item> {
  queryKey: QueryKey;
  load: (cursor: string | undefined, limit: number) => Promise<PageOf<Item>>;
  /** What is listened to while one looks. */
  live?: readonly Live['kind'][] | undefined;
  /** Only what happens to this profile is listened to. */
  of?: string | undefined;
  /** Read again so often, ms. */
  refetchInterval?: number | undefined;
}

// The first page is soon there; those that one scrolls to are few requests.
const LIMIT = { first: 50, later: 200 };
// So many pages are read again when something happens; with more, reading them all would take longer than it is new.
const FRESH_PAGES = 2;
const AT_MOST_EVERY_MS = 1_000;
// Pages in a row that hold nothing are followed by the next by themselves; after so many one is asked.
const EMPTY_PAGES = 16;

type Pages<Item> = InfiniteData<PageOf<Item>, string | undefined>;

/**
 * A list by cursor, read page by page. A page may be short, even empty, and not the last: `more` loads the next where
 * there is one, and `asks` says that nothing was found for long. A short list is kept up to date; for a long one `newer`
 * turns true, and `showNewer` begins it anew.
 */
export function usePages<Item>({ queryKey, load, live = [], of, refetchInterval }: Paging<Item>) {
  const client = useQueryClient();
  const few = (query: { state: { data?: { pages: unknown[] } | undefined } }) =>
    (query.state.data?.pages.length ?? 0) <= FRESH_PAGES;
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => load(pageParam, pageParam === undefined ? LIMIT.first : LIMIT.later),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Numbers that keep their text (exact.ts) would not survive it.
    structuralSharing: false,
    refetchInterval: (query) => refetchInterval !== undefined && few(query) && refetchInterval,
    refetchOnWindowFocus: few,
    refetchOnReconnect: few,
  });
  const { data, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = list;
  const pages = data?.pages;
  const items = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  const number = pages?.length ?? 0;

  const shorten = useCallback(
    (key: QueryKey) =>
      client.setQueryData<Pages<Item>>(
        key,
        (was) => was && { pages: was.pages.slice(0, 1), pageParams: was.pageParams.slice(0, 1) },
      ),
    [client],
  );
  // Who comes back begins at the top, so what was read beyond is let go.
  const hash = JSON.stringify(queryKey);
  useEffect(() => () => void shorten(JSON.parse(hash)), [hash, shorten]);

  const [newerIn, setNewerIn] = useState<string | null>(null);
  const now = useRef({ live, of, hash, number });
  now.current = { live, of, hash, number };
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const listener = useCallback(
    ({ kind, data }: Live) => {
      if (!now.current.live.includes(kind)) return;
      if (now.current.of !== undefined && data.profile !== now.current.of) return;
      if (now.current.number > FRESH_PAGES) return setNewerIn(now.current.hash);
      timer.current ??= setTimeout(() => {
        timer.current = null;
        if (now.current.number > FRESH_PAGES) setNewerIn(now.current.hash);
        else void client.invalidateQueries({ queryKey: JSON.parse(now.current.hash), exact: true });
      }, AT_MOST_EVERY_MS);
    },
    [client],
  );
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  useLive(listener);

  const empty = number - 1 - (pages?.findLastIndex((page) => page.items.length > 0) ?? -1);
  const [asked, setAsked] = useState({ hash, times: 0 });
  const allowed = EMPTY_PAGES * (1 + (asked.hash === hash ? asked.times : 0));
  return {
    items,
    isPending: list.isPending,
    /** The first page could not be read. */
    error: list.isError && items.length === 0 && !isFetchNextPageError ? list.error : null,
    retry: () => void refetch(),
    hasMore: hasNextPage,
    busy: isFetchingNextPage,
    failed: isFetchNextPageError && !isFetchingNextPage,
    asks: hasNextPage && empty >= allowed,
    why: pages?.at(-1)?.incomplete,
    more: () => void fetchNextPage({ cancelRefetch: false }),
    lookFurther: () => {
      setAsked({ hash, times: asked.hash === hash ? asked.times + 1 : 1 });
      void fetchNextPage({ cancelRefetch: false });
    },
    newer: newerIn === hash && number > FRESH_PAGES,
    showNewer: () => {
      setNewerIn(null);
      shorten(queryKey);
      void client.invalidateQueries({ queryKey, exact: true });
    },
  };
}
