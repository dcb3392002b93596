import type { Migration } from '../platform/database/index.ts';

// A job looks at deliveries with ids from `cursor` up to `before`; filter is JSON text of a DeliveryFilter, skipped of
// {reason: [count, sentence]}. next_at: when its next delivery may leave. resend_made: what it made, one an original.
const sql = `
CREATE TABLE resend_jobs (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  filter text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('same_bytes', 'render_anew')),
  per_second int NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'stopping', 'stopped', 'done', 'failed')),
  cursor uuid NOT NULL,
  before uuid NOT NULL,
  expected bigint NOT NULL,
  expected_more boolean NOT NULL,
  found bigint NOT NULL DEFAULT 0,
  made bigint NOT NULL DEFAULT 0,
  cancelled bigint NOT NULL DEFAULT 0,
  skipped text NOT NULL DEFAULT '{}',
  next_at bigint NOT NULL,
  made_by text NOT NULL,
  trouble text,
  created_at bigint NOT NULL,
  ended_at bigint,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 30);
CREATE INDEX resend_jobs_open ON resend_jobs (state) WHERE state IN ('running', 'stopping');

CREATE TABLE resend_made (
  workspace_id uuid NOT NULL,
  job_id uuid NOT NULL,
  original uuid NOT NULL,
  delivery_id uuid NOT NULL,
  PRIMARY KEY (workspace_id, job_id, original)
);
CREATE INDEX resend_made_delivery ON resend_made (workspace_id, job_id, delivery_id);

CREATE INDEX deliveries_resend_of ON deliveries (resend_of) WHERE resend_of IS NOT NULL;
`;

export const resendJobs: Migration = { name: '0006-resend-jobs', sql };
