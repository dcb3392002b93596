import type { Migration } from '../platform/database/index.ts';

// A request's members are its deliveries, in the order in which they stand in its body; member_keys, as long, holds what
// the members' entries in an answer are found by. Rows of one group go together, and with no others: halves of a batch.
const sql = `
ALTER TABLE requests ADD COLUMN member_keys text[];
ALTER TABLE lane_queue ADD COLUMN group_id uuid;
`;

export const batches: Migration = { name: '0017-batches', sql };
