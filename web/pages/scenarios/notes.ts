import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { StepNote } from '../../canvas/Canvas.tsx';
import { getScenariosIdProfilesProfileTrail, getScenariosIdStatistics } from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { ask } from '../../data/queries.ts';

/** What is shown on the steps: numbers of everyone, or what happened to one profile and the steps that it passed. */
export function useNotes(
  id: string,
  published: boolean,
  profile: string | undefined,
): { notes: ReadonlyMap<string, readonly StepNote[]>; way: ReadonlySet<string> | null } {
  useLiveRefresh(['delivery', 'event'], 'statistics', 'trail');
  const statistics = useQuery({
    queryKey: ['statistics', id],
    queryFn: () => ask(getScenariosIdStatistics({ path: { id } })),
    enabled: published && !profile,
  });
  const trail = useQuery({
    queryKey: ['trail', id, profile],
    queryFn: () => ask(getScenariosIdProfilesProfileTrail({ path: { id, profile: profile! }, query: { limit: 1 } })),
    enabled: profile !== undefined,
  });
  return useMemo(() => {
    const notes = new Map<string, StepNote[]>();
    const [enrollment] = trail.data?.items ?? [];
    if (profile !== undefined) {
      for (const entry of enrollment?.trail ?? []) {
        const tone = entry.outcome === 'delivered' ? 'good' : entry.outcome === 'failed' ? 'bad' : 'quiet';
        const at = new Date(entry.at).toLocaleTimeString('en');
        notes.set(entry.step, [{ text: `${entry.outcome ?? 'passed'} · ${at}`, tone }]);
      }
      return { notes, way: new Set(notes.keys()) };
    }
    if (statistics.data)
      notes.set('trigger', [{ text: `${statistics.data.entered.toLocaleString('en')} entered`, tone: 'quiet' }]);
    for (const step of statistics.data?.steps ?? []) {
      const list: StepNote[] = [{ text: `${step.reached.toLocaleString('en')} reached`, tone: 'quiet' }];
      if (step.accepted > 0) list.push({ text: `${step.accepted.toLocaleString('en')} delivered`, tone: 'good' });
      if (step.pending > 0) list.push({ text: `${step.pending.toLocaleString('en')} waiting`, tone: 'wait' });
      if (step.failed > 0) list.push({ text: `${step.failed.toLocaleString('en')} failed`, tone: 'bad' });
      notes.set(step.step, list);
    }
    return { notes, way: null };
  }, [statistics.data, trail.data, profile]);
}
