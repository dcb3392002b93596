import type { Step } from '../../../../shared/scenario.ts';
import type { StepRunner } from './step.ts';

/** Waits for a span of time: sets a timer and stays. */
export const wait: StepRunner<Extract<Step, { kind: 'wait' }>> = (step, view) => ({
  go: 'stay',
  timer: {
    workspaceId: view.enrollment.workspaceId,
    id: view.newId(),
    profileId: view.profile.id,
    scenarioId: view.scenario.id,
    enrollmentId: view.enrollment.id,
    step: step.id,
    dueAt: view.now + Math.round(step.seconds * 1000),
    runId: view.enrollment.runId,
    held: view.paused || view.runPaused,
  },
});
