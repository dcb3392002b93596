import type { Step } from '../../../../shared/scenario.ts';
import type { StepRunner } from './step.ts';

/** Ends the enrollment. */
export const exit: StepRunner<Extract<Step, { kind: 'exit' }>> = (step) => ({
  go: { to: null, reason: step.reason || 'exit' },
});
