import type { Step } from '../../../../shared/scenario.ts';
import { evaluate } from '../../conditions/index.ts';
import type { StepRunner } from './step.ts';

/** Branches on attributes, the event and earlier responses. */
export const condition: StepRunner<Extract<Step, { kind: 'condition' }>> = (step, view) => {
  const yes = evaluate(step.if, {
    attributes: view.profile.attributes,
    properties: view.properties(),
    responses: view.responses,
  });
  return { go: { to: yes ? step.yes : step.no }, outcome: yes ? 'yes' : 'no' };
};
