import { z } from 'zod';
import { countHappened } from '../../flow/profiles/index.ts';
import type { Sql } from '../../platform/database/index.ts';
import { floorId, present } from '../../platform/ids.ts';
import { DELIVERY, FACT } from '../../schema/index.ts';
import { iso, type Route, route } from '../route.ts';

const HOUR = 3_600_000;
// Counting stops here: beyond it the page says "more than", and the answer stays quick.
const MOST = 20_000;

// Ids begin with the time at which they were made, so an hour is a range of the primary key, newest first.
const recent: Sql = {
  name: 'overview-recent',
  text: `SELECT state, webhook_id, count(*) AS n, max(reason) AS reason FROM (
      SELECT state, webhook_id, reason FROM deliveries WHERE workspace_id = $1 AND id >= $2 ORDER BY id DESC LIMIT ${MOST}) d GROUP BY 1, 2`,
};
const waiting: Sql = {
  name: 'overview-waiting',
  text: `SELECT q.state, q.held, q.n FROM lanes l CROSS JOIN LATERAL (
      SELECT state, held, count(*) AS n FROM (
        SELECT w.state, w.due_at IS NULL AS held FROM lane_queue w WHERE w.lane_id = l.id LIMIT ${MOST}) w
      GROUP BY 1, 2) q WHERE l.workspace_id = $1`,
};
const oldest: Sql = {
  name: 'overview-oldest',
  text: `SELECT q.due_at AS at, q.delivery_id AS id FROM lanes l CROSS JOIN unnest($2::int2[]) c(class) CROSS JOIN LATERAL (
      SELECT w.due_at, w.delivery_id FROM lane_queue w WHERE w.lane_id = l.id AND w.class = c.class AND w.due_at IS NOT NULL
      ORDER BY w.due_at LIMIT 1) q WHERE l.workspace_id = $1 ORDER BY q.due_at LIMIT 1`,
};
const events: Sql = {
  name: 'overview-facts',
  text: `SELECT count(*) AS n FROM (SELECT 1 FROM inbox WHERE workspace_id = $1 AND partition = ANY($2::int2[]) LIMIT ${MOST}) i`,
};
const exists = (name: string, text: string): Sql => ({ name: `started-${name}`, text });
const started = {
  event: exists(
    'event',
    `SELECT 1 FROM (SELECT kind FROM events WHERE workspace_id = $1 LIMIT ${MOST}) e WHERE kind = ${FACT.track} LIMIT 1`,
  ),
  webhook: exists('webhook', 'SELECT 1 FROM webhooks WHERE workspace_id = $1 AND deleted_at IS NULL LIMIT 1'),
  scenario: exists('scenario', "SELECT 1 FROM scenarios WHERE workspace_id = $1 AND state = 'active' LIMIT 1"),
  delivery: exists('delivery', 'SELECT 1 FROM deliveries WHERE workspace_id = $1 LIMIT 1'),
  delivered: exists(
    'delivered',
    `SELECT 1 FROM (SELECT state FROM deliveries WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1000) d WHERE state = ${DELIVERY.delivered} LIMIT 1`,
  ),
};
const STEPS = Object.keys(started) as [keyof typeof started, ...(keyof typeof started)[]];
const PARTITIONS = `{${Array.from({ length: 64 }, (_, i) => i).join()}}`;

const count = z.number().int();

/** Health at a glance, and how far a newcomer has come. */
export const overviewRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/overview',
    scope: 'read',
    tag: 'Overview',
    summary: 'What was sent in the last hour, what waits, what fails',
    answers: {
      200: {
        description: `Counts; each stops at ${MOST}`,
        schema: z.object({
          events_last_hour: count,
          delivered_last_hour: count,
          failed_last_hour: count,
          waiting: count,
          retrying: count,
          held: count,
          facts_waiting: count,
          oldest_waiting_at: z.iso.datetime().nullable(),
          oldest_waiting: z.string().nullable().meta({ description: 'The delivery that is due for longest' }),
          more: z
            .object({ events: z.boolean(), deliveries: z.boolean(), waiting: z.boolean() })
            .meta({ description: 'Where counting stopped: there are at least so many' }),
          failing: z.array(z.object({ webhook: z.string(), failed: count, reason: z.string().nullable() })),
        }),
      },
    },
    handler: async ({ caller: { workspaceId }, parts: { database, clock } }) => {
      const now = clock.now();
      type Recent = { state: number; webhook_id: string; n: number; reason: string | null };
      const sent = await database.run<Recent>(recent, [workspaceId, floorId(now - HOUR)]);
      type Waiting = { state: number; held: boolean; n: number };
      const queued = await database.run<Waiting>(waiting, [workspaceId]);
      const [first] = await database.run<{ at: number; id: string }>(oldest, [workspaceId, '{0,1}']);
      const happened = await countHappened(database, workspaceId, now - HOUR, MOST);
      const [facts] = await database.run<{ n: number }>(events, [workspaceId, PARTITIONS]);
      // What is due later isn't waiting yet.
      const due = first && first.at <= now ? first : null;
      const sum = (rows: { n: number }[]) => rows.reduce((n, row) => n + row.n, 0);
      const failed = sent.filter((row) => row.state === DELIVERY.failed);
      return {
        body: {
          events_last_hour: happened.count,
          delivered_last_hour: sum(sent.filter((row) => row.state === DELIVERY.delivered)),
          failed_last_hour: sum(failed),
          waiting: sum(queued.filter((row) => !row.held)),
          retrying: sum(queued.filter((row) => row.state === DELIVERY.retrying && !row.held)),
          held: sum(queued.filter((row) => row.held)),
          facts_waiting: facts?.n ?? 0,
          oldest_waiting_at: due ? iso(due.at) : null,
          oldest_waiting: due ? present('delivery', due.id) : null,
          more: {
            events: happened.more,
            deliveries: sum(sent) >= MOST,
            waiting: queued.some((row) => row.n >= MOST),
          },
          failing: failed
            .sort((a, b) => b.n - a.n)
            .slice(0, 5)
            .map((row) => ({
              webhook: present('webhook', row.webhook_id),
              failed: row.n,
              reason: row.reason === null ? null : (JSON.parse(row.reason) as { message: string }).message,
            })),
        },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/getting-started',
    scope: 'read',
    tag: 'Overview',
    summary: 'Which first steps were made',
    answers: {
      200: {
        description: 'The steps, in their order',
        schema: z.object({ steps: z.array(z.object({ id: z.enum(STEPS), done: z.boolean() })) }),
      },
    },
    handler: async ({ caller: { workspaceId }, parts: { database } }) => {
      const steps = await Promise.all(
        STEPS.map(async (id) => ({ id, done: (await database.run(started[id], [workspaceId])).length > 0 })),
      );
      return { body: { steps } };
    },
  }),
];
