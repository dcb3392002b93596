import type { CredentialAuth } from '../../shared/credential.ts';
import type { Connection, Database, Sql } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import { bumpDefinitions } from '../schema/index.ts';
import { applied, type LoadedCredential } from './applying.ts';
import { type AuthSecrets, fillSecrets, hideSecrets, slotsOf } from './auth-secrets.ts';
import type { Sealer } from './keys.ts';

/** A credential as it may be shown: its secrets are null. Times are ms since the epoch. */
export interface CredentialView {
  id: string;
  name: string;
  prefix: string;
  auth: CredentialAuth;
  createdAt: number;
  updatedAt: number;
}

/** Something wrong with what was given: where, and what to do about it. */
export interface CredentialFault {
  field: string;
  message: string;
}

/** What a person gives: a null secret keeps the stored one. The prefix is in its one spelling. */
export interface GivenCredential {
  name: string;
  prefix: string;
  auth: CredentialAuth;
}

const MOST = 1_000;
const COLUMNS = 'id, name, prefix, auth, created_at, updated_at';
const insertSql: Sql = {
  name: 'credential-create',
  text: `INSERT INTO webhook_credentials (workspace_id, id, name, prefix, auth, secrets, created_at, updated_at)
    SELECT $1, $2, $3, $4, $5, $6, $7, $7 WHERE (SELECT count(*) FROM webhook_credentials WHERE workspace_id = $1) < ${MOST}
    ON CONFLICT (workspace_id, name) DO NOTHING RETURNING ${COLUMNS}`,
};
const listSql: Sql = {
  name: 'credential-list',
  text: `SELECT ${COLUMNS} FROM webhook_credentials WHERE workspace_id = $1 AND ($2::uuid IS NULL OR id > $2::uuid) ORDER BY id LIMIT $3`,
};
const getSql: Sql = {
  name: 'credential-get',
  text: `SELECT ${COLUMNS} FROM webhook_credentials WHERE workspace_id = $1 AND id = $2`,
};
const lockSql: Sql = {
  name: 'credential-lock',
  text: `SELECT ${COLUMNS}, secrets FROM webhook_credentials WHERE workspace_id = $1 AND id = $2 FOR UPDATE`,
};
const openSql: Sql = {
  name: 'credential-open',
  text: `SELECT ${COLUMNS}, secrets FROM webhook_credentials WHERE workspace_id = $1 AND id = $2`,
};
const namedSql: Sql = {
  name: 'credential-named',
  text: 'SELECT 1 FROM webhook_credentials WHERE workspace_id = $1 AND name = $2 AND id <> $3',
};
const updateSql: Sql = {
  name: 'credential-change',
  text: `UPDATE webhook_credentials SET name = $3, prefix = $4, auth = $5, secrets = $6, updated_at = $7
    WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
};
const NAME_TAKEN = 'webhook_credentials_workspace_id_name_key';
const deleteSql: Sql = {
  name: 'credential-delete',
  text: 'DELETE FROM webhook_credentials WHERE workspace_id = $1 AND id = $2',
};

type Row = { id: string; name: string; prefix: string; auth: string; created_at: number; updated_at: number };
type Sealed = Row & { secrets: Buffer };

const view = (row: Row): CredentialView => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  auth: JSON.parse(row.auth) as CredentialAuth,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** Opens a stored credential. Throws when it was sealed with another secret. */
export function openCredential(
  sealer: Pick<Sealer, 'open'>,
  row: { id: string; name: string; prefix: string; auth: string; secrets: Buffer },
): LoadedCredential {
  const secrets = JSON.parse(sealer.open(row.secrets)) as AuthSecrets;
  const auth = fillSecrets(JSON.parse(row.auth) as CredentialAuth, secrets);
  return { id: row.id, name: row.name, prefix: row.prefix, ...applied(auth) };
}

/** The secrets as they are to be sealed: what was given, and of what wasn't the stored one. */
function secretsOf(given: GivenCredential, before: AuthSecrets | null): AuthSecrets | CredentialFault[] {
  const faults: CredentialFault[] = [];
  const secrets: AuthSecrets = {};
  for (const { field, key, value } of slotsOf(given.auth)) {
    const found = value ?? before?.[key];
    if (found === undefined) faults.push({ field, message: 'is needed' });
    else secrets[key] = found;
  }
  const empty = faults.length === 0 && Object.values(secrets).every((value) => value === '');
  if (empty && slotsOf(given.auth).length > 0)
    faults.push({ field: slotsOf(given.auth)[0]!.field, message: 'is needed' });
  return faults.length > 0 ? faults : secrets;
}

const taken = (name: string): CredentialFault[] => [
  { field: 'name', message: `"${name}" is the name of another credential` },
];

/** Makes a credential, or says what is wrong; null when the workspace has 1,000, the most there can be. */
export async function createCredential(
  on: Connection,
  sealer: Sealer,
  workspaceId: string,
  given: GivenCredential,
  now: number,
): Promise<CredentialView | CredentialFault[] | null> {
  const secrets = secretsOf(given, null);
  if (Array.isArray(secrets)) return secrets;
  const id = newId(now);
  const auth = JSON.stringify(hideSecrets(given.auth));
  const values = [workspaceId, id, given.name, given.prefix, auth, sealer.seal(JSON.stringify(secrets)), now];
  const [row] = await on.run<Row>(insertSql, values);
  if (row) return view(row);
  return (await on.run(namedSql, [workspaceId, given.name, id])).length > 0 ? taken(given.name) : null;
}

/** Credentials by id, `limit` after `after`. */
export const listCredentials = async (on: Connection, workspaceId: string, after: string | null, limit: number) =>
  (await on.run<Row>(listSql, [workspaceId, after, limit])).map(view);

/** A credential, or null. */
export async function getCredential(on: Connection, workspaceId: string, id: string): Promise<CredentialView | null> {
  const [row] = await on.run<Row>(getSql, [workspaceId, id]);
  return row ? view(row) : null;
}

/** A credential with its secrets opened, or null. */
export async function loadCredential(
  on: Connection,
  sealer: Sealer,
  workspaceId: string,
  id: string,
): Promise<LoadedCredential | null> {
  const [row] = await on.run<Sealed>(openSql, [workspaceId, id]);
  return row ? openCredential(sealer, row) : null;
}

/**
 * Changes a credential; what is sent from now on uses it so. A secret that isn't given anew is kept while the prefix and
 * the kind stay as they are. Fails closed: who may change where credentials go could else send them to a server of theirs.
 * Null when there is none.
 */
export async function changeCredential(
  database: Database,
  sealer: Sealer,
  workspaceId: string,
  id: string,
  to: Partial<GivenCredential>,
  now: number,
): Promise<CredentialView | CredentialFault[] | null> {
  const work = async (tx: Connection) => {
    const [row] = await tx.run<Sealed>(lockSql, [workspaceId, id]);
    if (!row) return null;
    const before = view(row);
    const given = { name: to.name ?? row.name, prefix: to.prefix ?? row.prefix, auth: to.auth ?? before.auth };
    if (given.prefix !== row.prefix) {
      const kept = slotsOf(given.auth).filter((slot) => slot.value === null);
      const message = `was given for ${row.prefix}; give it again to send it to ${given.prefix}`;
      if (kept.length > 0) return kept.map(({ field }) => ({ field, message }));
    }
    const same = given.auth.kind === before.auth.kind;
    const secrets = secretsOf(given, same ? (JSON.parse(sealer.open(row.secrets)) as AuthSecrets) : null);
    if (Array.isArray(secrets)) return secrets;
    const auth = JSON.stringify(hideSecrets(given.auth));
    const values = [workspaceId, id, given.name, given.prefix, auth, sealer.seal(JSON.stringify(secrets)), now];
    const [changed] = await tx.run<Row>(updateSql, values);
    await bumpDefinitions(tx);
    return view(changed!);
  };
  try {
    return await database.transaction(work);
  } catch (error) {
    // Asked of the index, since two may take one name at the same moment.
    if ((error as { constraint?: string }).constraint !== NAME_TAKEN) throw error;
    return taken(to.name ?? '');
  }
}

/** Deletes a credential. The caller has seen to it that no webhook uses it; one that does anyway sends nothing. */
export function deleteCredential(database: Database, workspaceId: string, id: string): Promise<void> {
  return database.transaction(async (tx) => {
    await tx.run(deleteSql, [workspaceId, id]);
    await bumpDefinitions(tx);
  });
}
