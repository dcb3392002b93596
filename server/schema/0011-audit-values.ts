import type { Migration } from '../platform/database/index.ts';

// changes: JSON text [{field, before, after}], values as the API shows them, so never a secret. An entry is found by the
// thing that was changed and by who changed it.
const sql = `
ALTER TABLE audit ADD COLUMN thing_name text, ADD COLUMN changes text NOT NULL DEFAULT '[]';
CREATE INDEX audit_thing ON audit (workspace_id, thing_id, id);
CREATE INDEX audit_actor ON audit (workspace_id, actor_id, id);
`;

export const auditValues: Migration = { name: '0011-audit-values', sql };
