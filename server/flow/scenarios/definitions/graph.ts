import type { ScenarioDefinition, Step } from '../../../../shared/scenario.ts';
import type { Problem } from './scenario.ts';

/** The steps that may follow a step, with the field that names each. */
export function exits(step: Step): { field: string; to: string }[] {
  const named = (field: string, to: string | null | undefined) => (to ? [{ field, to }] : []);
  switch (step.kind) {
    case 'webhook':
      return [...named('next', step.next), ...named('on_fail', step.on_fail)];
    case 'condition':
      return [...named('yes', step.yes), ...named('no', step.no)];
    case 'wait':
    case 'update':
      return named('next', step.next);
    case 'exit':
      return [];
  }
}

/** The ids reached from `from` over one or more arrows. `through` false: a step is reached, but not left. */
export function reachable(
  steps: ReadonlyMap<string, Step>,
  from: readonly string[],
  through: (step: Step) => boolean = () => true,
): Set<string> {
  const seen = new Set<string>();
  const open = [...from];
  // Every id is put in `seen` once, so this ends after as many rounds as there are arrows (at most 400).
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = steps.get(id);
    if (!step || seen.has(id)) continue;
    seen.add(id);
    if (through(step)) open.push(...exits(step).map((exit) => exit.to));
  }
  return seen;
}

/** What is wrong with the arrows: double ids, arrows to nowhere, steps nobody reaches, circles that never wait. */
export function checkGraph(definition: ScenarioDefinition): Problem[] {
  const problems: Problem[] = [];
  const steps = new Map<string, Step>();
  for (const step of definition.steps) {
    if (steps.has(step.id))
      problems.push({
        step: step.id,
        field: 'id',
        message: `Two steps have the id "${step.id}". Give one of them another.`,
      });
    else steps.set(step.id, step);
  }
  if (definition.steps.length === 0) {
    problems.push({ step: null, field: 'steps', message: 'The scenario has no steps. Add at least one.' });
  } else if (definition.start === null) {
    problems.push({ step: null, field: 'start', message: 'No step is named as the first one. Set "start".' });
  } else if (!steps.has(definition.start)) {
    problems.push({ step: null, field: 'start', message: `The first step "${definition.start}" doesn't exist.` });
  }
  for (const step of steps.values()) {
    for (const { field, to } of exits(step)) {
      if (!steps.has(to))
        problems.push({ step: step.id, field, message: `It leads to the step "${to}", which doesn't exist.` });
    }
  }
  const found = reachable(steps, definition.start === null ? [] : [definition.start]);
  if (definition.start !== null && steps.has(definition.start)) {
    for (const id of steps.keys()) {
      if (!found.has(id))
        problems.push({ step: id, field: 'id', message: 'No way leads to this step. Connect it or take it away.' });
    }
  }
  for (const step of steps.values()) {
    if (step.kind === 'wait') continue;
    const ahead = reachable(
      steps,
      exits(step).map((exit) => exit.to),
      (passed) => passed.kind !== 'wait',
    );
    if (ahead.has(step.id)) {
      problems.push({
        step: step.id,
        field: 'next',
        message: 'It lies on a circle that never waits. Put a wait step into the circle.',
      });
    }
  }
  return problems;
}
