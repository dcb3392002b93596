import { noteOnce } from '../../../notices/index.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Connection, Database, Sql } from '../../../platform/database/index.ts';
import { floorId } from '../../../platform/ids.ts';
import { countProfiles } from '../../profiles/index.ts';
import { readDefinition } from '../definitions/scenario.ts';

const due: Sql = {
  name: 'run-due',
  text: `SELECT workspace_id, id FROM campaign_runs WHERE state = 'waiting' AND starts_at <= $1 ORDER BY starts_at LIMIT 100`,
};
// One run of a scenario at a time: the next one waits until the one before has queued everyone.
const lock: Sql = {
  name: 'run-begin-lock',
  text: `SELECT r.scenario_id, s.name, s.version, s.state, v.definition, EXISTS (
      SELECT 1 FROM campaign_runs o WHERE o.workspace_id = r.workspace_id AND o.scenario_id = r.scenario_id AND o.id <> r.id
        AND (o.state = 'queuing' OR o.state = 'paused' AND o.until_id IS NOT NULL AND o.queued_at IS NULL)) AS taken
    FROM campaign_runs r JOIN scenarios s ON s.workspace_id = r.workspace_id AND s.id = r.scenario_id
    JOIN scenario_versions v ON v.workspace_id = s.workspace_id AND v.scenario_id = s.id AND v.version = s.version
    WHERE r.workspace_id = $1 AND r.id = $2 AND r.state = 'waiting' FOR NO KEY UPDATE OF r SKIP LOCKED`,
};
const begin: Sql = {
  name: 'run-begin',
  text: `UPDATE campaign_runs SET state = 'queuing', version = $3, until_id = $4, total = $5, began_at = $6
    WHERE workspace_id = $1 AND id = $2`,
};
const refuse: Sql = {
  name: 'run-refuse',
  text: `UPDATE campaign_runs SET state = 'stopped', reason = $3 WHERE workspace_id = $1 AND id = $2`,
};

/** Lets runs begin whose time has come: from now on they are of the scenario's current version, and of who is there now. */
export async function beginRuns(database: Database, clock: Clock): Promise<void> {
  for (const { workspace_id: workspaceId, id } of await database.run<{ workspace_id: string; id: string }>(due, [
    clock.now(),
  ])) {
    const now = clock.now();
    const until = floorId(now + 1);
    const total = await countProfiles(database, workspaceId, until);
    await database.transaction((tx) => beginRun(tx, workspaceId, id, { until, total, now }));
  }
}

async function beginRun(
  tx: Connection,
  workspaceId: string,
  id: string,
  { until, total, now }: { until: string; total: number | null; now: number },
): Promise<void> {
  type Row = { scenario_id: string; name: string; version: number; state: string; definition: string; taken: boolean };
  const [row] = await tx.run<Row>(lock, [workspaceId, id]);
  if (!row || row.taken || row.state !== 'active') return;
  if (readDefinition(row.definition).trigger?.kind === 'campaign')
    await tx.run(begin, [workspaceId, id, row.version, until, total, now]);
  else {
    await tx.run(refuse, [workspaceId, id, 'The scenario is no campaign any more.']);
    const message = `A run of "${row.name}" did not begin: the scenario is no campaign any more.`;
    await noteOnce(tx, { workspaceId, kind: 'run_stopped', subject: row.scenario_id, message }, now);
  }
}
