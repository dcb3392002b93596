import type { Migration } from '../platform/database/index.ts';

// preset: JSON text {icon, color} of a webhook that is offered for reuse, else null.
const sql = 'ALTER TABLE webhooks ADD COLUMN preset text;';

export const presets: Migration = { name: '0014-presets', sql };
