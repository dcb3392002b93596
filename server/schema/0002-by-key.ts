import type { Migration } from '../platform/database/index.ts';

// Everything hot goes by key, whenever its plan was made. PostgreSQL keeps a prepared statement's plan from one ANALYZE
// to the next, and on an empty table every way costs the same. Two ways were chosen that are the square of the work once
// the table has rows (measured: 1,050 µs of the database an event instead of 280):
//
// Reading all of a queue for each batch. The queue tables are empty most of the time, so they get 500 rows that belong to
// nobody (no partition, no lane, due in 280,000 years): the planner never takes them for empty, and nothing reads them.
//
// Finding a row by (workspace, id) through the index of (workspace, profile, id), all of it. An index that holds none of
// the columns asked for can't be taken, so the second indexes hold one column alone. What a caller may see is still
// bounded by the workspace, which every query names. Attempts are found through their request, by one index less.
const sql = `
INSERT INTO inbox (partition, class, workspace_id, seq, profile_id, id, kind, origin, occurred_at, received_at)
  SELECT -1, 0, '00000000-0000-0000-0000-000000000000', -n, '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000000', 0, 0, 0, 0 FROM generate_series(1, 500) n;
INSERT INTO lane_queue (lane_id, delivery_id, workspace_id, partition, class, state, mode, due_at)
  SELECT '00000000-0000-0000-0000-000000000000', ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid,
    '00000000-0000-0000-0000-000000000000', -1, 0, 0, 0, 9000000000000000 FROM generate_series(1, 500) n;
INSERT INTO timers (partition, id, workspace_id, due_at, kind, profile_id)
  SELECT -1, ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, '00000000-0000-0000-0000-000000000000',
    9000000000000000, 0, '00000000-0000-0000-0000-000000000000' FROM generate_series(1, 500) n;
ANALYZE inbox, lane_queue, timers;

DROP INDEX identifiers_profile;
CREATE INDEX identifiers_profile ON identifiers (profile_id);
DROP INDEX aliases_profile;
CREATE INDEX aliases_profile ON aliases (profile_id);
DROP INDEX enrollments_profile;
CREATE INDEX enrollments_profile ON enrollments (profile_id);
DROP INDEX deliveries_profile;
CREATE INDEX deliveries_profile ON deliveries (profile_id);
DROP INDEX attempts_request;
ALTER TABLE attempts DROP CONSTRAINT attempts_pkey;
ALTER TABLE attempts ADD PRIMARY KEY (workspace_id, request_id, id, partition);
`;

export const byKey: Migration = { name: '0002-by-key', sql };
