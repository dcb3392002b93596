import { useCallback, useState } from 'react';

const MOST = 200;

/** A value with what it was before and after: undo and redo, 200 steps. */
export function useHistory<T>(initial: T) {
  const [{ past, now, future }, set] = useState({ past: [] as T[], now: initial, future: [] as T[] });
  return {
    now,
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    put: useCallback(
      (value: T) => set((all) => ({ past: [...all.past.slice(1 - MOST), all.now], now: value, future: [] })),
      [],
    ),
    undo: useCallback(
      () =>
        set((all) =>
          all.past.length === 0
            ? all
            : { past: all.past.slice(0, -1), now: all.past.at(-1)!, future: [all.now, ...all.future] },
        ),
      [],
    ),
    redo: useCallback(
      () =>
        set((all) =>
          all.future.length === 0
            ? all
            : { past: [...all.past, all.now], now: all.future[0]!, future: all.future.slice(1) },
        ),
      [],
    ),
    reset: useCallback((value: T) => set({ past: [], now: value, future: [] }), []),
  };
}
