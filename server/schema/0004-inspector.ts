import type { Migration } from '../platform/database/index.ts';

// A request's body is what arrived, up to 64 KB. sample_things says what "load sample data" made, so that it can go again.
const sql = `
CREATE TABLE inspectors (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  token text NOT NULL UNIQUE,
  answers text NOT NULL,
  served bigint NOT NULL DEFAULT 0,
  created_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
) WITH (fillfactor = 50);
CREATE TABLE inspector_requests (
  workspace_id uuid NOT NULL,
  inspector_id uuid NOT NULL,
  id uuid NOT NULL,
  at bigint NOT NULL,
  method text NOT NULL,
  path text NOT NULL,
  query text NOT NULL,
  headers text NOT NULL,
  body bytea NOT NULL,
  size int NOT NULL,
  scheme text,
  valid boolean,
  PRIMARY KEY (workspace_id, inspector_id, id)
);
CREATE INDEX inspector_requests_at ON inspector_requests (at);
CREATE TABLE sample_things (
  workspace_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('profile', 'webhook', 'scenario', 'inspector')),
  id uuid NOT NULL,
  PRIMARY KEY (workspace_id, kind, id)
);
`;

export const inspector: Migration = { name: '0004-inspector', sql };
