import type { Migration } from '../platform/database/index.ts';

// A webhook's lane is the queue of its deliveries under the policy that it has now; deliveries that were queued under an
// earlier policy stay in that one's lane. policy_starts and policy_slots are what a successor counts as spent; rows come
// and go, so that no row is updated again and again.
const sql = `
CREATE TABLE policies (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  concurrency int,
  rate int,
  per text CHECK (per IN ('second', 'minute', 'hour', 'day')),
  owner uuid,
  token bigint NOT NULL DEFAULT 0,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  deleted_at bigint,
  PRIMARY KEY (workspace_id, id),
  CHECK ((rate IS NULL) = (per IS NULL))
) WITH (fillfactor = 50);

ALTER TABLE lanes ADD COLUMN policy_id uuid;
ALTER TABLE webhooks ADD COLUMN policy_id uuid;
ALTER TABLE webhooks ADD COLUMN lane_id uuid;
UPDATE webhooks w SET lane_id = l.id FROM lanes l WHERE l.webhook_id = w.id AND l.workspace_id = w.workspace_id;

CREATE TABLE policy_starts (
  policy_id uuid NOT NULL,
  at bigint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  starts int NOT NULL,
  PRIMARY KEY (policy_id, at, id)
);
CREATE TABLE policy_slots (
  policy_id uuid NOT NULL,
  request_id uuid NOT NULL,
  deadline_at bigint NOT NULL,
  PRIMARY KEY (policy_id, request_id)
);

CREATE TABLE origins (
  workspace_id uuid NOT NULL,
  origin text NOT NULL,
  state text NOT NULL CHECK (state IN ('closed', 'open')),
  paused boolean NOT NULL DEFAULT false,
  reason text,
  probe_at bigint,
  backoff_ms int NOT NULL DEFAULT 0,
  changed_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, origin)
) WITH (fillfactor = 50);
CREATE TABLE origin_changes (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  origin text NOT NULL,
  at bigint NOT NULL,
  change text NOT NULL CHECK (change IN ('opened', 'closed', 'paused', 'resumed')),
  reason text,
  PRIMARY KEY (workspace_id, id)
);
`;

export const policies: Migration = { name: '0005-policies', sql };
