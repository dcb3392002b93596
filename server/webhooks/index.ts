export { checkDefinition, type Fault, originOf } from './check.ts';
export { createWebhookCache, type LoadedWebhook, loadCurrentWebhooks } from './load.ts';
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
