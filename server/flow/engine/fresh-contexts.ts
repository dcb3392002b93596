import { CLASS } from '../../schema/index.ts';
import type { ContextRow } from '../delivery/index.ts';
import type { QueuedFact } from '../inbox/index.ts';
import type { ProfileState } from '../profiles/index.ts';
import type { EnrollmentState, NewDelivery } from '../scenarios/index.ts';
import type { Definitions } from './definitions.ts';

/**
 * What templates see of deliveries that a turn has just queued, where the turn has all of it at hand: the profile as the
 * database writes it (unchanged by this turn), the event that started it among the turn's facts, and no earlier responses.
 * Of the live class only: what waits long is read when its turn comes.
 */
export function freshContexts(
  { profiles, definitions }: { profiles: ReadonlyMap<string, ProfileState | null>; definitions: Definitions },
  out: { deliveries: readonly NewDelivery[]; enrollments: ReadonlyMap<string, EnrollmentState> },
  facts: readonly QueuedFact[],
): ContextRow[] {
  if (out.deliveries.length === 0) return [];
  const events = new Map(facts.map((fact) => [fact.id, fact]));
  return out.deliveries.flatMap((one): ContextRow[] => {
    const profile = profiles.get(one.profileId);
    const event = events.get(one.eventId ?? '');
    const enrollment = out.enrollments.get(one.enrollmentId);
    if (one.class !== CLASS.live || !profile || profile.dirty || profile.text === null || !event || !enrollment)
      return [];
    if (Object.keys(enrollment.data.responses).length > 0) return [];
    return [
      {
        id: one.id,
        profile_id: one.profileId,
        webhook_id: one.webhookId,
        step: one.step,
        enrollment_id: one.enrollmentId,
        depth: one.depth,
        event_id: one.eventId,
        scenario_id: one.scenarioId,
        scenario_version: one.scenarioVersion,
        workspace_id: one.workspaceId,
        owner: one.profileId,
        attributes: profile.text,
        event_name: event.name,
        event_body: event.body,
        event_at: event.occurredAt,
        data: null,
        scenario_name: definitions.of(one.workspaceId).names.get(one.scenarioId) ?? null,
      },
    ];
  });
}
