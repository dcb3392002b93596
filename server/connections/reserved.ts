import { CONNECTION_HEADERS } from '../platform/egress/index.ts';

/** Headers that every request has by itself, beside its connection's; nobody else sets them. */
const OURS = new Set(['webhook-id', 'webhook-timestamp', 'webhook-signature', 'idempotency-key']);

export function isReserved(name: string): boolean {
  const lower = name.toLowerCase();
  return OURS.has(lower) || CONNECTION_HEADERS.has(lower);
}
