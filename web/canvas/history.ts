import { useCallback, useState } from 'react';
import { begin, put, redo, seal, typedAt, undo } from './undo.ts';

/** A value with undo and redo; typing in one field is one change (see undo.ts). */
export function useHistory<T>(initial: T) {
  const [all, set] = useState(() => begin(initial));
  return {
    now: all.now,
    canUndo: all.past.length > 0,
    canRedo: all.future.length > 0,
    put: useCallback((value: T) => set((was) => put(was, value, typedAt(was.now, value))), []),
    seal: useCallback(() => set(seal), []),
    undo: useCallback(() => set(undo), []),
    redo: useCallback(() => set(redo), []),
    /** What was sent comes back as it is stored: nothing that one could undo. */
    adopt: useCallback(
      (sent: T, stored: T) => set((was) => (was.now === sent ? { ...was, now: stored, tag: null } : was)),
      [],
    ),
    reset: useCallback((value: T) => set(begin(value)), []),
  };
}
