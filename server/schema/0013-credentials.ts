import type { Migration } from '../platform/database/index.ts';

// auth: JSON text as in shared/credential.ts, secret values null; those are sealed in secrets. A webhook version names its
// credential in its definition; the column is what it is joined by.
const sql = `
CREATE TABLE webhook_credentials (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  prefix text NOT NULL,
  auth text NOT NULL,
  secrets bytea NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, name)
);
ALTER TABLE webhook_versions ADD COLUMN credential_id uuid;
CREATE INDEX webhook_versions_credential ON webhook_versions (workspace_id, credential_id) WHERE credential_id IS NOT NULL;
`;

export const credentials: Migration = { name: '0013-credentials', sql };
