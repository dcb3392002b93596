import { endNotice, raiseNotice } from '../../notices/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import type { BreakerChange } from './breaker.ts';

// What opened at one process is known to all within their next look.
const openSql: Sql = {
  name: 'origin-open',
  text: `WITH changed AS (
      INSERT INTO origins (workspace_id, origin, state, reason, probe_at, backoff_ms, changed_at) VALUES ($1, $2, 'open', $3, $4::int8 + $5::int4, $5, $4)
      ON CONFLICT (workspace_id, origin) DO UPDATE SET state = 'open', reason = excluded.reason, probe_at = excluded.probe_at, backoff_ms = excluded.backoff_ms,
        changed_at = excluded.changed_at WHERE origins.state = 'closed' RETURNING 1)
    INSERT INTO origin_changes (workspace_id, id, origin, at, change, reason) SELECT $1, $6, $2, $4, 'opened', $3 FROM changed RETURNING 1`,
};
const closeSql: Sql = {
  name: 'origin-close',
  text: `WITH changed AS (
      UPDATE origins SET state = 'closed', reason = NULL, probe_at = NULL, backoff_ms = 0, changed_at = $3
      WHERE workspace_id = $1 AND origin = $2 AND state = 'open' RETURNING 1)
    INSERT INTO origin_changes (workspace_id, id, origin, at, change) SELECT $1, $4, $2, $3, 'closed' FROM changed RETURNING 1`,
};
const stillSql: Sql = {
  name: 'origin-still',
  text: `UPDATE origins SET probe_at = $3::int8 + $4::int4, backoff_ms = CASE WHEN $4 = 0 THEN backoff_ms ELSE $4 END, reason = coalesce($5, reason)
    WHERE workspace_id = $1 AND origin = $2 AND state = 'open'`,
};
// One process probes an origin at a time; when it dies, the next may after this long.
const PROBE_MS = 90_000;
const probeSql: Sql = {
  name: 'origin-probe',
  text: `UPDATE origins SET probe_at = $3::int8 + ${PROBE_MS} WHERE workspace_id = $1 AND origin = $2 AND state = 'open' AND NOT paused AND probe_at <= $3 RETURNING 1`,
};
const brokenSql: Sql = {
  name: 'origin-broken',
  text: "SELECT workspace_id, origin, state, paused, probe_at, backoff_ms FROM origins WHERE state = 'open' OR paused ORDER BY changed_at DESC LIMIT 10000",
};
const pauseSql: Sql = {
  name: 'origin-pause',
  text: `WITH changed AS (
      INSERT INTO origins (workspace_id, origin, state, paused, changed_at) VALUES ($1, $2, 'closed', $3, $4)
      ON CONFLICT (workspace_id, origin) DO UPDATE SET paused = $3, probe_at = CASE WHEN $3 THEN origins.probe_at ELSE least(origins.probe_at, $4) END, changed_at = $4
        WHERE origins.paused <> $3 RETURNING 1)
    INSERT INTO origin_changes (workspace_id, id, origin, at, change) SELECT $1, $5, $2, $4, $6 FROM changed`,
};

/** What a breaker is kept under. */
export const breakerKey = (at: { workspaceId: string; origin: string }) => `${at.workspaceId} ${at.origin}`;

const partsOf = (key: string): [string, string] => [key.slice(0, 36), key.slice(37)];

/** Makes a change known to the other processes, and to people: a notice stands while an origin is broken. */
export async function tellOrigin(database: Database, { key, ...change }: BreakerChange, now: number): Promise<void> {
  const [workspaceId, origin] = partsOf(key);
  const { backoffMs, reason } = change;
  if (change.change === 'still')
    return void (await database.run(stillSql, [workspaceId, origin, now, backoffMs, reason]));
  const notice = { workspaceId, kind: 'origin_broken', subject: origin } as const;
  await database.transaction(async (tx) => {
    if (change.change === 'opened') {
      const news = await tx.run(openSql, [workspaceId, origin, reason, now, backoffMs, newId(now)]);
      const message = `${origin} is paused, because it does not answer${reason ? `: ${reason}` : '.'}`;
      if (news.length > 0) await raiseNotice(tx, { ...notice, message }, now);
    } else if ((await tx.run(closeSql, [workspaceId, origin, now, newId(now)])).length > 0)
      await endNotice(tx, notice, now);
  });
}

/** Asks for the probe of an origin; true for one process at a time. */
export async function claimProbe(on: Connection, key: string, now: number): Promise<boolean> {
  return (await on.run(probeSql, [...partsOf(key), now])).length > 0;
}

/** Origins that are broken or paused. */
export async function brokenOrigins(on: Connection) {
  type Row = {
    workspace_id: string;
    origin: string;
    state: string;
    paused: boolean;
    probe_at: number | null;
    backoff_ms: number;
  };
  return (await on.run<Row>(brokenSql)).map((row) => ({
    key: breakerKey({ workspaceId: row.workspace_id, origin: row.origin }),
    broken: row.state === 'open',
    paused: row.paused,
    probeAt: row.probe_at ?? 0,
    backoffMs: row.backoff_ms,
  }));
}

/** Pauses or resumes an origin by hand. While it is paused nothing is sent there, probes neither; nothing is lost. */
export async function pauseOrigin(
  database: Database,
  clock: Clock,
  workspaceId: string,
  origin: string,
  paused: boolean,
): Promise<void> {
  const now = clock.now();
  await database.run(pauseSql, [workspaceId, origin, paused, now, newId(now), paused ? 'paused' : 'resumed']);
}
