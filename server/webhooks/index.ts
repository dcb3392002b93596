export { checkDefinition, type Fault } from './check.ts';
export { createWebhookCache, type LoadedWebhook, loadCurrentWebhooks } from './load.ts';
export {
  changeWebhook,
  createWebhook,
  getWebhook,
  listVersions,
  listWebhooks,
  putDefinition,
  slug,
  type WebhookView,
} from './store.ts';
