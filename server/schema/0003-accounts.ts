import type { Migration } from '../platform/database/index.ts';

// people, sessions, credentials and verifications are better-auth's core tables (their columns are named as it names
// them); what a person may do in a workspace stands in members. Links are kept as hashes. Audit entries say who changed
// what and which fields, never values.
const sql = `
CREATE TABLE people (
  id text PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL UNIQUE,
  "emailVerified" boolean NOT NULL,
  image text,
  "createdAt" timestamptz NOT NULL,
  "updatedAt" timestamptz NOT NULL
);
CREATE TABLE sessions (
  id text PRIMARY KEY,
  token text NOT NULL UNIQUE,
  "userId" text NOT NULL REFERENCES people ON DELETE CASCADE,
  "expiresAt" timestamptz NOT NULL,
  "createdAt" timestamptz NOT NULL,
  "updatedAt" timestamptz NOT NULL,
  "ipAddress" text,
  "userAgent" text
);
CREATE INDEX sessions_person ON sessions ("userId");
CREATE TABLE credentials (
  id text PRIMARY KEY,
  "accountId" text NOT NULL,
  "providerId" text NOT NULL,
  "userId" text NOT NULL REFERENCES people ON DELETE CASCADE,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope text,
  password text,
  "createdAt" timestamptz NOT NULL,
  "updatedAt" timestamptz NOT NULL
);
CREATE INDEX credentials_person ON credentials ("userId");
CREATE TABLE verifications (
  id text PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  "expiresAt" timestamptz NOT NULL,
  "createdAt" timestamptz NOT NULL,
  "updatedAt" timestamptz NOT NULL
);

CREATE TABLE members (
  workspace_id uuid NOT NULL,
  person_id text NOT NULL REFERENCES people ON DELETE CASCADE,
  id uuid NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'developer', 'marketer', 'viewer')),
  created_at bigint NOT NULL,
  last_seen_at bigint,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (person_id)
);
CREATE TABLE links (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  hash bytea NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('first', 'invite', 'sign_in')),
  email text,
  role text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
CREATE TABLE audit (
  workspace_id uuid NOT NULL,
  id uuid NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('person', 'key', 'system')),
  actor_id text,
  actor_name text NOT NULL,
  action text NOT NULL,
  thing text,
  thing_id text,
  fields text[] NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (workspace_id, id)
);
`;

export const accounts: Migration = { name: '0003-accounts', sql };
