import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';

/** A line of the live stream. */
export interface Live {
  kind: 'event' | 'delivery' | 'changed';
  // biome-ignore lint/suspicious/noExplicitAny: as GET /api/v1/live documents it
  data: any;
}

const listeners = new Set<(live: Live) => void>();
let source: EventSource | null = null;

function open(): void {
  source = new EventSource('/api/v1/live');
  for (const kind of ['event', 'delivery', 'changed'] as const)
    source.addEventListener(kind, (message) => {
      const live = { kind, data: JSON.parse((message as MessageEvent<string>).data) };
      for (const listener of listeners) listener(live);
    });
}

/** Calls `listener` for everything that happens while the component stands; one stream a page, it reconnects by itself. */
export function useLive(listener: (live: Live) => void): void {
  useEffect(() => {
    listeners.add(listener);
    if (!source) open();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        source?.close();
        source = null;
      }
    };
  }, [listener]);
}

// At most once a second, however much happens.
const AT_MOST_EVERY_MS = 1_000;

function useRefresh(wanted: (live: Live) => boolean, keys: readonly string[], everyMs = AT_MOST_EVERY_MS): void {
  const client = useQueryClient();
  const now = useRef({ wanted, keys, everyMs });
  now.current = { wanted, keys, everyMs };
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const listener = useCallback(
    (live: Live) => {
      if (timer.current !== undefined || !now.current.wanted(live)) return;
      timer.current = setTimeout(() => {
        timer.current = undefined;
        for (const key of now.current.keys) void client.invalidateQueries({ queryKey: [key] });
      }, now.current.everyMs);
    },
    [client],
  );
  useLive(listener);
}

/** Reads these queries again when something of the kind happens, at most once a second. */
export function useLiveRefresh(kinds: readonly Live['kind'][], ...keys: string[]): void {
  useRefresh(({ kind }) => kinds.includes(kind), keys);
}

/** The same for what costs more to read: at most once in so many ms. */
export function useLiveRefreshEvery(ms: number, kinds: readonly Live['kind'][], ...keys: string[]): void {
  useRefresh(({ kind }) => kinds.includes(kind), keys, ms);
}

/** Reads these queries again when something happens to this profile or delivery, at most once a second. */
export function useLiveRefreshOf(id: string, ...keys: string[]): void {
  useRefresh(({ data }) => data.id === id || data.profile === id, keys);
}
