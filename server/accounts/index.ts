export { type AuditEntry, type FieldChange, lastWriter, listAudit, writeAudit } from './audit.ts';
export { firstLink, rescueLink } from './first-link.ts';
export { createWorkspace, ensureFirstRun, firstWorkspace } from './first-run.ts';
export { type Caller, createApiKey, createKeyCheck } from './keys.ts';
export { createLink, LINK_MS, readLink, spendLink } from './links.ts';
export { MIN_PASSWORD } from './password.ts';
export {
  anyMember,
  changeMember,
  createMember,
  createSessionCheck,
  endSessions,
  LastAdministrator,
  listMembers,
  type Member,
  memberByEmail,
  type SessionCheck,
} from './people.ts';
export { ACTIONS, type Action, actionsOf, leastRole, may, ROLE_NAMES, type Role, scopesOf } from './roles.ts';
export { SCOPES, type Scope } from './scopes.ts';
export { createSignIn, type SignIn } from './sign-in.ts';
export { createThrottle } from './throttle.ts';
