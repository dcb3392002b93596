import type { Migration } from '../platform/database/index.ts';

// Queues are empty most of the time and every statement goes through them by key, so what is common in them says nothing, and
// they needn't be looked over for the planner after every ten seconds of traffic. Once in a million changes is for whoever
// looks at them by hand.
const sql = `
ALTER TABLE inbox SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000);
ALTER TABLE lane_queue SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000);
ALTER TABLE timers SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000);
ALTER TABLE counter_deltas SET (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000);
`;

export const quietQueues: Migration = { name: '0018-quiet-queues', sql };
