import type { Step } from '../../../../shared/scenario.ts';
import { MODE } from '../../../schema/index.ts';
import type { StepRunner } from './step.ts';

/** Queues a delivery and stays until its first attempt or its outcome comes back as a fact. */
export const webhook: StepRunner<Extract<Step, { kind: 'webhook' }>> = (step, view) => {
  const laneId = view.laneOf(step.webhook);
  if (laneId === null) {
    const to = step.on_fail === undefined ? step.next : step.on_fail;
    return { go: { to }, outcome: 'failed: the webhook does not exist any more' };
  }
  return {
    go: 'stay',
    delivery: {
      workspaceId: view.enrollment.workspaceId,
      id: view.newId(),
      profileId: view.profile.id,
      laneId,
      webhookId: step.webhook,
      scenarioId: view.scenario.id,
      scenarioVersion: view.scenario.version,
      step: step.id,
      enrollmentId: view.enrollment.id,
      eventId: view.enrollment.eventId,
      class: view.enrollment.class,
      mode: MODE[step.move_on],
      depth: view.enrollment.depth,
      queuedAt: view.now,
      runId: view.enrollment.runId,
      held: view.paused || view.runPaused,
    },
  };
};
