import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

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

/** Reads these queries again when something of the kind happens, at most once a second. */
export function useLiveRefresh(kinds: readonly Live['kind'][], ...keys: string[]): void {
  const client = useQueryClient();
  const wanted = kinds.join();
  const names = keys.join();
  const [listener] = useState(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    return ({ kind }: Live) => {
      if (!wanted.split(',').includes(kind)) return;
      timer ??= setTimeout(() => {
        timer = null;
        for (const key of names.split(',')) void client.invalidateQueries({ queryKey: [key] });
      }, 1_000);
    };
  });
  useLive(listener);
}
