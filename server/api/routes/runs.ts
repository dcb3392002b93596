import { z } from 'zod';
import {
  countRuns,
  getRun,
  getScenario,
  listRuns,
  nextByCalendar,
  nextTimes,
  pauseRun,
  type Result,
  type Run,
  type RunCounts,
  resumeRun,
  startRun,
  stopRun,
  wrongCalendar,
} from '../../flow/scenarios/index.ts';
import type { Sql } from '../../platform/database/index.ts';
import { present } from '../../platform/ids.ts';
import { notFound, Problem } from '../problem.ts';
import { type ApiParts, cursorId, idParam, iso, listOf, page, pageQuery, type Route, route } from '../route.ts';
import { problemOf } from './scenario-answers.ts';

const time = z.iso.datetime();
const count = z.number().int();
const run = z.object({
  id: z.string(),
  scenario: z.string(),
  version: count.nullable().meta({ description: 'The version that profiles enter; null before it begins' }),
  state: z.enum(['waiting', 'queuing', 'paused', 'done', 'stopped']),
  by_calendar: z.boolean(),
  reason: z.string().nullable().meta({ description: 'Why it stopped, when no person did it' }),
  starts_at: time,
  began_at: time.nullable(),
  queued_at: time.nullable().meta({ description: 'When the last profile was queued' }),
  total: count.nullable().meta({ description: 'Profiles there were when it began; null when unknown' }),
  looked_at: count,
  matched: count,
  entered: count,
  kept_out: count.meta({ description: 'Who matched and may not enter again' }),
  deliveries: z.object({
    queued: count.meta({ description: 'All there ever were' }),
    pending: count,
    delivered: count,
    failed: count,
    skipped: count,
    cancelled: count,
  }),
});

function presentRun(given: Run, counts: RunCounts) {
  const { queued, delivered, failed, skipped, cancelled } = counts;
  const pending = Math.max(0, queued - delivered - failed - skipped - cancelled);
  return {
    id: present('run', given.id),
    scenario: present('scenario', given.scenarioId),
    version: given.version,
    state: given.state,
    by_calendar: given.byCalendar,
    reason: given.reason,
    starts_at: iso(given.startsAt),
    began_at: iso(given.beganAt),
    queued_at: iso(given.queuedAt),
    total: given.total,
    looked_at: given.lookedAt,
    matched: given.matched,
    entered: counts.entered,
    kept_out: counts.keptOut,
    deliveries: { queued, pending, delivered, failed, skipped, cancelled },
  };
}

async function presented({ database }: ApiParts, workspaceId: string, runs: readonly Run[]) {
  const counts = await countRuns(
    database,
    workspaceId,
    runs.map((one) => one.id),
  );
  return runs.map((one) => presentRun(one, counts.get(one.id)!));
}

const zoneSql: Sql = { name: 'runs-zone', text: 'SELECT time_zone FROM workspaces WHERE id = $1' };

async function zoneOf({ database }: ApiParts, workspaceId: string): Promise<string> {
  const [row] = await database.run<{ time_zone: string }>(zoneSql, [workspaceId]);
  return row!.time_zone;
}

const params = z.object({ id: idParam('run') });
const ofScenario = z.object({ id: idParam('scenario') });
const reading = { tag: 'Campaigns', scope: 'read' } as const;
// Who may publish decides what is sent to everyone.
const changing = { tag: 'Campaigns', scope: 'scenarios', action: 'publish', method: 'POST' } as const;

const change = (verb: string, summary: string, work: typeof pauseRun): Route =>
  route({
    ...changing,
    path: `/runs/{id}/${verb}`,
    summary,
    params,
    answers: { 200: { description: 'The run', schema: run } },
    handler: async ({ parts, caller: { workspaceId }, params: { id } }) => {
      const result: Result<Run> = await work(parts, workspaceId, id);
      if (!result.ok) throw result.refusal.kind === 'missing' ? notFound('run') : problemOf(result.refusal);
      return { body: (await presented(parts, workspaceId, [result.value]))[0] };
    },
  });

/** Runs of campaigns, and the calendars that start them. */
export const runRoutes: Route[] = [
  route({
    ...changing,
    path: '/scenarios/{id}/runs',
    summary: 'Start a campaign, now or at a time: profiles that its filter matches then enter',
    params: ofScenario,
    body: z
      .strictObject({
        at: z.iso
          .datetime({ offset: true })
          .optional()
          .meta({ description: 'When it begins, within a year from now; at once without it' }),
      })
      .default({}),
    answers: { 201: { description: 'The run', schema: run } },
    handler: async ({ parts, caller: { workspaceId }, params: { id }, body }) => {
      const at = body.at === undefined ? null : Date.parse(body.at);
      const ahead = at === null ? 0 : at - parts.clock.now();
      if (ahead < -60_000 || ahead > 366 * 86_400_000) {
        const message = 'must be in the future, a year from now at most';
        throw new Problem(422, 'The run can not be started at that time.', [{ field: 'at', message }]);
      }
      const result = await startRun(parts, workspaceId, id, at);
      if (!result.ok) throw problemOf(result.refusal);
      return { status: 201, body: (await presented(parts, workspaceId, [result.value]))[0] };
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/scenarios/{id}/runs',
    summary: "List a campaign's runs, newest first, and when its calendar starts the next ones",
    params: ofScenario,
    query: pageQuery,
    answers: {
      200: {
        description: 'A page of runs',
        schema: listOf(run).extend({ next_by_calendar: z.array(time), time_zone: z.string() }),
      },
    },
    handler: async ({ parts, caller: { workspaceId }, params: { id }, query }) => {
      const { database, clock } = parts;
      const scenario = await getScenario(database, workspaceId, id);
      if (!scenario) throw notFound('scenario');
      const options = { before: cursorId(query.cursor), limit: query.limit + 1 };
      const rows = await listRuns(database, workspaceId, id, options);
      const { next_cursor } = page(rows, query.limit, (row) => row.id, String);
      const items = await presented(parts, workspaceId, rows.slice(0, query.limit));
      const zone = await zoneOf(parts, workspaceId);
      const next = await nextByCalendar(database, workspaceId, id);
      const times =
        next === null ? [] : [next.at, ...nextTimes(next.expression, next.timeZone, Math.max(next.at, clock.now()), 4)];
      return { body: { items, next_cursor, next_by_calendar: times.map(iso), time_zone: zone } };
    },
  }),
  route({
    ...reading,
    method: 'GET',
    path: '/runs/{id}',
    summary: 'Read a run of a campaign with its numbers',
    params,
    answers: { 200: { description: 'The run', schema: run } },
    handler: async ({ parts, caller: { workspaceId }, params: { id } }) => {
      const found = await getRun(parts.database, workspaceId, id);
      if (!found) throw notFound('run');
      return { body: (await presented(parts, workspaceId, [found]))[0] };
    },
  }),
  change('pause', 'Look at no more profiles and hold what is queued; what is being sent ends', pauseRun),
  change('resume', 'Go on where it was paused, and release what was held', resumeRun),
  change('stop', 'End the run for good: queued deliveries are cancelled, nobody enters any more', stopRun),
  route({
    ...reading,
    method: 'GET',
    path: '/calendar',
    summary: "The next five times of a calendar expression, in the workspace's time zone",
    query: z.object({
      expression: z.string().min(1).max(100).meta({ description: 'Minute, hour, day, month and weekday: 0 9 * * 1-5' }),
    }),
    answers: {
      200: { description: 'The times', schema: z.object({ time_zone: z.string(), next: z.array(time) }) },
    },
    handler: async ({ parts, caller: { workspaceId }, query: { expression } }) => {
      const message = wrongCalendar(expression);
      if (message !== null) throw new Problem(422, message, [{ field: 'query.expression', message }]);
      const zone = await zoneOf(parts, workspaceId);
      return { body: { time_zone: zone, next: nextTimes(expression, zone, parts.clock.now(), 5).map(iso) } };
    },
  }),
];
