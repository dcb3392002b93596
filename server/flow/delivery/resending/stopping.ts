import type { Clock } from '../../../platform/clock.ts';
import { type Connection, int2Array, type Sql, uuidArray } from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import { toJson } from '../../../platform/json.ts';
import { DELIVERY, FACT, MODE, ORIGIN } from '../../../schema/index.ts';
import { type OutcomeBody, putFacts } from '../../inbox/index.ts';
import type { OpenJob } from './job.ts';

const CHUNK = 500;

const some: Sql = {
  name: 'resend-stop-some',
  text: `SELECT m.delivery_id AS id, d.lane_id AS lane FROM (
      SELECT delivery_id FROM resend_made WHERE workspace_id = $1 AND job_id = $2 AND delivery_id > $3::uuid ORDER BY delivery_id LIMIT ${CHUNK}) m
    LEFT JOIN LATERAL (SELECT x.lane_id FROM deliveries x WHERE x.workspace_id = $1 AND x.id = m.delivery_id LIMIT 1) d ON true
    ORDER BY m.delivery_id`,
};
// Waits for what a worker commits just now, in order; a row that was sent meanwhile isn't there or isn't waiting any more.
const take: Sql = {
  name: 'resend-stop-take',
  text: `WITH waiting AS MATERIALIZED (
      SELECT q.lane_id, q.delivery_id FROM unnest($1::uuid[], $2::uuid[]) u(lane_id, id) CROSS JOIN LATERAL (
        SELECT x.lane_id, x.delivery_id FROM lane_queue x WHERE x.lane_id = u.lane_id AND x.delivery_id = u.id
          AND x.state <> ${DELIVERY.sending} LIMIT 1 FOR UPDATE) q)
    DELETE FROM lane_queue q USING (SELECT * FROM waiting LIMIT ${CHUNK}) w
    WHERE q.lane_id = w.lane_id AND q.delivery_id = w.delivery_id AND q.state <> ${DELIVERY.sending}
    RETURNING q.delivery_id AS id, q.partition, q.tries, q.request_id`,
};
const end: Sql = {
  name: 'resend-stop-end',
  text: `UPDATE deliveries d SET state = ${DELIVERY.cancelled}, reason = $4, tries = t.tries, request_id = t.request_id, ended_at = $5
    FROM (SELECT * FROM unnest($2::uuid[], $3::int2[], $6::int2[], $7::uuid[]) LIMIT ${CHUNK}) AS t(id, partition, tries, request_id)
    WHERE d.workspace_id = $1 AND d.id = t.id AND d.partition = t.partition AND d.ended_at IS NULL
    RETURNING d.id, d.profile_id, d.webhook_id, d.scenario_id, d.step, d.class, d.depth`,
};
const advance: Sql = {
  name: 'resend-stop-advance',
  text: `UPDATE resend_jobs SET cursor = coalesce($3::uuid, cursor), cancelled = cancelled + $4,
      state = CASE WHEN $3::uuid IS NULL THEN 'stopped' ELSE state END, ended_at = CASE WHEN $3::uuid IS NULL THEN $5::int8 END
    WHERE workspace_id = $1 AND id = $2`,
};

interface Taken {
  id: string;
  partition: number;
  tries: number;
  request_id: string | null;
}
interface Ended {
  id: string;
  profile_id: string;
  webhook_id: string;
  scenario_id: string | null;
  step: string | null;
  class: number;
  depth: number;
}

const REASON = { code: 'resend_stopped', message: 'The resend job was stopped before the request was sent.' };

/** Cancels one chunk of what a job made and what still waits; after the last chunk the job is stopped. */
export async function cancelSome(tx: Connection, clock: Clock, job: OpenJob): Promise<void> {
  const { workspaceId, id, cursor } = job;
  const rows = await tx.run<{ id: string; lane: string | null }>(some, [workspaceId, id, cursor]);
  const there = rows.filter((row) => row.lane !== null);
  const taken =
    there.length === 0
      ? []
      : await tx.run<Taken>(take, [uuidArray(there.map((row) => row.lane)), uuidArray(there.map((row) => row.id))]);
  const now = clock.now();
  if (taken.length > 0) {
    const ended = await tx.run<Ended>(end, [
      workspaceId,
      uuidArray(taken.map((row) => row.id)),
      int2Array(taken.map((row) => row.partition)),
      toJson(REASON),
      now,
      int2Array(taken.map((row) => row.tries)),
      uuidArray(taken.map((row) => row.request_id)),
    ]);
    await putFacts(
      tx,
      ended.map((row) => factOf(workspaceId, row, now)),
    );
  }
  const next = rows.length < CHUNK ? null : rows.at(-1)!.id;
  await tx.run(advance, [workspaceId, id, next, taken.length, now]);
}

function factOf(workspaceId: string, row: Ended, now: number) {
  const body: OutcomeBody = {
    delivery: row.id,
    enrollment: null,
    scenario: row.scenario_id,
    webhook: row.webhook_id,
    step: row.step,
    mode: MODE.none,
    state: DELIVERY.cancelled,
    reason: REASON,
    status: null,
    request: null,
    attempt: null,
    changes: [],
    refused: [],
  };
  return {
    workspaceId,
    profileId: row.profile_id,
    id: newId(now),
    kind: FACT.outcome,
    class: row.class,
    origin: ORIGIN.person,
    depth: row.depth,
    occurredAt: now,
    receivedAt: now,
    name: null,
    body: toJson(body),
    meta: null,
  };
}
