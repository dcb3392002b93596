import { noteOnce } from '../../../notices/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import { nextTimes } from '../calendar.ts';
import { readDefinition } from '../definitions/scenario.ts';

const wanted: Sql = {
  name: 'calendar-wanted',
  text: `SELECT s.workspace_id, s.id, v.definition, w.time_zone FROM scenarios s
    JOIN scenario_versions v ON v.workspace_id = s.workspace_id AND v.scenario_id = s.id AND v.version = s.version
    JOIN workspaces w ON w.id = s.workspace_id
    WHERE s.state = 'active' AND position('"calendar":' in v.definition) > 0`,
};
const known: Sql = {
  name: 'calendar-known',
  text: 'SELECT workspace_id, scenario_id AS id, expression, time_zone FROM campaign_calendars',
};
const put: Sql = {
  name: 'calendar-put',
  text: `INSERT INTO campaign_calendars (workspace_id, scenario_id, expression, time_zone, next_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (workspace_id, scenario_id) DO UPDATE SET expression = excluded.expression, time_zone = excluded.time_zone,
      next_at = excluded.next_at`,
};
const remove: Sql = {
  name: 'calendar-remove',
  text: 'DELETE FROM campaign_calendars WHERE workspace_id = $1 AND scenario_id = $2',
};
const due: Sql = {
  name: 'calendar-due',
  text: 'SELECT workspace_id, scenario_id AS id FROM campaign_calendars WHERE next_at <= $1 LIMIT 100',
};
const lock: Sql = {
  name: 'calendar-lock',
  text: `SELECT c.expression, c.time_zone, c.next_at, s.name FROM campaign_calendars c
    JOIN scenarios s ON (s.workspace_id, s.id) = (c.workspace_id, c.scenario_id)
    WHERE c.workspace_id = $1 AND c.scenario_id = $2 AND c.next_at <= $3 FOR UPDATE OF c SKIP LOCKED`,
};
const open: Sql = {
  name: 'calendar-open',
  text: `SELECT 1 FROM campaign_runs WHERE workspace_id = $1 AND scenario_id = $2 AND by_calendar
    AND state IN ('waiting', 'queuing', 'paused') LIMIT 1`,
};
const insert: Sql = {
  name: 'calendar-run',
  text: `INSERT INTO campaign_runs (workspace_id, id, scenario_id, state, by_calendar, starts_at, created_at, reason)
    VALUES ($1, $2, $3, $4, true, $5, $6, $7)`,
};

// What should have run while nothing ran starts late, once, if it is no more than a day late.
const LATE_MS = 86_400_000;

/** Makes the calendars match the published scenarios and the time zones of their workspaces. Can be repeated. */
export async function syncCalendars(database: Database, clock: Clock): Promise<void> {
  type Wanted = { workspace_id: string; id: string; definition: string; time_zone: string };
  type Known = { workspace_id: string; id: string; expression: string; time_zone: string };
  const have = new Map((await database.run<Known>(known)).map((row) => [row.id, row]));
  for (const { workspace_id: workspaceId, id, definition, time_zone: zone } of await database.run<Wanted>(wanted)) {
    const { trigger } = readDefinition(definition);
    const expression = trigger?.kind === 'campaign' ? trigger.calendar : undefined;
    if (expression === undefined) continue;
    const same = have.get(id);
    have.delete(id);
    if (same?.expression === expression && same.time_zone === zone) continue;
    const [next] = nextTimes(expression, zone, clock.now(), 1);
    if (next !== undefined) await database.run(put, [workspaceId, id, expression, zone, next]);
    else if (same) have.set(id, same);
  }
  for (const { workspace_id, id } of have.values()) await database.run(remove, [workspace_id, id]);
}

/**
 * Makes the runs whose time has come, each once: the calendar moves on in the same transaction. An occurrence whose
 * forerunner hasn't ended is left out, visibly.
 */
export async function fireCalendars(database: Database, clock: Clock): Promise<void> {
  const now = clock.now();
  for (const { workspace_id: workspaceId, id } of await database.run<{ workspace_id: string; id: string }>(due, [now]))
    await database.transaction((tx) => fire(tx, workspaceId, id, now));
}

async function fire(tx: Connection, workspaceId: string, id: string, now: number): Promise<void> {
  type Row = { expression: string; time_zone: string; next_at: number; name: string };
  const [row] = await tx.run<Row>(lock, [workspaceId, id, now]);
  if (!row) return;
  const { expression, time_zone: zone, next_at: at } = row;
  const [busy] = await tx.run(open, [workspaceId, id]);
  const reason = busy
    ? 'Left out: the run before it had not ended.'
    : now - at > LATE_MS
      ? 'Left out: nothing ran at that time, nor within a day after it.'
      : null;
  await tx.run(insert, [workspaceId, newId(now), id, reason === null ? 'waiting' : 'stopped', at, now, reason]);
  if (reason !== null) {
    const message = `A run of "${row.name}" by its calendar did not begin. ${reason}`;
    await noteOnce(tx, { workspaceId, kind: 'run_stopped', subject: id, message }, now);
  }
  const [next] = nextTimes(expression, zone, now, 1);
  if (next === undefined) await tx.run(remove, [workspaceId, id]);
  else await tx.run(put, [workspaceId, id, expression, zone, next]);
}
