import { z } from 'zod';
import { stepId } from '../../../shared/scenario.ts';
import { type EnrollmentView, getEnrollment, getScenario, listEnrolled } from '../../flow/scenarios/index.ts';
import { present } from '../../platform/ids.ts';
import { ENROLLMENT, nameOf } from '../../schema/index.ts';
import { notFound } from '../problem.ts';
import { cursorId, idParam, iso, listOf, pageQuery, type Route, route } from '../route.ts';

const text = z.string().nullable();

/** An enrollment as the API shows it. */
export const enrollmentSchema = z.object({
  id: z.string(),
  profile: z.string(),
  scenario: z.string(),
  scenario_name: z.string(),
  version: z.number().int(),
  state: z.enum(['active', 'ended']),
  step: text,
  event: text,
  run: text.meta({ description: 'The run of a campaign that let the profile in' }),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  reason: text,
  trail: z.array(z.object({ step: z.string(), at: z.iso.datetime(), outcome: text, delivery: text })),
  responses: z.record(
    z.string(),
    z.object({ delivery: z.string(), attempt: text, status: z.number().int().nullable() }),
  ),
});

/** Ids and times of an enrollment as they are outside. */
export function presentEnrollment(given: EnrollmentView) {
  return {
    id: present('enrollment', given.id),
    profile: present('profile', given.profileId),
    scenario: present('scenario', given.scenarioId),
    scenario_name: given.scenarioName,
    version: given.version,
    state: nameOf(ENROLLMENT, given.state),
    step: given.step,
    event: given.eventId && present('event', given.eventId),
    run: given.runId && present('run', given.runId),
    started_at: iso(given.startedAt),
    ended_at: iso(given.endedAt),
    reason: given.reason,
    trail: given.trail.map((entry) => ({
      step: entry.step,
      at: iso(entry.at),
      outcome: entry.outcome ?? null,
      delivery: entry.delivery ? present('delivery', entry.delivery) : null,
    })),
    responses: Object.fromEntries(
      Object.entries(given.responses).map(([step, { delivery, attempt, status }]) => [
        step,
        { delivery: present('delivery', delivery), attempt: attempt && present('attempt', attempt), status },
      ]),
    ),
  };
}

/** Enrollments: one profile on its way through one scenario version. */
export const enrollmentRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/enrollments/{id}',
    scope: 'read',
    tag: 'Scenarios',
    summary: 'Read an enrollment and its trail, step by step',
    params: z.object({ id: idParam('enrollment') }),
    answers: { 200: { description: 'The enrollment', schema: enrollmentSchema } },
    handler: async ({ parts, caller, params: { id } }) => {
      const found = await getEnrollment(parts.database, caller.workspaceId, id);
      if (!found) throw notFound('enrollment');
      return { body: presentEnrollment(found) };
    },
  }),
  route({
    method: 'GET',
    path: '/scenarios/{id}/enrollments',
    scope: 'read',
    tag: 'Scenarios',
    summary: 'List who is, or was, on the way through a scenario, newest first',
    params: z.object({ id: idParam('scenario') }),
    query: pageQuery.extend({
      state: z.enum(['active', 'ended']).optional(),
      at: stepId.optional().meta({ description: 'Those that stand at this step, or ended there' }),
      passed: stepId.optional().meta({ description: 'Those that have reached this step' }),
    }),
    answers: {
      200: {
        description: 'A page of enrollments; it may be short, or empty, and not the last while there is a next_cursor',
        schema: listOf(enrollmentSchema),
      },
    },
    handler: async ({ parts, caller: { workspaceId }, params: { id }, query }) => {
      if (!(await getScenario(parts.database, workspaceId, id))) throw notFound('scenario');
      const { items, next } = await listEnrolled(parts.database, workspaceId, id, {
        state: query.state === undefined ? null : ENROLLMENT[query.state],
        at: query.at ?? null,
        passed: query.passed ?? null,
        before: cursorId(query.cursor),
        limit: query.limit,
      });
      return {
        body: {
          items: items.map(presentEnrollment),
          next_cursor: next === null ? null : Buffer.from(next).toString('base64url'),
        },
      };
    },
  }),
];
