import type { GetWebhooksWebhookResponse } from '../../data/api/index.ts';

export type Webhook = GetWebhooksWebhookResponse;
export type Definition = Webhook['definition'];

/** What a template can name, for completion: attributes, the event, earlier responses. */
export function namesOf(attributes: readonly string[], properties: readonly string[]): string[] {
  return [
    'customer.id',
    ...attributes.map((name) => `customer.${name}`),
    'event.id',
    'event.name',
    'event.timestamp',
    ...properties.map((name) => `event.${name}`),
    'response',
    'steps',
    'now',
  ];
}

/** The JSONPath (RFC 9535, normalized) of a place in a value. */
export function pathOf(keys: readonly (string | number)[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
      ? `${path}.${key}`
      : `${path}['${key.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
  }, '$');
}
