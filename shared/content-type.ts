import type { WebhookDefinition } from './webhook.ts';

/** Content type that a body format sends when no header says otherwise. Apart from schemas, so that who renders needs none. */
export const CONTENT_TYPES: Record<WebhookDefinition['format'], string> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  xml: 'application/xml',
  text: 'text/plain; charset=utf-8',
};
