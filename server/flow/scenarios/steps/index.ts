import type { Step } from '../../../../shared/scenario.ts';
import { condition } from './condition.ts';
import { exit } from './exit.ts';
import type { StepResult, StepView } from './step.ts';
import { update } from './update.ts';
import { wait } from './wait.ts';
import { webhook } from './webhook.ts';

export type { StepResult, StepView } from './step.ts';

/** Runs a step by its kind. */
export function runStep(step: Step, view: StepView): StepResult {
  switch (step.kind) {
    case 'webhook':
      return webhook(step, view);
    case 'condition':
      return condition(step, view);
    case 'wait':
      return wait(step, view);
    case 'update':
      return update(step, view);
    case 'exit':
      return exit(step, view);
  }
}
