export { createWebhookCache, type LoadedWebhook, loadCurrentWebhooks } from './load.ts';
