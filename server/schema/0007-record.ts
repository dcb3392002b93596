import type { Migration } from '../platform/database/index.ts';

// How long a workspace keeps what: whole days, since days are what is dropped. erased_at: when somebody erased the bodies
// of a request and of the answers to it. process_log tells who came and went; it holds the newest few hundred.
const sql = `
ALTER TABLE workspaces
  ADD COLUMN keep_requests_days int NOT NULL DEFAULT 30 CHECK (keep_requests_days BETWEEN 1 AND 3650),
  ADD COLUMN keep_deliveries_days int NOT NULL DEFAULT 180 CHECK (keep_deliveries_days BETWEEN 1 AND 3650),
  ADD COLUMN keep_events_days int NOT NULL DEFAULT 730 CHECK (keep_events_days BETWEEN 1 AND 3650);
ALTER TABLE requests ADD COLUMN erased_at bigint;
ALTER TABLE processes ADD COLUMN name text NOT NULL DEFAULT '';
CREATE TABLE process_log (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  pid int NOT NULL,
  roles text[] NOT NULL,
  started_at bigint NOT NULL,
  ended_at bigint,
  ending text CHECK (ending IN ('stopped', 'lost'))
);
`;

export const record: Migration = { name: '0007-record', sql };
