import { z } from 'zod';
import { present } from '../../platform/ids.ts';
import {
  listComings,
  listLanes,
  listProcesses,
  MOST_FACTS,
  MOST_IN_LANE,
  readDatabase,
  readInbox,
} from '../operations.ts';
import { iso, type Route, route } from '../route.ts';

const time = z.iso.datetime();
const count = z.number().int();
const known = { id: z.string(), host: z.string(), pid: count, roles: z.array(z.string()), started_at: time };
const needs = { method: 'GET', scope: 'admin', action: 'read_operations', tag: 'Operations' } as const;

/** What runs, what waits, and the database: for those who look after the installation. */
export const operationRoutes: Route[] = [
  route({
    ...needs,
    path: '/processes',
    summary: 'List the processes of the installation, and who came and went',
    answers: {
      200: {
        description: 'The processes, oldest first; one that died without a word stays for ten minutes',
        schema: z.object({
          items: z.array(
            z.object({
              ...known,
              heartbeat_at: time,
              alive: z.boolean().meta({ description: 'It gave a sign of life within 5 seconds' }),
              lanes: count.meta({ description: "How many of the workspace's lanes it sends from" }),
            }),
          ),
          history: z
            .array(
              z.object({
                ...known,
                ended_at: time.nullable(),
                ending: z.enum(['stopped', 'lost']).nullable().meta({ description: 'Null while it runs' }),
              }),
            )
            .meta({ description: 'The newest fifty starts' }),
        }),
      },
    },
    handler: async ({ caller: { workspaceId }, parts: { database } }) => {
      const shown = (one: { id: string; name: string; pid: number; roles: string[]; startedAt: number }) => ({
        id: present('process', one.id),
        host: one.name,
        pid: one.pid,
        roles: one.roles,
        started_at: iso(one.startedAt),
      });
      const items = await listProcesses(database, workspaceId);
      const history = await listComings(database);
      return {
        body: {
          items: items.map((one) => ({
            ...shown(one),
            heartbeat_at: iso(one.heartbeatAt),
            alive: one.alive,
            lanes: one.lanes,
          })),
          history: history.map((one) => ({ ...shown(one), ended_at: iso(one.endedAt), ending: one.ending })),
        },
      };
    },
  }),
  route({
    ...needs,
    path: '/queues',
    summary: 'What waits in the workspace, and since when',
    answers: {
      200: {
        description: `Facts by class, counted up to ${MOST_FACTS}; lanes with something in them, up to ${MOST_IN_LANE} each`,
        schema: z.object({
          inbox: z.array(z.object({ class: z.enum(['live', 'bulk']), count, oldest_at: time.nullable() })),
          lanes: z
            .array(
              z.object({
                webhook: z.string(),
                process: z.string().nullable().meta({ description: 'Who sends from it; null: nobody yet' }),
                waiting: count,
                oldest_due_at: time.nullable().meta({ description: 'Null when nothing of it is due' }),
              }),
            )
            .meta({ description: 'The longest waiting first, a hundred at most' }),
        }),
      },
    },
    handler: async ({ caller: { workspaceId }, parts: { database, clock } }) => {
      const inbox = await readInbox(database, workspaceId);
      const lanes = await listLanes(database, workspaceId, clock.now());
      return {
        body: {
          inbox: inbox.map((one) => ({ class: one.class, count: one.count, oldest_at: iso(one.oldestAt) })),
          lanes: lanes.map((one) => ({
            webhook: present('webhook', one.webhookId),
            process: one.owner === null ? null : present('process', one.owner),
            waiting: one.waiting,
            oldest_due_at: iso(one.oldestDueAt),
          })),
        },
      };
    },
  }),
  route({
    ...needs,
    path: '/database',
    summary: 'Version and size of the database, and its oldest transaction',
    answers: {
      200: {
        description: 'As the database tells it',
        schema: z.object({
          version: z.string(),
          bytes: count,
          oldest_day: z.iso.date().nullable().meta({ description: 'The first day of which a record is kept' }),
          oldest_transaction: z
            .object({ started_at: time, application: z.string(), state: z.string() })
            .nullable()
            .meta({ description: 'While it is open, dead rows behind it can not be removed' }),
        }),
      },
    },
    handler: async ({ parts: { database } }) => {
      const { version, bytes, oldestDay, oldest } = await readDatabase(database);
      const open = oldest && {
        started_at: iso(oldest.startedAt),
        application: oldest.application,
        state: oldest.state ?? '',
      };
      return { body: { version, bytes, oldest_day: oldestDay, oldest_transaction: open } };
    },
  }),
];
