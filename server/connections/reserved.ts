/** Headers that requests have by themselves; nobody else sets them. */
const RESERVED = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'proxy-connection',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'idempotency-key',
]);

export const isReserved = (name: string): boolean => RESERVED.has(name.toLowerCase());
