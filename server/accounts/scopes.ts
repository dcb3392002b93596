/** What an API key may do. A tracking write key is a key with `ingest`. */
export const SCOPES = ['ingest', 'read', 'profiles', 'webhooks', 'scenarios', 'deliveries', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
