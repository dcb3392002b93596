export { createWorkspace, ensureFirstRun } from './first-run.ts';
export { type Caller, createApiKey, createKeyCheck, SCOPES, type Scope } from './keys.ts';
