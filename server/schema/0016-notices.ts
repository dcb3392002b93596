import type { Migration } from '../platform/database/index.ts';

// A notice says that something is wrong, from `since` to `ended_at`, once for each subject while it lasts. notice_seen: who
// put it aside. notice_outbox: what is to be sent to the workspace's notice_url; rows go when they were sent or given up.
// timers.run_id: a wait of who entered by a run of a campaign, which is held with the run.
const sql = `
CREATE TABLE notices (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('origin_broken', 'facts_set_aside', 'resend_failed', 'run_stopped', 'scenario_halted')),
  subject text NOT NULL,
  message text NOT NULL,
  since bigint NOT NULL,
  ended_at bigint,
  times int NOT NULL DEFAULT 1,
  last_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX notices_open ON notices (workspace_id, kind, subject) WHERE ended_at IS NULL;
CREATE TABLE notice_seen (
  workspace_id uuid NOT NULL,
  notice_id uuid NOT NULL,
  who text NOT NULL,
  name text NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (workspace_id, notice_id, who)
);
CREATE TABLE notice_outbox (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  notice_id uuid NOT NULL,
  event text NOT NULL CHECK (event IN ('began', 'ended')),
  at bigint NOT NULL,
  tries int NOT NULL DEFAULT 0,
  due_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notice_outbox_due ON notice_outbox (due_at);
ALTER TABLE workspaces ADD COLUMN notice_url text;

ALTER TABLE timers ADD COLUMN run_id uuid;
UPDATE timers t SET run_id = e.run_id FROM enrollments e
  WHERE e.workspace_id = t.workspace_id AND e.id = t.enrollment_id AND e.run_id IS NOT NULL;
`;

export const notices: Migration = { name: '0016-notices', sql };
