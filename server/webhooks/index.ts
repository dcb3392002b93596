export { checkDefinition, type Fault } from './check.ts';
export { createWebhookCache, type LoadedWebhook } from './load.ts';
export {
  changeWebhook,
  createWebhook,
  getWebhook,
  listVersions,
  listWebhooks,
  putDefinition,
  type VersionView,
  type WebhookView,
} from './store.ts';
