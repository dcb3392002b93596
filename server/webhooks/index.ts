export { checkDefinition, type Fault, originOf, urlFaults } from './check.ts';
export { createWebhookCache, type LoadedWebhook, loadCurrentWebhooks } from './load.ts';
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
export {
  type ChangedMeanwhile,
  changeWebhook,
  createWebhook,
  getWebhook,
  listVersions,
  listWebhooks,
  putDefinition,
  type VersionView,
  type WebhookView,
} from './store.ts';
