import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { messageOf } from '../platform/errors.ts';
import { authorise, type Checks } from './auth.ts';
import { GUARDS } from './guards.ts';
import { EACH, type News, readNews } from './news.ts';
import { Problem } from './problem.ts';
import type { ApiParts } from './route.ts';

const POLL_MS = 700;
const BEAT_MS = 10_000;
const NEEDS = { method: 'GET', scope: 'read', action: 'read' } as const;
const MAX_STREAMS = 200;
// Then the browser comes back, and it is looked at anew who that is.
const LONGEST_MS = 10 * 60_000;
const MAX_BUFFERED = 256 * 1024;
/** What was missed for longer isn't told again: the pages read their lists anew. */
const REPLAY_MS = 5 * 60_000;
const RETRY_MS = 1_000;

/** What listens in one workspace: its streams, and what they were told already. */
interface Room {
  streams: Map<FastifyReply, FastifyRequest>;
  told: Map<string, string>;
  since: number;
}

const textOf = (one: Pick<News, 'kind' | 'data'>, at: number) =>
  `id: ${at}\nevent: ${one.kind}\ndata: ${JSON.stringify(one.data)}\n\n`;
/** Anything may have changed. */
const EVERYTHING = { kind: 'changed', data: { thing: null, id: null } } as const;

/**
 * GET /api/v1/live: server-sent events (WHATWG HTML, 9.2) of the caller's workspace.
 *
 * `event` {id, profile, kind, name, at}; `delivery` {id, profile, webhook, webhook_name, state, status, reason, at}, when
 * it is queued and when it ends; `notice` {id, kind, open, at}, when it comes, comes again and ends; `changed` {thing, id}: a definition or a person was changed (thing as in the API's
 * paths), null for anything. Message ids are times. Who comes back with Last-Event-ID (or `?since=`) is told what was
 * missed in the last five minutes, the newest 50 of each kind; when there was more, `changed` with null. A message may
 * come twice.
 *
 * One poll a process and workspace while anyone listens, so the hot path knows nothing of it. Bounded: 200 streams a
 * process; one that doesn't read is cut off, and its browser comes back by itself.
 */
export function live(parts: ApiParts, checks: Checks) {
  const { database, clock, log } = parts;
  const rooms = new Map<string, Room>();

  const tell = ({ raw }: FastifyReply, text: string) => {
    if (raw.writableLength > MAX_BUFFERED) raw.destroy();
    else raw.write(text);
  };

  const poll = async (workspaceId: string, room: Room) => {
    const now = clock.now();
    const { news } = await readNews(database, workspaceId, room.since);
    for (const one of news) {
      if (room.told.get(one.key) === one.state) continue;
      room.told.set(one.key, one.state);
      const text = textOf(one, now);
      for (const stream of room.streams.keys()) tell(stream, text);
    }
    room.since = now;
    while (room.told.size > 12 * EACH) room.told.delete(room.told.keys().next().value!);
  };

  /** What a stream missed since it last heard of us. Fails open: the lists are read anew. */
  const replay = async (stream: FastifyReply, workspaceId: string, since: number) => {
    const now = clock.now();
    const missed = await readNews(database, workspaceId, Math.max(since, now - REPLAY_MS)).catch(() => null);
    for (const one of missed?.news ?? []) tell(stream, textOf(one, now));
    if (!missed || missed.full || since < now - REPLAY_MS) tell(stream, textOf(EVERYTHING, now));
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
            () => raw.write(`: still here\nid: ${room.since}\n\n`),
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
      const { streams, since } = room;
      const last = request.headers['last-event-id'] ?? (request.query as { since?: string }).since;
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        ...GUARDS,
        'x-accel-buffering': 'no',
      });
      reply.raw.write(`retry: ${RETRY_MS}\nid: ${since}\n\n`);
      streams.set(reply, request);
      const longest = setTimeout(() => reply.raw.end(), LONGEST_MS);
      longest.unref();
      reply.raw.on('close', () => {
        clearTimeout(longest);
        streams.delete(reply);
        if (streams.size === 0 && rooms.get(caller.workspaceId) === room) rooms.delete(caller.workspaceId);
      });
      // One that is none of ours is as good as a very old one.
      if (last !== undefined)
        await replay(reply, caller.workspaceId, /^\d{1,15}$/.test(String(last)) ? Number(last) : 0);
    });
  };
}
