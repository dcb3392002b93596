import type { GetCredentialsResponse } from '../../data/api/index.ts';

export type Credential = GetCredentialsResponse['items'][number];
export type Auth = Credential['auth'];

/** What people call the kinds. */
export const KINDS: Record<Auth['kind'], string> = {
  basic: 'User name and password',
  bearer: 'Bearer token',
  api_key: 'API key',
  headers: 'Headers',
};
