import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Sql } from '../platform/database/index.ts';
import { messageOf } from '../platform/errors.ts';
import { floorId, present } from '../platform/ids.ts';
import { DELIVERY, FACT, nameOf } from '../schema/index.ts';
import { authorise, type Checks } from './auth.ts';
import { Problem } from './problem.ts';
import type { ApiParts } from './route.ts';

const POLL_MS = 700;
const BEAT_MS = 10_000;
const NEEDS = { method: 'GET', scope: 'read', action: 'read' } as const;
const MAX_STREAMS = 200;
// Then the browser comes back, and it is looked at anew who that is.
const LONGEST_MS = 10 * 60_000;
const MAX_BUFFERED = 256 * 1024;
const EACH = 50;
// A row becomes visible a little after its id was made.
const OVERLAP_MS = 3_000;

const events: Sql = {
  name: 'live-events',
  text: `SELECT id, profile_id, kind, name, CASE WHEN kind = ${FACT.outcome} THEN body END AS body, received_at FROM events
    WHERE workspace_id = $1 AND id > $2 AND kind <= ${FACT.outcome} ORDER BY id DESC LIMIT ${2 * EACH}`,
};
const deliveries: Sql = {
  name: 'live-deliveries',
  text: `SELECT d.id, d.profile_id, d.webhook_id, d.state, d.queued_at, d.ended_at FROM deliveries d
    WHERE d.workspace_id = $1 AND d.id > $2 ORDER BY d.id DESC LIMIT ${EACH}`,
};

/** What listens in one workspace: its streams, and what they were told already. */
interface Room {
  streams: Map<FastifyReply, FastifyRequest>;
  told: Map<string, number>;
  since: number;
}

/**
 * GET /api/v1/live: server-sent events (WHATWG HTML, 9.2) about events and deliveries of the caller's workspace. One
 * poll a process and workspace while anyone listens, so the hot path knows nothing of it. Bounded: 200 streams a
 * process; one that doesn't read is cut off, and its browser comes back by itself.
 */
export function live(parts: ApiParts, checks: Checks) {
  const { database, clock, log } = parts;
  const rooms = new Map<string, Room>();

  const tell = (room: Room, kind: string, data: object) => {
    const text = `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const { raw } of room.streams.keys()) {
      if (raw.writableLength > MAX_BUFFERED) raw.destroy();
      else raw.write(text);
    }
  };

  // However long ago it was queued: its outcome says that a delivery has ended.
  const ended = (
    room: Room,
    profile: string,
    at: number,
    outcome: { delivery: string; webhook: string; state: string },
  ) => {
    const state = DELIVERY[outcome.state as keyof typeof DELIVERY];
    if (room.told.get(outcome.delivery) === state) return;
    room.told.set(outcome.delivery, state);
    tell(room, 'delivery', {
      id: present('delivery', outcome.delivery),
      profile: present('profile', profile),
      webhook: present('webhook', outcome.webhook),
      state: outcome.state,
      at: new Date(at).toISOString(),
    });
  };

  const poll = async (workspaceId: string, room: Room) => {
    const now = clock.now();
    const after = floorId(room.since - OVERLAP_MS);
    room.since = now;
    type Event = {
      id: string;
      profile_id: string;
      kind: number;
      name: string | null;
      body: string | null;
      received_at: number;
    };
    for (const row of (await database.run<Event>(events, [workspaceId, after])).reverse()) {
      if (room.told.has(row.id)) continue;
      room.told.set(row.id, 0);
      if (row.body !== null) {
        ended(room, row.profile_id, row.received_at, JSON.parse(row.body));
        continue;
      }
      tell(room, 'event', {
        id: present('event', row.id),
        profile: present('profile', row.profile_id),
        kind: nameOf(FACT, row.kind),
        name: row.name,
        at: new Date(row.received_at).toISOString(),
      });
    }
    type Delivery = {
      id: string;
      profile_id: string;
      webhook_id: string;
      state: number;
      queued_at: number;
      ended_at: number | null;
    };
    // A delivery is told of when it is queued and again when it ends, for half a minute after it was made.
    const recent = floorId(now - 30_000);
    for (const row of (await database.run<Delivery>(deliveries, [workspaceId, recent])).reverse()) {
      if (room.told.get(row.id) === row.state) continue;
      room.told.set(row.id, row.state);
      tell(room, 'delivery', {
        id: present('delivery', row.id),
        profile: present('profile', row.profile_id),
        webhook: present('webhook', row.webhook_id),
        state: nameOf(DELIVERY, row.state),
        at: new Date(row.ended_at ?? row.queued_at).toISOString(),
      });
    }
    while (room.told.size > 8 * EACH) room.told.delete(room.told.keys().next().value!);
  };

  return async (app: FastifyInstance) => {
    let polling = false;
    const timer = setInterval(async () => {
      if (polling) return;
      polling = true;
      for (const [workspaceId, room] of rooms)
        await poll(workspaceId, room).catch((error: unknown) =>
          log.debug({ error: messageOf(error) }, 'the live stream could not be fed; tried again'),
        );
      polling = false;
    }, POLL_MS);
    const beat = setInterval(() => {
      // Fails closed: who is signed out, removed or can't be looked up hears nothing more.
      for (const room of rooms.values())
        for (const [{ raw }, request] of room.streams)
          authorise(request, checks, NEEDS).then(
            () => raw.write(': still here\n\n'),
            () => raw.end(),
          );
    }, BEAT_MS);
    app.addHook('preClose', async () => {
      clearInterval(timer);
      clearInterval(beat);
      for (const room of rooms.values()) for (const { raw } of room.streams.keys()) raw.end();
    });

    app.get('/api/v1/live', async (request, reply) => {
      const caller = await authorise(request, checks, NEEDS);
      const open = [...rooms.values()].reduce((n, room) => n + room.streams.size, 0);
      if (open >= MAX_STREAMS)
        throw new Problem(503, 'Too many pages listen already. Lists still load; try again later.');
      let room = rooms.get(caller.workspaceId);
      if (!room) {
        room = { streams: new Map(), told: new Map(), since: clock.now() };
        rooms.set(caller.workspaceId, room);
      }
      const { streams } = room;
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      });
      reply.raw.write('retry: 2000\n\n');
      streams.set(reply, request);
      const longest = setTimeout(() => reply.raw.end(), LONGEST_MS);
      longest.unref();
      reply.raw.on('close', () => {
        clearTimeout(longest);
        streams.delete(reply);
        if (streams.size === 0) rooms.delete(caller.workspaceId);
      });
    });
  };
}
