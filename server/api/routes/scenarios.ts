import { z } from 'zod';
import { type ScenarioDefinition, scenarioDefinition } from '../../../shared/scenario.ts';
import { getProfile } from '../../flow/profiles/index.ts';
import {
  archiveScenario,
  checkSaving,
  checkScenario,
  clearScenario,
  createScenario,
  deleteScenario,
  duplicateScenario,
  getScenario,
  getVersion,
  listEnrollments,
  listScenarios,
  listVersions,
  pauseScenario,
  publishScenario,
  type Result,
  readStatistics,
  resumeScenario,
  type Scenario,
  saveDraft,
} from '../../flow/scenarios/index.ts';
import { cleanText } from '../../platform/text.ts';
import { notFound, Problem } from '../problem.ts';
import {
  type ApiParts,
  cursorId,
  cursorText,
  foreignCursor,
  idParam,
  listOf,
  page,
  pageQuery,
  type Route,
  route,
} from '../route.ts';
import { enrollmentSchema, presentEnrollment } from './enrollments.ts';
import { changedMeanwhile, revisionQuery } from './meanwhile.ts';
import {
  answer,
  presentScenario,
  presentVersion,
  problem,
  problemOf,
  scenario,
  state,
  statistics,
  version,
} from './scenario-answers.ts';

const name = z.string().trim().min(1).max(200).transform(cleanText);
const description = z.string().max(2000).transform(cleanText);
const params = z.object({ id: idParam('scenario') });
const one = { 200: { description: 'The scenario', schema: scenario } };
const common = { tag: 'Scenarios', scope: 'scenarios' } as const;
const reading = { tag: 'Scenarios', scope: 'read' } as const;

/** The scenario as it was changed; 409 with who and when, if somebody saved it before. */
async function current(result: Result<Scenario>, id: string, parts: ApiParts, workspaceId: string) {
  if (!result.ok && result.refusal.kind === 'changed') {
    const thing = { kind: 'scenario', id, name: result.refusal.name } as const;
    throw await changedMeanwhile(parts, workspaceId, thing);
  }
  return answer(result);
}

/** Throws a 422 that names the values of a draft which don't fit the parameters they are given to. */
async function assertFits(draft: ScenarioDefinition, parts: ApiParts, workspaceId: string): Promise<void> {
  const found = await checkSaving(parts.database, workspaceId, draft);
  if (found.length === 0) return;
  const errors = found.map(({ step, field, message }) => ({
    field: `draft.steps.${draft.steps.findIndex((one) => one.id === step)}.${field}`,
    message,
  }));
  throw new Problem(422, `The scenario can't be saved. ${found[0]!.message}`, errors);
}

const change = (verb: string, summary: string, run: typeof pauseScenario): Route =>
  route({
    ...common,
    method: 'POST',
    path: `/scenarios/{id}/${verb}`,
    summary,
    params,
    answers: one,
    handler: async ({ parts, caller, params: { id } }) => answer(await run(parts, caller.workspaceId, id)),
  });

const editing: Route[] = [
  route({
    ...reading,
    method: 'GET',
    path: '/scenarios',
    summary: 'List scenarios, newest first',
    query: pageQuery.extend({ state: state.optional() }),
    answers: { 200: { description: 'A page of scenarios', schema: listOf(scenario) } },
    handler: async ({ parts, caller, query }) => {
      const options = { before: cursorId(query.cursor), state: query.state ?? null, limit: query.limit + 1 };
      const rows = await listScenarios(parts.database, caller.workspaceId, options);
      return { body: page(rows, query.limit, (row) => row.id, presentScenario) };
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/scenarios',
    summary: 'Make a scenario, as a draft',
    body: z.strictObject({
      name,
      description: description.default(''),
      draft: scenarioDefinition.default({ trigger: null, reentry: 'always', start: null, steps: [] }),
    }),
    answers: { 201: { description: 'The scenario', schema: scenario } },
    handler: async ({ parts, caller, body }) => {
      await assertFits(body.draft, parts, caller.workspaceId);
      const made = await createScenario(parts.database, parts.clock, caller.workspaceId, body);
      return { status: 201, body: presentScenario(made) };
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/scenarios/{id}',
    summary: 'Read a scenario',
    params,
    answers: one,
    handler: async ({ parts, caller, params: { id } }) => {
      const found = await getScenario(parts.database, caller.workspaceId, id);
      if (!found) throw notFound('scenario');
      return { body: presentScenario(found) };
    },
  }),
  route({
    ...common,
    method: 'PATCH',
    path: '/scenarios/{id}',
    summary: 'Change name, description or the draft; what runs stays as it was published',
    params,
    query: revisionQuery,
    body: z.strictObject({
      name: name.optional(),
      description: description.optional(),
      draft: scenarioDefinition.optional(),
    }),
    answers: one,
    handler: async ({ parts, caller, params: { id }, query, body }) => {
      if (body.draft) await assertFits(body.draft, parts, caller.workspaceId);
      const revision = query.revision ?? null;
      const saved = await saveDraft(parts.database, parts.clock, caller.workspaceId, id, body, revision);
      return current(saved, id, parts, caller.workspaceId);
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: '/scenarios/{id}',
    summary: 'Delete a draft that was never published',
    params,
    answers: { 204: { description: 'It is gone' } },
    handler: async ({ parts, caller, params: { id } }) => {
      const result = await deleteScenario(parts.database, caller.workspaceId, id);
      if (!result.ok) throw problemOf(result.refusal);
      return { status: 204 };
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/scenarios/{id}/duplicate',
    summary: 'Make a draft with the same steps',
    params,
    answers: { 201: { description: 'The new scenario', schema: scenario } },
    handler: async ({ parts, caller, params: { id } }) =>
      answer(await duplicateScenario(parts.database, parts.clock, caller.workspaceId, id), 201),
  }),
];

const running: Route[] = [
  route({
    ...reading,
    method: 'POST',
    path: '/scenarios/{id}/check',
    summary: 'Say what keeps the draft from being published',
    params,
    answers: {
      200: { description: 'What is wrong; nothing if empty', schema: z.object({ problems: z.array(problem) }) },
    },
    handler: async ({ parts, caller, params: { id } }) => {
      const problems = await checkScenario(parts.database, caller.workspaceId, id);
      if (!problems) throw notFound('scenario');
      return { body: { problems } };
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/scenarios/{id}/publish',
    action: 'publish',
    summary: 'Make a version of the draft and set it to work; a paused scenario stays paused',
    params,
    query: revisionQuery,
    answers: one,
    handler: async ({ parts, caller, params: { id }, query }) => {
      const revision = query.revision ?? null;
      const published = await publishScenario(parts.database, parts.clock, caller.workspaceId, id, revision);
      return current(published, id, parts, caller.workspaceId);
    },
  }),
  change('pause', 'Hold queued deliveries and waits; nobody enters', pauseScenario),
  change('resume', 'Release what was held', resumeScenario),
  change(
    'clear',
    'Cancel what waits in a paused or halted scenario; runs of a campaign stop; it stays paused',
    clearScenario,
  ),
  change('archive', 'End the scenario for good: queued deliveries are cancelled', archiveScenario),
  route({
    ...reading,
    method: 'GET',
    path: '/scenarios/{id}/versions',
    summary: 'List published versions, newest first',
    params,
    query: pageQuery,
    answers: { 200: { description: 'A page of versions', schema: listOf(version) } },
    handler: async ({ parts, caller, params: { id }, query }) => {
      const cursor = cursorText(query.cursor);
      if (cursor !== null && !/^\d{1,9}$/.test(cursor)) throw foreignCursor();
      const options = { before: cursor === null ? null : Number(cursor), limit: query.limit + 1 };
      const rows = await listVersions(parts.database, caller.workspaceId, id, options);
      if (rows.length === 0 && !(await getScenario(parts.database, caller.workspaceId, id))) throw notFound('scenario');
      return { body: page(rows, query.limit, (row) => String(row.version), presentVersion) };
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/scenarios/{id}/versions/{version}',
    summary: 'Read one published version',
    params: params.extend({ version: z.coerce.number().int().min(1).max(1_000_000) }),
    answers: { 200: { description: 'The version', schema: version } },
    handler: async ({ parts, caller, params: { id, version } }) => {
      const found = await getVersion(parts.database, caller.workspaceId, id, version);
      if (!found) throw notFound('version');
      return { body: presentVersion(found) };
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/scenarios/{id}/statistics',
    summary: 'Numbers of the scenario and of its steps',
    params,
    answers: { 200: { description: 'The numbers', schema: statistics } },
    handler: async ({ parts, caller, params: { id } }) => {
      if (!(await getScenario(parts.database, caller.workspaceId, id))) throw notFound('scenario');
      const { steps, ...whole } = await readStatistics(parts.database, caller.workspaceId, id);
      const shown = steps.map(({ failedBy, skippedBy, ...step }) => ({
        ...step,
        failed_by: failedBy,
        skipped_by: skippedBy,
      }));
      return { body: { ...whole, steps: shown } };
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/scenarios/{id}/profiles/{profile}/trail',
    summary: 'The way of one profile through the scenario: its enrollments, newest first, step by step',
    params: params.extend({ profile: idParam('profile') }),
    query: pageQuery,
    answers: { 200: { description: 'A page of enrollments', schema: listOf(enrollmentSchema) } },
    handler: async ({ parts, caller, params: { id, profile: profileId }, query }) => {
      const { workspaceId } = caller;
      if (!(await getScenario(parts.database, workspaceId, id))) throw notFound('scenario');
      const profile = await getProfile(parts.database, workspaceId, profileId);
      if (!profile) throw notFound('profile');
      const ids = [profile.id, ...profile.merged.map((one) => one.id)];
      const options = { scenarioId: id, before: cursorId(query.cursor), limit: query.limit + 1 };
      const rows = await listEnrollments(parts.database, workspaceId, ids, options);
      return { body: page(rows, query.limit, (row) => row.id, presentEnrollment) };
    },
  }),
];

/** Scenarios: drafts, publishing, running, numbers and trails. */
export const scenarioRoutes: Route[] = [...editing, ...running];
