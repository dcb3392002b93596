import type { Migration } from '../platform/database/index.ts';

// A run: who of a campaign's profiles was looked at up to which id (profiles are read by key, up to until_id). settling: what
// waits in queues doesn't match the run's state yet; see scenarios/runs/settle.ts. campaign_calendars holds when the next run
// is due, and by which version, expression and time zone that was reckoned. scenarios.halted: JSON of why a response stopped
// it; clearing: what waits is being cancelled while it is paused.
const sql = `
CREATE TABLE campaign_runs (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  scenario_id uuid NOT NULL,
  version int,
  state text NOT NULL CHECK (state IN ('waiting', 'queuing', 'paused', 'done', 'stopped')),
  by_calendar boolean NOT NULL,
  reason text,
  starts_at bigint NOT NULL,
  until_id uuid,
  cursor_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  total bigint,
  looked_at bigint NOT NULL DEFAULT 0,
  matched bigint NOT NULL DEFAULT 0,
  settling boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL,
  began_at bigint,
  queued_at bigint,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 50);
CREATE INDEX campaign_runs_scenario ON campaign_runs (scenario_id);
CREATE INDEX campaign_runs_open ON campaign_runs (starts_at) WHERE state IN ('waiting', 'queuing');
CREATE INDEX campaign_runs_settling ON campaign_runs (id) WHERE settling;

CREATE TABLE campaign_calendars (
  workspace_id uuid NOT NULL,
  scenario_id uuid NOT NULL,
  expression text NOT NULL,
  time_zone text NOT NULL,
  next_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, scenario_id)
) WITH (fillfactor = 50);

ALTER TABLE scenarios ADD COLUMN halted text, ADD COLUMN clearing boolean NOT NULL DEFAULT false;
ALTER TABLE enrollments ADD COLUMN run_id uuid;
ALTER TABLE scenario_profiles ADD COLUMN last_run_id uuid;
ALTER TABLE deliveries ADD COLUMN run_id uuid;
ALTER TABLE lane_queue ADD COLUMN run_id uuid;
CREATE INDEX lane_queue_run ON lane_queue (run_id, delivery_id) WHERE run_id IS NOT NULL;
`;

export const campaigns: Migration = { name: '0008-campaigns', sql };
