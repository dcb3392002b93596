import type { ScenarioDefinition } from '../../../shared/scenario.ts';
import { ENROLLMENT } from '../../schema/index.ts';
import type { EnrollmentState, EntryState, ScenarioVersion } from './state.ts';

/** How long a chain of enrollments that cause one another may get; there it stops (design, "The flow", 5). */
export const MAX_DEPTH = 10;

/** Whether a profile with this past in the scenario may enter (again) now. */
export function mayEnter(rule: ScenarioDefinition['reentry'], past: EntryState | null, now: number): boolean {
  if (past === null || past.entered === 0) return true;
  if (rule === 'always') return true;
  if (rule === 'once') return false;
  if (rule === 'when_ended') return past.open === 0;
  return now - past.lastEnteredAt >= rule.after_seconds * 1000;
}

/** A new enrollment and the profile's entry state with it. */
export function enter(
  scenario: ScenarioVersion,
  who: { profileId: string; eventId: string | null; depth: number; class: number; runId: string | null },
  past: EntryState | null,
  id: string,
  now: number,
): { enrollment: EnrollmentState; entry: EntryState } {
  const { workspaceId, id: scenarioId, version } = scenario;
  const { profileId, eventId, depth, runId } = who;
  return {
    enrollment: {
      workspaceId,
      id,
      profileId,
      scenarioId,
      version,
      state: ENROLLMENT.active,
      step: null,
      eventId,
      depth,
      class: who.class,
      data: { trail: [], responses: {} },
      startedAt: now,
      endedAt: null,
      reason: null,
      runId,
      isNew: true,
    },
    entry: {
      workspaceId,
      profileId,
      scenarioId,
      entered: (past?.entered ?? 0) + 1,
      // Counted only where the rule asks for it, so that other scenarios need no second write at the end.
      open: scenario.definition.reentry === 'when_ended' ? (past?.open ?? 0) + 1 : 0,
      lastEnteredAt: now,
      reached: past?.reached ?? [],
      lastRunId: runId ?? past?.lastRunId ?? null,
    },
  };
}
