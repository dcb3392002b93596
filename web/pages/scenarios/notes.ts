import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Passing } from '../../canvas/Canvas.tsx';
import type { ScenarioDefinition } from '../../canvas/definition.ts';
import type { StepNote } from '../../canvas/nodes.tsx';
import { waysTaken } from '../../canvas/path.ts';
import {
  getScenariosIdProfilesProfileTrail,
  getScenariosIdStatistics,
  getScenariosIdVersionsVersion,
} from '../../data/api/index.ts';
import { useLiveRefresh } from '../../data/live.ts';
import { ask } from '../../data/queries.ts';

export type Notes = ReadonlyMap<string, readonly StepNote[]>;
const number = (n: number) => n.toLocaleString('en');

/** The numbers of everyone on the steps, each with what is behind it. */
export function useNumbers(id: string, published: boolean): Notes {
  useLiveRefresh(['delivery', 'event'], 'statistics', 'behind');
  const { data } = useQuery({
    queryKey: ['statistics', id],
    queryFn: () => ask(getScenariosIdStatistics({ path: { id } })),
    enabled: published,
  });
  return useMemo(() => {
    const notes = new Map<string, StepNote[]>();
    if (!data) return notes;
    const people = (search: Record<string, string>) => ({
      to: `/scenarios/${id}`,
      search: { panel: 'behind', ...search },
    });
    const sent = (step: string, state: string) => ({ to: '/deliveries', search: { scenario: id, step, state } });
    notes.set('trigger', [{ text: `${number(data.entered)} entered`, tone: 'quiet', behind: people({}) }]);
    for (const { step, ...n } of data.steps) {
      const list: StepNote[] = [{ text: `${number(n.reached)} reached`, tone: 'quiet', behind: people({ step }) }];
      const add = (count: number, word: string, tone: StepNote['tone'], state: string) => {
        if (count > 0) list.push({ text: `${number(count)} ${word}`, tone, behind: sent(step, state) });
      };
      add(n.accepted, 'delivered', 'good', 'delivered');
      add(n.pending, 'waiting', 'wait', 'queued,sending,retrying');
      add(n.failed, 'failed', 'bad', 'failed');
      add(n.skipped, 'skipped', 'quiet', 'skipped');
      add(n.cancelled, 'cancelled', 'quiet', 'cancelled');
      notes.set(step, list);
    }
    return notes;
  }, [data, id]);
}

const TONES: Record<string, StepNote['tone']> = { delivered: 'good', failed: 'bad' };

/**
 * The way of one profile: its last enrollment, on the version that it is in. Undefined while it is looked for, null when
 * it never was in the scenario.
 */
export function useTrail(id: string, profile: string | undefined) {
  useLiveRefresh(['delivery', 'event'], 'trail');
  const trail = useQuery({
    queryKey: ['trail', id, profile],
    queryFn: () => ask(getScenariosIdProfilesProfileTrail({ path: { id, profile: profile! }, query: { limit: 1 } })),
    enabled: profile !== undefined,
  });
  const enrollment = trail.data?.items[0];
  const version = useVersion(id, enrollment?.version ?? null);
  const definition = version.data?.definition as ScenarioDefinition | undefined;
  const drawn = useMemo(() => {
    if (!enrollment || !definition) return null;
    const notes = new Map<string, StepNote[]>();
    for (const { step, at, outcome, delivery } of enrollment.trail) {
      const time = new Date(at).toLocaleTimeString('en');
      const note: StepNote = { text: `${outcome ?? 'passed'} · ${time}`, tone: TONES[outcome ?? ''] ?? 'quiet' };
      if (delivery) note.behind = { to: `/deliveries/${delivery}`, search: {} };
      notes.set(step, [note]);
    }
    const passing: Passing = {
      steps: new Set(notes.keys()),
      ways: waysTaken(definition, enrollment.trail, enrollment.state === 'ended'),
    };
    return { notes, passing, definition, enrollment };
  }, [enrollment, definition]);
  const error = trail.error ?? version.error;
  return { error, missing: trail.data?.items.length === 0, drawn };
}

/** One published version; nothing for null. */
export function useVersion(id: string, version: number | null) {
  return useQuery({
    queryKey: ['scenario', id, 'version', version],
    queryFn: () => ask(getScenariosIdVersionsVersion({ path: { id, version: version! } as never })),
    enabled: version !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
