import { z } from 'zod';
import { NotCommitted } from '../../flow/ingest/index.ts';
import { present } from '../../platform/ids.ts';
import { loadSample, removeSample, type SampleState, sampleState, TooManyInspectors } from '../../sample/index.ts';
import { Problem } from '../problem.ts';
import { type Route, route } from '../route.ts';

const tag = 'Sample data';
const sample = z.object({
  loaded: z.boolean(),
  profiles: z.number().int(),
  inspector: z.string().nullable(),
  webhook: z.string().nullable(),
  scenario: z.string().nullable(),
});
const shown = ({ loaded, profiles, ...things }: SampleState) => ({
  loaded,
  profiles,
  inspector: things.inspector && present('inspector', things.inspector),
  webhook: things.webhook && present('webhook', things.webhook),
  scenario: things.scenario && present('scenario', things.scenario),
});

/** Sample data, which comes and goes as a whole. */
export const sampleRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/sample',
    scope: 'read',
    tag,
    summary: 'Say whether sample data is loaded',
    answers: { 200: { description: 'What of it is there', schema: sample } },
    async handler({ caller, parts }) {
      return { body: shown(await sampleState(parts.database, caller.workspaceId)) };
    },
  }),
  route({
    method: 'POST',
    path: '/sample',
    scope: 'scenarios',
    action: 'publish',
    tag,
    summary: 'Load sample data: customers, a webhook to an inspector, a scenario, and events that start it',
    answers: { 200: { description: 'What is there now', schema: sample } },
    async handler({ caller, parts }) {
      try {
        return { body: shown(await loadSample(parts, caller.workspaceId)) };
      } catch (error) {
        if (error instanceof TooManyInspectors)
          throw new Problem(409, 'The sample needs an inspector, and this workspace has its most. Delete one.');
        if (error instanceof NotCommitted)
          throw new Problem(503, 'Its events could not be committed just now. Load the sample again in a moment.');
        throw error;
      }
    },
  }),
  route({
    method: 'DELETE',
    path: '/sample',
    scope: 'scenarios',
    action: 'publish',
    tag,
    summary: 'Take sample data away again',
    answers: { 204: { description: 'It is gone' } },
    async handler({ caller, parts }) {
      await removeSample(parts, caller.workspaceId);
      return { status: 204 };
    },
  }),
];
