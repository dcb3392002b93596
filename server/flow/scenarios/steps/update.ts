import type { Step } from '../../../../shared/scenario.ts';
import type { Json } from '../../../platform/json.ts';
import { ORIGIN } from '../../../schema/index.ts';
import { applyChanges } from '../../profiles/index.ts';
import type { StepRunner } from './step.ts';

/** Writes attributes, and goes on whether or not every one was taken; what was refused stands in the trail. */
export const update: StepRunner<Extract<Step, { kind: 'update' }>> = (step, view) => {
  const changes = step.set.map((item) => ({ attribute: item.attribute, mode: item.mode, value: item.value as Json }));
  const changed = applyChanges(view.profile, changes, view.declared, view.now, ORIGIN.scenario);
  const outcome = changed.refused.map((r) => `${r.attribute}: ${r.reason}`).join(' ');
  return { go: { to: step.next }, changed, ...(outcome && { outcome: `refused: ${outcome}` }) };
};
