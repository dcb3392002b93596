export { checkDefinition, type Fault, originOf, urlFaults } from './check.ts';
export { type CredentialUse, faultsOfCredential, webhooksWith } from './credential-use.ts';
export { createWebhookCache, type LoadedWebhook, loadCurrentWebhooks } from './load.ts';
export { openSecrets } from './open-secrets.ts';
export { loadParameters, misfits, unfilled } from './parameters.ts';
export {
  changePolicy,
  createPolicy,
  deletePolicy,
  getPolicy,
  listPolicies,
  type PolicyUse,
  type PolicyView,
  usesOf,
  webhooksUnder,
} from './policies.ts';
export { listPresets, type PresetView, setPreset } from './presets.ts';
export { missingSecrets } from './secret-headers.ts';
export {
  type ChangedMeanwhile,
  changeWebhook,
  createWebhook,
  getWebhook,
  listWebhooks,
  putDefinition,
  type WebhookView,
} from './store.ts';
export { listVersions, type VersionView } from './versions.ts';
