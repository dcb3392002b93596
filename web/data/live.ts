import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { getMe } from './api/index.ts';
import { ApiFailure } from './failure.ts';
import { ask } from './queries.ts';

/** A line of the live stream. */
export interface Live {
  kind: 'event' | 'delivery' | 'notice' | 'changed';
  // biome-ignore lint/suspicious/noExplicitAny: as GET /api/v1/live documents it
  data: any;
}

const KINDS = ['event', 'delivery', 'notice', 'changed'] as const;
// A stream that ends is opened again in a second; only what lasts longer is worth a word.
const LOST_AFTER_MS = 1_500;
const AGAIN_MS = 2_000;

const listeners = new Set<(live: Live) => void>();
let source: EventSource | null = null;
let lastId = '';
let again: ReturnType<typeof setTimeout> | null = null;

const watchers = new Set<() => void>();
let lost = false;
let losing: ReturnType<typeof setTimeout> | null = null;
function setLost(now: boolean): void {
  if (losing) clearTimeout(losing);
  losing = null;
  if (lost === now) return;
  lost = now;
  for (const watcher of watchers) watcher();
  // Whatever happened meanwhile: everything that is shown is read again.
  if (!lost) for (const listener of listeners) listener({ kind: 'changed', data: { thing: null, id: null } });
}

function open(): void {
  source = new EventSource(`/api/v1/live${lastId && `?since=${lastId}`}`);
  source.onopen = () => setLost(false);
  source.onerror = () => {
    losing ??= setTimeout(() => setLost(true), LOST_AFTER_MS);
    // The browser comes back by itself after a broken connection, but not after an answer that is no stream.
    if (source?.readyState === EventSource.CLOSED) again ??= setTimeout(reopen, AGAIN_MS);
  };
  for (const kind of KINDS)
    source.addEventListener(kind, (message) => {
      const { data, lastEventId } = message as MessageEvent<string>;
      lastId = lastEventId;
      const live = { kind, data: JSON.parse(data) };
      for (const listener of listeners) listener(live);
    });
}

/** Asks who one is first: a session that ended leads to the sign-in page, and a server that answers isn't lost. */
async function reopen(): Promise<void> {
  again = null;
  if (listeners.size === 0) return;
  try {
    await ask(getMe());
    setLost(false);
  } catch (error) {
    if (!(error instanceof ApiFailure && error.status < 500 && error.status > 0))
      losing ??= setTimeout(() => setLost(true), 0);
  }
  if (listeners.size === 0 || (source && source.readyState !== EventSource.CLOSED)) return;
  open();
}

function close(): void {
  if (again) clearTimeout(again);
  again = null;
  source?.close();
  source = null;
  setLost(false);
}

/** Calls `listener` for everything that happens while the component stands; one stream a page, it reconnects by itself. */
export function useLive(listener: (live: Live) => void): void {
  useEffect(() => {
    listeners.add(listener);
    if (!source) open();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) close();
    };
  }, [listener]);
}

/** Whether the server can't be reached just now. */
export function useLost(): boolean {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => lost,
  );
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
