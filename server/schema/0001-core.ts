import type { Migration } from '../platform/database/index.ts';

// Times are bigint milliseconds since the epoch, from the clock (see `clock`), never from now(). States and kinds are
// small numbers; codes.ts names them. Tables "by day" are partitioned by ranges of their UUIDv7 id; days.ts makes the days.
const sql = `
CREATE TABLE clock (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  offset_ms bigint NOT NULL DEFAULT 0
);
INSERT INTO clock DEFAULT VALUES;

-- Bumped by every change of a definition, so that engine and delivery know when to read definitions again.
CREATE TABLE definitions (one boolean PRIMARY KEY DEFAULT true CHECK (one), version bigint NOT NULL DEFAULT 1);
INSERT INTO definitions DEFAULT VALUES;

CREATE TABLE workspaces (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  allow_http boolean NOT NULL DEFAULT false,
  time_zone text NOT NULL DEFAULT 'UTC',
  created_at bigint NOT NULL
);

CREATE TABLE api_keys (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('server', 'browser')),
  scopes text[] NOT NULL,
  hint text NOT NULL,
  hash bytea NOT NULL UNIQUE,
  created_at bigint NOT NULL,
  last_used_at bigint,
  revoked_at bigint,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE signing_keys (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  is_default boolean NOT NULL DEFAULT false,
  secret bytea NOT NULL,
  previous bytea,
  previous_until bigint,
  created_at bigint NOT NULL,
  rotated_at bigint,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX signing_keys_default ON signing_keys (workspace_id) WHERE is_default;

CREATE TABLE attributes (
  workspace_id uuid NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  identifier boolean NOT NULL DEFAULT false,
  declared_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, name)
);

CREATE TABLE webhooks (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  key text NOT NULL,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  enabled boolean NOT NULL DEFAULT true,
  version int NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  deleted_at bigint,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, key)
);
-- definition: JSON text as in shared/webhook.ts, without secret header values; those are sealed in secrets.
CREATE TABLE webhook_versions (
  workspace_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  version int NOT NULL,
  definition text NOT NULL,
  secrets bytea,
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, webhook_id, version)
);

-- settling: what waits in queues doesn't match the state yet; see definitions/settle.ts.
CREATE TABLE scenarios (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  state text NOT NULL CHECK (state IN ('draft', 'active', 'paused', 'archived')),
  version int,
  draft text NOT NULL,
  settling boolean NOT NULL DEFAULT false,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE scenario_versions (
  workspace_id uuid NOT NULL,
  scenario_id uuid NOT NULL,
  version int NOT NULL,
  definition text NOT NULL,
  published_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, scenario_id, version)
);

-- Floors let reads of the queue tables begin behind rows that are dead but can't be vacuumed yet.
CREATE TABLE partitions (
  id smallint PRIMARY KEY,
  floor_live bigint NOT NULL DEFAULT 0,
  floor_bulk bigint NOT NULL DEFAULT 0,
  floor_timers bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 10);
INSERT INTO partitions (id) SELECT generate_series(0, 63);

CREATE TABLE processes (
  id uuid PRIMARY KEY,
  host text NOT NULL,
  pid int NOT NULL,
  roles text[] NOT NULL,
  heartbeat bigint NOT NULL,
  started_at bigint NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE lanes (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  owner uuid,
  token bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE SEQUENCE inbox_seq CACHE 1;
CREATE TABLE inbox (
  partition smallint NOT NULL,
  class smallint NOT NULL,
  workspace_id uuid NOT NULL,
  seq bigint NOT NULL DEFAULT nextval('inbox_seq'),
  profile_id uuid NOT NULL,
  id uuid NOT NULL,
  kind smallint NOT NULL,
  origin smallint NOT NULL,
  depth smallint NOT NULL DEFAULT 0,
  tries smallint NOT NULL DEFAULT 0,
  occurred_at bigint NOT NULL,
  received_at bigint NOT NULL,
  name text,
  body text,
  meta text,
  PRIMARY KEY (partition, class, workspace_id, seq)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE message_ids (
  workspace_id uuid NOT NULL,
  message_id text NOT NULL,
  seen_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, message_id)
);
CREATE INDEX message_ids_seen ON message_ids USING brin (seen_at);

CREATE TABLE identifiers (
  workspace_id uuid NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  profile_id uuid NOT NULL,
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, kind, value)
);
CREATE INDEX identifiers_profile ON identifiers (workspace_id, profile_id);

-- changes: {name: [changed at, origin, text of a number written with an exponent]}
CREATE TABLE profiles (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  partition smallint NOT NULL,
  attributes jsonb NOT NULL,
  changes jsonb NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id, partition)
) WITH (fillfactor = 70);
CREATE TABLE aliases (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  partition smallint NOT NULL,
  profile_id uuid NOT NULL,
  merged_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id, partition)
);
CREATE INDEX aliases_profile ON aliases (workspace_id, profile_id);

CREATE TABLE scenario_profiles (
  workspace_id uuid NOT NULL,
  profile_id uuid NOT NULL,
  scenario_id uuid NOT NULL,
  partition smallint NOT NULL,
  entered int NOT NULL,
  open int NOT NULL,
  last_entered_at bigint NOT NULL,
  reached text[] NOT NULL,
  PRIMARY KEY (workspace_id, profile_id, scenario_id, partition)
) WITH (fillfactor = 70);

CREATE TABLE enrollments (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  partition smallint NOT NULL,
  profile_id uuid NOT NULL,
  scenario_id uuid NOT NULL,
  version int NOT NULL,
  state smallint NOT NULL,
  step text,
  event_id uuid,
  depth smallint NOT NULL,
  class smallint NOT NULL,
  data text NOT NULL,
  started_at bigint NOT NULL,
  ended_at bigint,
  reason text,
  PRIMARY KEY (workspace_id, id, partition)
) PARTITION BY RANGE (id);
CREATE INDEX enrollments_profile ON enrollments (workspace_id, profile_id, id);

CREATE TABLE events (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  partition smallint NOT NULL,
  profile_id uuid NOT NULL,
  kind smallint NOT NULL,
  origin smallint NOT NULL,
  name text,
  body text,
  meta text,
  occurred_at bigint NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, profile_id, id, partition)
) PARTITION BY RANGE (id);

CREATE TABLE deliveries (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  partition smallint NOT NULL,
  profile_id uuid NOT NULL,
  lane_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  scenario_id uuid,
  scenario_version int,
  step text,
  enrollment_id uuid,
  event_id uuid,
  class smallint NOT NULL,
  mode smallint NOT NULL,
  depth smallint NOT NULL,
  resend_of uuid,
  state smallint NOT NULL,
  reason text,
  request_id uuid,
  tries smallint NOT NULL DEFAULT 0,
  queued_at bigint NOT NULL,
  ended_at bigint,
  PRIMARY KEY (workspace_id, id, partition)
) PARTITION BY RANGE (id);
CREATE INDEX deliveries_profile ON deliveries (workspace_id, profile_id, id);

-- due_at null: held. Rows are deleted when the delivery ends.
CREATE TABLE lane_queue (
  lane_id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  partition smallint NOT NULL,
  class smallint NOT NULL,
  state smallint NOT NULL,
  mode smallint NOT NULL,
  tries smallint NOT NULL DEFAULT 0,
  due_at bigint,
  deadline_at bigint,
  scenario_id uuid,
  request_id uuid,
  PRIMARY KEY (lane_id, delivery_id)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = -1, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX lane_queue_due ON lane_queue (lane_id, class, due_at);

-- The exact bytes, without credentials, timestamp or signature. headers: JSON text [[name, value], …].
CREATE TABLE requests (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  partition smallint NOT NULL,
  webhook_id uuid NOT NULL,
  webhook_version int NOT NULL,
  message_id text NOT NULL,
  idempotency_key text NOT NULL,
  method text NOT NULL,
  url text NOT NULL,
  headers text NOT NULL,
  body bytea,
  members uuid[],
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id, partition)
) PARTITION BY RANGE (id);

CREATE TABLE attempts (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  partition smallint NOT NULL,
  request_id uuid NOT NULL,
  number smallint NOT NULL,
  outcome smallint NOT NULL,
  reason text,
  status smallint,
  address text,
  started_at bigint NOT NULL,
  duration_ms int NOT NULL,
  sent_headers text,
  response_headers text,
  response_body bytea,
  response_cut boolean NOT NULL DEFAULT false,
  PRIMARY KEY (workspace_id, id, partition)
) PARTITION BY RANGE (id);
CREATE INDEX attempts_request ON attempts (workspace_id, request_id);

-- due_at null: held, and held_due_at is when it was due.
CREATE TABLE timers (
  partition smallint NOT NULL,
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  due_at bigint,
  held_due_at bigint,
  kind smallint NOT NULL,
  profile_id uuid NOT NULL,
  scenario_id uuid,
  enrollment_id uuid,
  step text,
  PRIMARY KEY (partition, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = -1);
CREATE INDEX timers_due ON timers (partition, due_at);

-- Statistics are appended as deltas and gathered now and then: no hot row, also under a long-open snapshot.
CREATE TABLE counters (
  workspace_id uuid NOT NULL,
  scenario_id uuid NOT NULL,
  step text NOT NULL,
  name text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (workspace_id, scenario_id, step, name)
);
CREATE TABLE counter_deltas (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid NOT NULL,
  scenario_id uuid NOT NULL,
  step text NOT NULL,
  name text NOT NULL,
  delta int NOT NULL
);

CREATE TABLE failed_facts (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  profile_id uuid NOT NULL,
  fact text NOT NULL,
  error text NOT NULL,
  failed_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE rejected_messages (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  position int NOT NULL,
  message_id text,
  reason text NOT NULL,
  body text NOT NULL,
  received_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE idempotency_keys (
  workspace_id uuid NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status int,
  body text,
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, key)
);
`;

export const core: Migration = { name: '0001-core', sql };
