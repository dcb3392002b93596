import { setTimeout as after } from 'node:timers/promises';
import type { Clock } from '../platform/clock.ts';
import type { Database, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import { answerAt, headersOf, type InspectorAnswer, type InspectorAnswers } from './answer.ts';
import { checkSignature } from './signature.ts';

/** How much of a body is kept. */
export const KEPT_BYTES = 65_536;
const KEPT_REQUESTS = 100;
const KEPT_MS = 48 * 3_600_000;
const MAX_WAITING = 64;
const MAX_KEYS = 50;

/** What receiving needs. */
export interface ReceiveParts {
  database: Database;
  clock: Clock;
  secrets: { open(sealed: Buffer): string };
}

/** A request to an inspector. `path` is what follows the token, from its slash; `query` without its question mark. */
export interface Arriving {
  token: string;
  method: string;
  path: string;
  query: string;
  headers: [string, string][];
  body: Uint8Array;
}

/** What is answered. */
export interface Answered {
  status: number;
  headers: [string, string][];
  body: string;
}

// Counting and choosing the answer are one statement: of two requests at once each gets an answer of its own.
const take: Sql = {
  name: 'inspector-take',
  text: 'UPDATE inspectors SET served = served + 1 WHERE token = $1 RETURNING workspace_id, id, answers, served - 1 AS turn',
};
const keys: Sql = {
  name: 'inspector-keys',
  text: `SELECT secret, previous, previous_until FROM signing_keys WHERE workspace_id = $1 ORDER BY is_default DESC, id LIMIT ${MAX_KEYS}`,
};
const keep: Sql = {
  name: 'inspector-keep',
  text: `INSERT INTO inspector_requests (workspace_id, inspector_id, id, at, method, path, query, headers, body, size, scheme, valid)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
};
const trim: Sql = {
  name: 'inspector-trim',
  text: `DELETE FROM inspector_requests WHERE workspace_id = $1 AND inspector_id = $2 AND id <= (
    SELECT id FROM inspector_requests WHERE workspace_id = $1 AND inspector_id = $2 ORDER BY id DESC OFFSET ${KEPT_REQUESTS} LIMIT 1)`,
};
const purge: Sql = {
  name: 'inspector-purge',
  text: 'DELETE FROM inspector_requests WHERE at < $1::int8',
};

let waiting = 0;

/**
 * Keeps what arrived at an inspector (64 KB of its body, the newest 100 requests) and gives the answer that was chosen,
 * after its delay; 404 when there is no such inspector, 503 when 64 answers of this process wait already. `signal` ends
 * the wait. What arrived is committed before the answer.
 */
export async function receive(parts: ReceiveParts, request: Arriving, signal?: AbortSignal): Promise<Answered> {
  const { database, clock } = parts;
  const now = clock.now();
  const answer = await database.transaction(async (tx) => {
    type Taken = { workspace_id: string; id: string; answers: string; turn: number };
    const [found] = await tx.run<Taken>(take, [request.token]);
    if (!found) return null;
    type Key = { secret: Buffer; previous: Buffer | null; previous_until: number | null };
    const secrets = (await tx.run<Key>(keys, [found.workspace_id])).flatMap((key) => [
      parts.secrets.open(key.secret),
      ...(key.previous !== null && (key.previous_until ?? 0) > now ? [parts.secrets.open(key.previous)] : []),
    ]);
    const { scheme, valid } = checkSignature(request.headers, request.body, secrets);
    await tx.run(keep, [
      found.workspace_id,
      found.id,
      newId(now),
      now,
      request.method,
      request.path,
      request.query,
      JSON.stringify(request.headers),
      Buffer.from(request.body.subarray(0, KEPT_BYTES)),
      request.body.length,
      scheme,
      valid,
    ]);
    await tx.run(trim, [found.workspace_id, found.id]);
    return answerAt(JSON.parse(found.answers) as InspectorAnswers, found.turn);
  });
  if (answer === null) return refusal(404, 'There is no inspector at this address. It may have been deleted.');
  if (answer.delay_ms > 0) {
    // Fails closed: who waits holds a connection.
    if (waiting >= MAX_WAITING) return refusal(503, 'Too many answers of inspectors wait already. Try again later.');
    waiting++;
    try {
      await after(answer.delay_ms, undefined, { signal });
    } finally {
      waiting--;
    }
  }
  return out(answer);
}

/** Removes what arrived more than 48 hours ago. */
export async function purgeInspectors(database: Database, now: number): Promise<void> {
  await database.run(purge, [now - KEPT_MS]);
}

function out(answer: InspectorAnswer): Answered {
  return { status: answer.status, headers: headersOf(answer), body: answer.status === 204 ? '' : answer.body };
}

function refusal(status: number, detail: string): Answered {
  return out({ status, headers: [], body: JSON.stringify({ status, detail }), delay_ms: 0 });
}
