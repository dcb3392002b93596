import type { Migration } from '../platform/database/index.ts';

// What happened last, whoever it happened to. One narrow column that only ever grows and that no other statement asks
// for, so that no plan takes this index in place of the primary key. Measured: 1 µs and 75 bytes of WAL an event.
const sql = 'CREATE INDEX events_received ON events (received_at);';

export const eventsByTime: Migration = { name: '0012-events-by-time', sql };
