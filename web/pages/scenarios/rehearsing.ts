import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Passing } from '../../canvas/Canvas.tsx';
import type { ScenarioDefinition } from '../../canvas/definition.ts';
import type { StepNote } from '../../canvas/nodes.tsx';
import { waysTaken } from '../../canvas/path.ts';
import { spanOf } from '../../canvas/words.ts';
import type { ChosenEvent } from '../../components/EventSelect.tsx';
import type { ChosenProfile } from '../../components/ProfileSelect.tsx';
import { type PostScenariosIdDryRunResponse, postScenariosIdDryRun } from '../../data/api/index.ts';
import { parseExact } from '../../data/exact.ts';
import { ApiFailure } from '../../data/failure.ts';
import { ask } from '../../data/queries.ts';
import type { Fault } from './editing.ts';

/** What a scenario is tried with. */
export interface TryWith {
  profile: ChosenProfile | null;
  event: ChosenEvent | 'typed' | null;
  /** Properties of an event that is typed: a JSON object. */
  properties: string;
  /** Webhook steps that are to fail; others are delivered. */
  failing: readonly string[];
  /** What comes back, as text, by step. */
  answers: Readonly<Record<string, string>>;
}
export const FRESH: TryWith = { profile: null, event: 'typed', properties: '{}', failing: [], answers: {} };

export type DryStep = PostScenariosIdDryRunResponse['path'][number];

const tried = (definition: ScenarioDefinition, with_: TryWith) => JSON.stringify([definition, with_]);

/** How long after the first step another comes, in words. */
export function laterBy(first: string, at: string): string {
  const seconds = Math.round((Date.parse(at) - Date.parse(first)) / 1000);
  return seconds <= 0 ? 'at once' : `after ${spanOf(seconds)}`;
}

const toneOf = (note: string): StepNote['tone'] =>
  note.startsWith('delivered') ? 'good' : note.startsWith('failed') ? 'bad' : 'quiet';

interface Ran {
  answer: PostScenariosIdDryRunResponse;
  definition: ScenarioDefinition;
  tried: string;
}

/** Dry runs of the draft: what they are made with, the last one, and how it is drawn. */
export function useRehearsing(id: string, definition: ScenarioDefinition) {
  const [with_, setWith] = useState(FRESH);
  // What was shown stays until the next is there.
  const [data, keep] = useState<Ran | null>(null);
  const run = useMutation({
    mutationFn: async () => {
      const { profile, event, properties, failing, answers } = with_;
      const steps = new Set(definition.steps.map((step) => step.id));
      const known = <T>(entries: [string, T][]) => Object.fromEntries(entries.filter(([step]) => steps.has(step)));
      const body = {
        draft: definition,
        profile: profile!.id,
        ...(event !== null && event !== 'typed' ? { event: event.id } : { properties: parseExact(properties) }),
        outcomes: known(failing.map((step): [string, string] => [step, 'failed'])),
        responses: known(Object.entries(answers).filter(([, text]) => text !== '')),
      };
      const answer = await ask(postScenariosIdDryRun({ path: { id }, body: body as never }));
      return { answer, definition, tried: tried(definition, with_) };
    },
    onSuccess: keep,
    onError: () => keep(null),
  });
  const drawn = useMemo(() => {
    if (!data) return null;
    const { path, ended } = data.answer;
    const passed = path.map(({ step, note }) => ({ step, outcome: note }));
    const notes = new Map<string, StepNote[]>();
    for (const { step, at, note } of path) {
      const word = note.startsWith('until ') ? '' : note.split(':')[0]!;
      const text = [laterBy(path[0]!.at, at), word.length < 24 ? word : ''].filter(Boolean).join(' · ');
      notes.set(step, [{ text, tone: toneOf(note) }]);
    }
    const stopped = path.length === 0 || /^(Stopped here|It stays here)/.test(ended);
    const passing: Passing = {
      steps: new Set(notes.keys()),
      ways: waysTaken(data.definition, passed, !stopped),
    };
    return { notes, passing };
  }, [data]);
  return {
    with_,
    setWith,
    run: () => run.mutate(),
    running: run.isPending,
    error: run.error,
    answer: data?.answer ?? null,
    /** The scenario, or what it is tried with, was changed since. */
    stale: data !== null && data.tried !== tried(definition, with_),
    drawn,
    clear: () => {
      run.reset();
      keep(null);
    },
  };
}
export type Rehearsing = ReturnType<typeof useRehearsing>;

/** What an error of a dry run says of steps, for the canvas. */
export function faultsOf(error: unknown): Fault[] {
  if (!(error instanceof ApiFailure)) return [];
  return error.fields.flatMap(({ field, message }): Fault[] => {
    const [, step] = /^steps\.([^.]+)\./.exec(field) ?? [];
    return step ? [{ step, message }] : /^(trigger|start|steps)/.test(field) ? [{ step: null, message }] : [];
  });
}
